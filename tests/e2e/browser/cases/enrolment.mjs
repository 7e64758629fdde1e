import { check, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";
import { Laptop } from "../laptop.mjs";

const kHourMs = 3_600_000;

// Eight hours of a school day in one fixture laptop's life.
async function schoolDay(laptop) {
  laptop.monotonicMs += 9 * kHourMs;
  for (let step = 32; step > 0; step--) await laptop.send(laptop.battery(Math.max(11, 96 - (32 - step) * 2.4)), { agoMs: step * 15 * 60_000 });
}

async function createToken(page, task, note, uses) {
  await task.tabTo("Create a token");
  await task.press("Enter");
  await page.getByRole("dialog").waitFor();
  await task.tabTo("Note");
  await task.type(note);
  await task.tabTo("How many laptops");
  await task.press("Control+a");
  await task.type(String(uses));
  await task.press("Enter");
  await page.getByRole("heading", { name: "Your token" }).waitFor();
  return await page.locator(".secret code").nth(1).innerText();
}

export async function enrolment(world) {
  const { browser, server } = world;
  const window = await Window.open(browser, server, "wide", { storageState: world.signedIn });
  const { page } = window;
  let token = "";

  await test("a token is made by keyboard and shown once, with the command to paste", async () => {
    await window.go("/tokens");
    const task = new Task(page, "create_token");
    token = await createToken(page, task, "Cart 12, Lincoln Middle", 20);
    task.done();
    check(/^rc1\.[\w-]{22}\.[\w-]{43}$/.test(token), `token ${token}`);
    const command = await page.locator(".secret code").first().innerText();
    check(command.includes("rollcall-agent enroll") && command.includes(token) && command.includes(String(server.agents)), command);
    await window.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the command" }).press("Enter");
    check((await page.evaluate(() => navigator.clipboard.readText())) === command, "the clipboard holds something else");
    await window.picture("token.made", false);
    await window.accessible("the new token");
    await page.keyboard.press("Escape");
    await page.getByText("0 of 20").waitFor();
    check(!(await page.content()).includes(token), "the token is still on the page");
  });

  await test("the real agent enrols with it and the overview shows the laptop without a reload", async () => {
    await window.go("/");
    world.agent = server.startAgent(token);
    await page.getByText("of 1 laptop online now").waitFor({ timeout: 20_000 });
  });

  await test("laptops of the fixtures join", async () => {
    const join = async (machine, identity) => await Laptop.enrol(server, token, machine, identity);
    world.thinkpad = await join("thinkpad-t470-two-packs");
    await schoolDay(world.thinkpad);
    await world.thinkpad.send(world.thinkpad.battery(64));
    world.asleep = await join("latitude-3190-charge-only");
    await world.asleep.send(world.asleep.battery(41), { occasion: "going_to_sleep" });
    world.off = await join("chromebook-11-emmc");
    await world.off.send({}, { occasion: "shutting_down" });
    world.flat = await join("travelmate-b117-over-full");
    await world.flat.send(world.flat.battery(3), { occasion: "battery_critical" });
    world.desktop = await join("optiplex-3050-no-battery");
    await world.desktop.send();
    world.nameless = await join("noname-placeholder-serial");
    await world.nameless.send();
    world.twin = await join("latitude-5400-dock-many-nics");
    await world.twin.send();
    await page.getByText("of 8 laptops online now").waitFor();
  });

  await test("a placeholder serial waits in the review list and is resolved by keyboard", async () => {
    await window.go("/reviews");
    await page.locator("article").first().waitFor();
    await window.picture("reviews.wide");
    await window.accessible("the review list");
    const task = new Task(page, "resolve_review");
    const before = await page.locator("article").count();
    await task.tabTo("Resolve");
    await task.press("Enter");
    await page.getByRole("dialog").waitFor();
    await window.picture("review.resolve", false);
    await window.accessible("the resolving dialog");
    await task.tabTo("It is a laptop of its own");
    await task.press("Space");
    await task.press("Enter");
    await page.getByText("Resolved.").waitFor();
    task.done();
    await page.waitForFunction((count) => document.querySelectorAll("article").length === count - 1, before);
  });

  await test("a revoked token enrols nobody any more", async () => {
    await window.go("/tokens");
    await page.getByRole("button", { name: "Revoke the token Cart 12, Lincoln Middle" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.locator("td", { hasText: "Revoked" }).first().waitFor();
    const refused = await Laptop.enrol(server, token, "thinkpad-x13-ipv6-only").then(() => false, () => true);
    check(refused, "it was enrolled");
    await window.picture("tokens.wide");
  });
  window.flawless();
  await window.close();
}
