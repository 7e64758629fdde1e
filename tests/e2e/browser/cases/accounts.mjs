import { check, equal, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";

const kPassword = "quiet violet harbor 29 lanterns";

export async function accounts(world) {
  const { browser, server } = world;
  const window = await Window.open(browser, server, "wide", { storageState: world.signedIn });
  const { page } = window;
  let oneTime = "";

  await test("a viewer is added by keyboard and gets a one-time password", async () => {
    await window.go("/accounts");
    const task = new Task(page, "add_account");
    await task.tabTo("Add an account");
    await task.press("Enter");
    await page.getByRole("dialog").waitFor();
    await window.accessible("adding an account");
    await task.tabTo("Name");
    await task.type("p.okafor");
    await task.tabTo("Role");
    await task.type("Viewer");
    await task.tabTo("Add and show");
    await task.press("Enter");
    await page.getByRole("heading", { name: "One-time password for p.okafor" }).waitFor();
    task.done();
    oneTime = await page.locator(".secret code").innerText();
    await window.picture("account.made", false);
    await page.keyboard.press("Escape");
    await page.getByRole("rowheader", { name: "p.okafor" }).waitFor();
  });

  const viewer = await Window.open(browser, server);
  await test("the viewer chooses a password, sees the fleet and no control that is not theirs", async () => {
    await viewer.go("/");
    await viewer.page.getByLabel("Name", { exact: true }).fill("p.okafor");
    await viewer.page.getByLabel("Password", { exact: true }).fill(oneTime);
    await viewer.page.keyboard.press("Enter");
    await viewer.page.getByLabel("New password", { exact: true }).fill(kPassword);
    await viewer.page.getByLabel("New password, once more").fill(kPassword);
    await viewer.page.keyboard.press("Enter");
    await viewer.page.waitForSelector(".headline");
    equal(await viewer.page.getByRole("link", { name: "Accounts" }).count(), 0, "links to accounts");
    await viewer.go(`/devices/${await world.deviceOf("PF0ZX4K9")}`);
    equal(await viewer.page.getByRole("button", { name: /Delete|Edit|Revoke/ }).count(), 0, "controls");
  });

  await test("a page of another role says so", async () => {
    await viewer.go("/accounts");
    await viewer.page.getByRole("heading", { name: "Your role does not allow this" }).waitFor();
    await viewer.picture("forbidden.wide");
    await viewer.accessible("a forbidden page");
  });

  await test("disabling ends the person's session at once", async () => {
    await window.go("/accounts");
    await page.getByRole("button", { name: "Disable p.okafor" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Disable" }).press("Enter");
    await page.locator("tr", { hasText: "p.okafor" }).getByText("Disabled").waitFor();
    await viewer.page.goto(`${server.origin}/devices`);
    await viewer.page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  await test("the audit record tells who did it", async () => {
    await window.go("/audit");
    const text = await page.locator("main").innerText();
    check(text.includes(world.person.name) && text.includes("p.okafor") || text.includes("user"), text.slice(0, 400));
  });
  for (const each of [viewer, window]) {
    each.flawless();
    await each.close();
  }
}
