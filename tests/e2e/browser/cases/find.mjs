// The box that finds everything, in the shell of every page.
import { check, equal, test } from "../harness.mjs";
import { account } from "../account.mjs";
import { Task } from "../keyboard.mjs";
import { student } from "../export.mjs";
import { Window } from "../browser.mjs";
import { stock } from "../stock.mjs";

const kName = "Find a device, person, room or model";

async function typing(world, window) {
  const { page } = window;
  const box = page.getByRole("combobox", { name: kName });
  const options = page.getByRole("option");
  await test("what answers is listed by kind while somebody types, and arrow keys and Enter open it", async () => {
    await window.go("/");
    const task = new Task(page, "find_room");
    await task.press("Control+k");
    await task.type("204");
    await options.first().waitFor();
    equal(await page.getByRole("group", { name: "Rooms and places" }).getByRole("option").allInnerTexts().then((texts) => texts.map((text) => text.split("\n")[0])), ["Room 204"], "rooms");
    await task.press("ArrowDown");
    const active = await box.getAttribute("aria-activedescendant");
    check(active !== null && await page.locator(`[id="${active}"]`).getAttribute("aria-selected") === "true", "no option is active");
    check(await box.evaluate((field) => field === document.activeElement), "the focus left the field");
    await window.accessible("the answers");
    await window.picture("find.wide", false);
    await task.press("Enter");
    await page.getByRole("heading", { name: "Room 204", level: 1 }).waitFor();
    task.done();
    equal(await box.inputValue(), "", "what stayed in the field");
  });

  await test("a slip is forgiven, and said to be one", async () => {
    await box.fill("sciense");
    await page.getByText("Nothing is called exactly so. Close to it:").waitFor();
    equal(await options.count(), 1, "answers");
    await page.keyboard.press("Escape");
    await options.first().waitFor({ state: "detached" });
    equal(await box.inputValue(), "sciense", "what was typed");
  });

  await test("a student number opens the person, a name with several asks which, a model its line in the catalog", async () => {
    await box.fill(student(0).number);
    await box.press("Enter");
    await page.getByRole("heading", { name: "Ana Álvarez-Quintero", level: 1 }).waitFor();
    await box.fill("okafor");
    await box.press("Enter");
    await page.getByRole("group", { name: "Students and staff" }).getByRole("option").nth(1).waitFor();
    await window.picture("find.several", false);
    await page.keyboard.press("Escape");
    await box.fill("lenovo 300e");
    await page.getByRole("group", { name: "Models" }).getByRole("option").first().click();
    await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
    await page.getByRole("rowheader", { name: /Lenovo 300e Gen 3/ }).waitFor();
  });

  await test("what nothing answers to leads to the list of devices, which looks within words", async () => {
    await box.fill("no-such-thing-anywhere");
    await box.press("Enter");
    await page.waitForURL("**/devices?q=no-such-thing-anywhere");
  });
}

async function scanning(world, window) {
  const { page } = window;
  const it = world.stock;
  const box = page.getByRole("combobox", { name: kName });
  await test("a scanned tag and Enter open its device although every suggestion comes late", async () => {
    await window.go("/");
    let asked = 0;
    // The answers to the beginnings of the tag come after the one that counts.
    await page.route("**/api/v1/search?*", async (route) => {
      asked++;
      const isWhole = new URL(route.request().url()).searchParams.get("q") === it.tag(3);
      if (!isWhole) await page.waitForURL("**/devices/*").catch(() => {});
      await route.continue().catch(() => {});
    });
    await page.keyboard.press("Control+k");
    // As slowly as somebody who types, so that suggestions are asked for, and then the rest at once.
    await page.keyboard.type(it.tag(3).slice(0, 4), { delay: 160 });
    await page.keyboard.type(it.tag(3).slice(4));
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${it.page(3)}`);
    await page.getByRole("heading", { name: it.tag(3), level: 1 }).waitFor();
    check(asked >= 2, `${asked} requests: nothing was late`);
    await page.unroute("**/api/v1/search?*");
    equal(await page.getByRole("option").count(), 0, "a list that opened afterwards");
  });

  await test("a tag that begins longer ones is not mistaken for them, and a scan of a second device goes there", async () => {
    for (const number of [1, 12]) {
      await page.keyboard.press("Control+k");
      await page.keyboard.type(it.tag(number));
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: it.tag(number), level: 1 }).waitFor();
      equal(await box.inputValue(), "", "what stayed in the field");
    }
  });

  await test("without the server the box says so and keeps what was typed", async () => {
    await page.route("**/api/v1/search?*", (route) => route.abort());
    await box.fill("INV");
    await box.press("Enter");
    await page.locator(".search-problem").waitFor();
    equal(await box.inputValue(), "INV", "what was typed");
    await page.unroute("**/api/v1/search?*");
    await box.press("Enter");
    await page.getByRole("option").first().waitFor();
  });
}

async function whoMay(world, window) {
  await test("a viewer finds devices and rooms, and no person", async () => {
    const viewer = await account(world, window, "v.find", "viewer", { kind: "district" });
    const box = viewer.page.getByRole("combobox", { name: kName });
    await box.fill("okafor");
    await viewer.page.getByText("Nothing answers to this.").waitFor();
    await box.fill("room 204");
    await viewer.page.getByRole("option").first().waitFor();
    equal(await viewer.page.getByRole("group", { name: "Students and staff" }).count(), 0, "groups of people");
    viewer.flawless();
    await viewer.close();
  });

  await test("on a small screen the box is in the menu, and its answers fit", async () => {
    const small = await Window.open(world.browser, world.server, "small_dark", { storageState: world.signedIn });
    await small.go("/");
    await small.page.getByRole("button", { name: "Menu" }).press("Enter");
    await small.page.getByRole("combobox", { name: kName }).fill("science");
    await small.page.getByRole("option").first().waitFor();
    await small.accessible("the answers on a small screen");
    await small.fits("the answers");
    await small.picture("find.small_dark", false);
    small.flawless();
    await small.close();
  });
}

export async function find(world) {
  const window = await Window.open(world.browser, world.server, "wide", { storageState: world.signedIn });
  await window.go("/");
  await stock(world, window);
  for (const part of [typing, scanning, whoMay]) await part(world, window);
  window.flawless();
  await window.close();
}
