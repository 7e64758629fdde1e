// The console in Debian's Chromium, against the real server and the real agent. See ../run.sh.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { launch } from "./browser.mjs";
import { byKeyboard } from "./cases/by_keyboard.mjs";
import { device } from "./cases/device.mjs";
import { district } from "./cases/district.mjs";
import { devices } from "./cases/devices.mjs";
import { enrolment } from "./cases/enrolment.mjs";
import { live } from "./cases/live.mjs";
import { everyPage } from "./cases/pages.mjs";
import { people } from "./cases/people.mjs";
import { signingIn } from "./cases/signing_in.mjs";
import { check, finish, test } from "./harness.mjs";
import { Server } from "./server.mjs";

const [consoleFolder, jsonFile] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rollcall-browser-"));
fs.chmodSync(folder, 0o700);
const world = { person: { name: "j.alvarez", password: "copper lantern over nine rivers" } };

// The id of the one device that a search finds, asked of the API with the session of the browser.
world.deviceOf = async (text) => {
  const context = await world.browser.newContext({ storageState: world.signedIn });
  const answer = await context.request.get(`${world.server.origin}/api/v1/devices?q=${encodeURIComponent(text)}`, { ignoreHTTPSErrors: true });
  const { items } = await answer.json();
  await context.close();
  check(items?.length === 1, `${items?.length} devices match ${text}`);
  return items[0].id;
};

try {
  world.server = await Server.start(folder, consoleFolder);
  world.person.oneTime = world.server.makeAdministrator(world.person.name);
  world.browser = await launch(world.server);
  for (const suite of [signingIn, enrolment, everyPage, devices, byKeyboard, device, people, live, district]) {
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
