// The console in Debian's Chromium, against the real server and the real agent. See ../run.sh.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { launch } from "./browser.mjs";
import { byKeyboard } from "./cases/by_keyboard.mjs";
import { calendar } from "./cases/calendar.mjs";
import { counter } from "./cases/counter.mjs";
import { device } from "./cases/device.mjs";
import { district } from "./cases/district.mjs";
import { deviceLists } from "./cases/device_lists.mjs";
import { devices } from "./cases/devices.mjs";
import { enrolment } from "./cases/enrolment.mjs";
import { find } from "./cases/find.mjs";
import { inventory } from "./cases/inventory.mjs";
import { inventoryChecks } from "./cases/inventory_checks.mjs";
import { labels } from "./cases/labels.mjs";
import { live } from "./cases/live.mjs";
import { everyPage } from "./cases/pages.mjs";
import { accounts } from "./cases/accounts.mjs";
import { receiving } from "./cases/receiving.mjs";
import { rollover } from "./cases/rollover.mjs";
import { roster } from "./cases/roster.mjs";
import { signingIn } from "./cases/signing_in.mjs";
import { trust } from "./cases/trust.mjs";
import { check, finish, test } from "./harness.mjs";
import { Server } from "./server.mjs";

const [consoleFolder, jsonFile, only] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rollcall-browser-"));
fs.chmodSync(folder, 0o700);
const world = { person: { name: "j.alvarez", password: "copper lantern over nine rivers" } };

// The id of the one device that a search finds, asked of the API with the session of the browser.
world.deviceOf = async (text) => {
  const context = await world.browser.newContext({ storageState: world.signedIn });
  const page = await context.newPage();
  const answer = await page.goto(`${world.server.origin}/api/v1/devices?q=${encodeURIComponent(text)}`);
  const { items } = await answer.json();
  await context.close();
  check(items?.length === 1, `${items?.length} devices match ${text}`);
  return items[0].id;
};

try {
  world.server = await Server.start(folder, consoleFolder);
  world.person.oneTime = world.server.makeAdministrator(world.person.name);
  world.browser = await launch(world.server);
  // They build on one another; find, inventory, counter and deviceLists bring along what they need, and so can be chosen alone.
  const all = [trust, signingIn, enrolment, calendar, everyPage, devices, byKeyboard, device, labels, accounts, roster, live, inventory, counter, find, inventoryChecks, receiving, rollover, deviceLists, district];
  const wanted = only ? only.split(",") : all.map(({ name }) => name);
  for (const name of wanted) check(all.some((suite) => suite.name === name), `there is no case ${name}: ${all.map((suite) => suite.name).join(", ")}`);
  for (const suite of all.filter((each) => each === signingIn || wanted.includes(each.name))) {
    await suite(world).catch((error) => test(`${suite.name} runs to its end`, () => { throw error; }));
  }
  await world.agent?.stop();
  world.agent = undefined;
  await test("the server stops in order", async () => check((await world.server.stop()) === 0, world.server.logTail()));
} finally {
  await world.browser?.close();
  await world.agent?.stop();
  if (world.server?.process?.exitCode === null) await world.server.stop();
  if (process.env.KEEP) console.log(`kept: ${folder}`);
  else fs.rmSync(folder, { recursive: true, force: true });
}
process.exitCode = finish(jsonFile);
