// What a person without a mouse leans on everywhere: the skip link, where the focus goes, and Escape.
import { check, equal, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";

const focused = (page) => page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent ?? ""}`);

// A button that opens a dialog, on its page.
const dialogs = (device) => [
  ["/tokens", "Create a token"], ["/accounts", "Add an account"], ["/accounts", "Role of "], ["/accounts", "Reset password of "],
  ["/calendar", "Add days"], ["/calendar", "Edit the terms"],
  [device, "Edit device"], [device, "Hand over"], ["/places", "Add a place"], ["/models", "Add a model"], [device, "Delete"], [device, "Revoke agent"],
];

export async function byKeyboard(world) {
  const { browser, server } = world;
  const window = await Window.open(browser, server, "wide", { storageState: world.signedIn });
  const { page } = window;
  const device = `/devices/${await world.deviceOf("PF0ZX4K9")}`;

  await test("the skip link leads past the navigation", async () => {
    await window.go("/devices");
    await page.keyboard.press("Tab");
    equal(await focused(page), "A Skip to the page", "the first stop");
    await page.keyboard.press("Enter");
    equal(await page.evaluate(() => document.activeElement?.id), "main", "the focus");
    await page.keyboard.press("Tab");
    check(await page.evaluate(() => document.activeElement?.closest("main") !== null), "the next stop is outside the page");
  });

  await test("moving to a page, on and back, puts the focus on its title", async () => {
    await window.go("/");
    const task = new Task(page, "open_devices");
    await task.tabTo("Devices");
    await task.press("Enter");
    await page.waitForFunction(() => document.activeElement?.tagName === "H1" && document.activeElement.textContent === "Devices");
    task.done();
    await page.locator(".grid-row a").first().press("Enter");
    await page.waitForFunction(() => location.pathname.startsWith("/devices/") && document.activeElement?.tagName === "H1" && document.querySelector(".key-facts"));
    await page.goBack();
    await page.waitForFunction(() => document.activeElement?.tagName === "H1" && document.activeElement.textContent === "Devices");
  });

  await test("a scanned serial number and Enter open the device from the list's search too", async () => {
    await window.go("/devices");
    const task = new Task(page, "find_in_list");
    await task.tabTo("Search");
    await task.type("PF0ZX4K9");
    await task.press("Enter");
    await page.waitForURL(`**${device}`);
    task.done();
  });

  await test("every dialog opens by key, closes with Escape and gives the focus back", async () => {
    for (const [where, name] of dialogs(device)) {
      await window.go(where);
      await page.locator("main h1").waitFor();
      const task = new Task(page, "dialog");
      await task.tabTo(name, 120);
      const opener = await page.evaluate(() => document.activeElement?.outerHTML);
      await task.press("Enter");
      await page.getByRole("dialog").waitFor();
      check(await page.evaluate(() => document.activeElement?.closest("dialog") !== null), `${name}: the focus is not in the dialog`);
      await task.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      equal(await page.evaluate(() => document.activeElement?.outerHTML), opener, `${name}: where the focus went`);
    }
  });

  await test("signing out by key ends at the sign-in page", async () => {
    const other = await Window.open(browser, server);
    await other.signIn(world.person.name, world.person.password);
    const task = new Task(other.page, "sign_out");
    await task.tabTo("Sign out");
    await task.press("Enter");
    await other.page.getByRole("heading", { name: "Sign in" }).waitFor();
    task.done();
    other.flawless();
    await other.close();
  });
  window.flawless();
  await window.close();
}
