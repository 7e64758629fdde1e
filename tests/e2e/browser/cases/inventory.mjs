// The inventory's pages: a device and who has it, models, rooms and carts, those who left with a device, a person.
import { check, equal, test } from "../harness.mjs";
import { account } from "../account.mjs";
import { Task } from "../keyboard.mjs";
import { student, tables } from "../export.mjs";
import { Window } from "../browser.mjs";
import { eachLook } from "../each_look.mjs";
import { call, importRoster, made, sendBeside, stock } from "../stock.mjs";

const kAna = student(0);
const custody = (page) => page.getByRole("region", { name: "Held by" });
const dialog = (page) => page.getByRole("dialog");
const receiver = (page) => dialog(page).getByRole("combobox", { name: "To whom or where" });
const give = (page, device, person) => made(page, "POST", "/api/v1/custody/give", { device, person });

async function handing(world, window) {
  const { page } = window;
  const it = world.stock;
  await test("a device is handed over by keyboard to somebody who is found by name", async () => {
    await window.go(it.page(1));
    await custody(page).getByText("Nobody has it").waitFor();
    const task = new Task(page, "hand_over");
    await task.tabTo("Hand over");
    await task.press("Enter");
    await dialog(page).waitFor();
    await task.tabTo("To whom or where");
    await task.type("alvarez");
    await page.getByRole("option", { name: /Ana Álvarez-Quintero/ }).waitFor();
    await window.picture("custody.receiver", false);
    await task.press("ArrowDown");
    await task.press("Enter");
    await dialog(page).getByRole("button", { name: "Change Ana Álvarez-Quintero" }).waitFor();
    check(await dialog(page).getByLabel("Charger").isChecked(), "what belongs to it does not go along");
    await window.accessible("a receiver");
    await window.picture("custody.give", false);
    await task.tabTo("Hand over");
    await task.press("Enter");
    await custody(page).getByRole("link", { name: "Ana Álvarez-Quintero" }).waitFor();
    task.done();
    await custody(page).getByText("with charger and case").waitFor();
  });

  await test("the last change is undone with one press, also after the page was read again", async () => {
    await page.reload();
    await custody(page).getByRole("button", { name: "Undo the last change" }).press("Enter");
    await custody(page).getByText("Nobody has it").waitFor();
    equal(await custody(page).getByRole("button", { name: "Undo the last change" }).count(), 0, "ways to undo it again");
  });

  await test("what is in the way is shown one by one with its remedy, and clears", async () => {
    const seen = await call(page, "GET", `/api/v1/devices/${it.devices[1].id}`);
    const marked = await call(page, "PATCH", `/api/v1/devices/${it.devices[1].id}`, { lost: true, on_hold: true, hold_reason: "cracked hinge" }, { "If-Match": seen.etag });
    equal(marked.status, 200, "marking");
    await window.go(it.page(2));
    await page.getByText("cracked hinge").first().waitFor();
    await custody(page).getByRole("button", { name: "Hand over" }).press("Enter");
    await receiver(page).fill(kAna.number);
    await receiver(page).press("Enter");
    const blockers = dialog(page).getByRole("list", { name: "What is in the way" });
    await blockers.getByText(/was reported lost/).waitFor();
    await blockers.getByText(/is on hold/).waitFor();
    equal(await blockers.getByRole("listitem").count(), 2, "blockers");
    await window.accessible("what is in the way");
    await window.picture("custody.blocked", false);
    await blockers.getByRole("button", { name: "It is found: clear the flag" }).press("Enter");
    await blockers.getByText(/was reported lost/).waitFor({ state: "detached" });
    equal(await blockers.getByRole("listitem").count(), 1, "blockers that are left");
    await blockers.getByRole("button", { name: "Clear the hold" }).press("Enter");
    await blockers.waitFor({ state: "detached" });
    await dialog(page).getByRole("button", { name: "Hand over" }).press("Enter");
    await custody(page).getByRole("link", { name: "Ana Álvarez-Quintero" }).waitFor();
  });

  await test("a press that got no answer is sent again under the same key, and done once", async () => {
    const keys = [];
    let lost = false;
    const other = await window.tab();
    await other.goto(world.server.origin);
    await page.route("**/api/v1/custody/move", async (route) => {
      keys.push(await route.request().headerValue("Idempotency-Key"));
      // The first answer gets lost on the way, although the server did it.
      if (!lost) { lost = true; await sendBeside(other, route.request()); return route.abort(); }
      return route.continue();
    });
    await custody(page).getByRole("button", { name: "Move on" }).press("Enter");
    await receiver(page).fill("science cart");
    await receiver(page).press("Enter");
    await dialog(page).getByRole("button", { name: "Change Science Cart" }).waitFor();
    await dialog(page).getByRole("button", { name: "Move on" }).press("Enter");
    await dialog(page).getByRole("alert").waitFor();
    await dialog(page).getByRole("button", { name: "Move on" }).press("Enter");
    await custody(page).getByRole("link", { name: "Science Cart" }).waitFor();
    equal(keys.length, 2, "requests");
    equal(keys[0], keys[1], "the key");
    await page.unroute("**/api/v1/custody/move");
    await other.close();
    const { items } = await call(page, "GET", `/api/v1/devices/${it.devices[1].id}/custody`);
    equal(items.map(({ holder }) => holder.kind), ["cart", "person"], "holders");
  });

  await test("a swap brings one in and sends the other out to the same holder", async () => {
    await give(page, it.tag(3), kAna.number);
    await window.go(it.page(3));
    await custody(page).getByRole("button", { name: "Swap" }).press("Enter");
    await dialog(page).getByRole("button", { name: "Swap" }).press("Enter");
    await dialog(page).getByText("Scan the device that goes out.").waitFor();
    await dialog(page).getByLabel("Tag or serial of the device that goes out").fill(it.tag(4));
    await dialog(page).getByLabel("Condition").selectOption({ label: "Broken" });
    await window.picture("custody.swap", false);
    await window.accessible("a swap");
    await dialog(page).getByRole("button", { name: "Swap" }).press("Enter");
    await custody(page).getByText("Nobody has it").waitFor();
    await window.go(it.page(4));
    await custody(page).getByRole("link", { name: "Ana Álvarez-Quintero" }).waitFor();
  });

  await test("a device that comes back without its charger is on record as such", async () => {
    await custody(page).getByRole("button", { name: "Take back" }).press("Enter");
    await dialog(page).getByLabel("Charger").press("Space");
    await dialog(page).getByText(/It went out with: charger/).waitFor();
    await dialog(page).getByRole("combobox", { name: /Where it goes/ }).fill("room 204");
    await dialog(page).getByRole("combobox", { name: /Where it goes/ }).press("Enter");
    await dialog(page).getByRole("button", { name: "Change Room 204" }).waitFor();
    await window.picture("custody.take", false);
    await window.accessible("taking back");
    await dialog(page).getByRole("button", { name: "Take back" }).press("Enter");
    await custody(page).getByRole("link", { name: "Room 204" }).waitFor();
    await page.getByRole("tab", { name: "Inventory" }).or(page.getByRole("region", { name: "Who had it" })).first().waitFor();
    const history = page.getByRole("table", { name: "Who had it" });
    await history.getByText("Not returned: charger").waitFor();
    equal(await history.getByRole("rowheader").count(), 2, "rows of history");
  });
}

async function facts(world, window) {
  const { page } = window;
  const it = world.stock;
  await test("the facts of a device are edited, only what was changed is sent, and a wrong amount is refused at its field", async () => {
    await window.go(it.page(5));
    const sent = [];
    page.on("request", (request) => { if (request.method() === "PATCH") sent.push({ body: request.postDataJSON(), key: request.headers()["idempotency-key"], seen: request.headers()["if-match"] }); });
    const task = new Task(page, "edit_facts");
    await task.tabTo("Edit device");
    await task.press("Enter");
    await dialog(page).waitFor();
    await dialog(page).getByLabel("Cost").fill("a lot");
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    await dialog(page).getByText("Enter an amount such as 299").waitFor();
    equal(sent.length, 0, "requests");
    await dialog(page).getByLabel("Cost").fill("$1,299.50");
    await dialog(page).getByLabel("Warranty ends").fill("2028-06-30");
    await dialog(page).getByLabel("Ownership").selectOption({ label: "Leased" });
    await window.accessible("editing the facts");
    await window.picture("device.edit", false);
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    await dialog(page).waitFor({ state: "detached" });
    equal(sent.map(({ body }) => body), [{ ownership: "leased", cost_cents: 129_950, warranty_end: "2028-06-30" }], "what was sent");
    check(Boolean(sent[0].key) && Boolean(sent[0].seen), JSON.stringify(sent));
    task.done();
    await page.getByText("$1,299.50").waitFor();
    await page.getByText("Jun 30, 2028").waitFor();
    await page.getByText("PO-2025-118").waitFor();
  });

  await test("what somebody else changed meanwhile is kept, and what both changed is shown", async () => {
    await page.getByRole("button", { name: "Edit device" }).press("Enter");
    await dialog(page).getByLabel("Funding source").fill("Bond 2024");
    await dialog(page).getByLabel("Insurance").fill("Policy 7");
    const seen = await call(page, "GET", `/api/v1/devices/${it.devices[4].id}`);
    equal((await call(page, "PATCH", `/api/v1/devices/${it.devices[4].id}`, { funding_source: "ESSER", condition: "fair" }, { "If-Match": seen.etag })).status, 200, "theirs");
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    const alert = dialog(page).getByRole("alert");
    await alert.getByText("Somebody else changed this device meanwhile").waitFor();
    await alert.getByText("Funding source: they have “ESSER”").waitFor();
    await window.picture("device.edit_conflict", false);
    await dialog(page).getByRole("button", { name: "Save mine instead" }).press("Enter");
    await dialog(page).waitFor({ state: "detached" });
    const now = await call(page, "GET", `/api/v1/devices/${it.devices[4].id}`);
    equal([now.asset.funding_source, now.asset.insurance, now.condition], ["Bond 2024", "Policy 7", "fair"], "what is stored");
  });

  await test("a device's page holds on every screen", async () => {
    await eachLook(world, "device.inventory", it.page(4), ".custody");
  });
}

async function catalog(world, window) {
  const { page } = window;
  await test("a model is added, changed and taken out of the catalog", async () => {
    await window.go("/models");
    const task = new Task(page, "add_model");
    await task.tabTo("Add a model");
    await task.press("Enter");
    await dialog(page).waitFor();
    await task.tabTo("Maker");
    await task.type("Dell");
    await task.press("Enter");
    await dialog(page).getByText("Enter the name.").waitFor();
    await dialog(page).getByLabel("Model name").fill("Latitude 3140");
    await dialog(page).getByLabel("Months of warranty").fill("a year");
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    await dialog(page).getByText("Enter a whole number of months").waitFor();
    await window.accessible("a model with an error");
    await dialog(page).getByLabel("Months of warranty").fill("12");
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    const row = page.getByRole("row", { name: /Dell Latitude 3140/ });
    await row.getByText("1 year").waitFor();
    task.done();
    await page.getByRole("link", { name: "12 devices: Lenovo 300e Gen 3" }).waitFor();
    await page.getByRole("button", { name: "Edit Dell Latitude 3140" }).press("Enter");
    await dialog(page).getByLabel("Cost of one").fill("389");
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    await row.getByText("$389.00").waitFor();
    await page.getByRole("button", { name: "Add a model" }).press("Enter");
    await dialog(page).getByLabel("Maker").fill("dell");
    await dialog(page).getByLabel("Model name").fill("Latitude  3140");
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    await dialog(page).getByText(/catalog has Dell Latitude 3140 already/).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Take out Dell Latitude 3140" }).press("Enter");
    await dialog(page).getByRole("button", { name: "Take out" }).press("Enter");
    await row.waitFor({ state: "detached" });
  });

  await test("the catalog holds on every screen", async () => {
    await made(page, "POST", "/api/v1/models", { maker: "HP", name: "Fortis 11 G10", kind: "laptop", cost_cents: 31_500, warranty_months: 12 });
    await made(page, "POST", "/api/v1/models", { maker: "Anywhere Cart", name: "AC-LITE 30", kind: "cart" });
    await eachLook(world, "models", "/models", ".table");
  });
}

async function rooms(world, window) {
  const { page } = window;
  const it = world.stock;
  await test("a cart is added and edited, and shows how full it is", async () => {
    for (const number of [6, 7, 8]) await made(page, "POST", "/api/v1/custody/give", { device: it.tag(number), place: it.places.cart.id });
    await window.go("/places");
    const school = page.getByRole("region", { name: "Lincoln Middle School" });
    await school.getByRole("row", { name: /Science Cart/ }).getByText("4 of 4").waitFor();
    await page.getByRole("region", { name: "Whole district" }).getByText("Fixit Repairs").waitFor();
    const task = new Task(page, "add_place");
    await task.tabTo("Add a place");
    await task.press("Enter");
    await dialog(page).waitFor();
    await dialog(page).getByLabel("Kind").selectOption({ label: "Cart" });
    await dialog(page).getByLabel("Name").fill("Science Cart");
    await dialog(page).getByLabel("School").selectOption({ label: "Lincoln Middle School" });
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    await dialog(page).getByText(/there is a cart called Science Cart already/i).waitFor();
    await window.accessible("a place with an error");
    await dialog(page).getByLabel("Name").fill("Cart 7");
    await dialog(page).getByLabel("How many fit").fill("30");
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    await school.getByRole("row", { name: /Cart 7/ }).getByText("0 of 30").waitFor();
    task.done();
  });

  await test("what is in a cart is listed, and taken out from there", async () => {
    await page.getByRole("link", { name: "Science Cart" }).press("Enter");
    await page.getByRole("heading", { name: "Science Cart", level: 1 }).waitFor();
    const inside = page.getByRole("table", { name: "What is in it" });
    await inside.waitFor();
    equal(await inside.getByRole("rowheader").count(), 4, "devices in it");
    await inside.getByRole("button", { name: `Take back ${it.tag(8)}` }).press("Enter");
    await dialog(page).getByRole("button", { name: "Take back" }).press("Enter");
    await inside.getByRole("link", { name: it.tag(8) }).waitFor({ state: "detached" });
    await page.getByText("3 of 4").waitFor();
    await page.getByRole("button", { name: "Edit" }).press("Enter");
    await dialog(page).getByLabel("Note").fill("Key at the office");
    await dialog(page).getByRole("button", { name: "Save" }).press("Enter");
    await page.getByText("Key at the office").waitFor();
  });

  await test("places hold on every screen", async () => {
    await eachLook(world, "places", "/places", ".table");
    await eachLook(world, "place", `/places/${it.places.cart.id}`, ".table");
  });
}

async function leaving(world, window) {
  const { page } = window;
  const it = world.stock;
  await test("who is withdrawn and still has a device is listed by school, and the device taken back from there", async () => {
    const gone = student(3), moved = student(1);
    await give(page, it.tag(5), gone.number);
    await give(page, it.tag(9), moved.number);
    const left = tables(240);
    for (const one of [gone, moved]) left["users.csv"] = left["users.csv"].replace(`\n${one.id},true,`, `\n${one.id},false,`);
    await importRoster(window, left);
    await window.go("/leavers");
    await page.getByText("2 devices are still out").waitFor();
    await eachLook(world, "leavers", "/leavers", ".table");
    const task = new Task(page, "take_from_leaver");
    await task.tabTo(`Take back ${it.tag(5)}`, 80);
    await task.press("Enter");
    await dialog(page).waitFor();
    check(await dialog(page).getByLabel("Charger").isChecked(), "what went along is not known");
    await task.tabTo("Take back");
    await task.press("Enter");
    await page.getByText("1 device is still out").waitFor();
    task.done();
    await page.getByLabel("School", { exact: true }).selectOption({ label: "Lincoln Middle School" });
    await page.getByRole("heading", { name: "Nothing is outstanding" }).waitFor();
    await window.accessible("nobody who left");
  });
}

async function people(world, window) {
  const { page } = window;
  const it = world.stock;
  await test("a person's page shows what they hold, and what they held when it is asked for", async () => {
    const { items } = await call(page, "GET", `/api/v1/people?q=${kAna.number}`);
    await give(page, it.tag(10), kAna.number);
    const asked = [];
    page.on("request", (request) => { if (request.url().includes("which=all")) asked.push(request.url()); });
    await window.go(`/people/${items[0].id}`);
    const holds = page.getByRole("table", { name: "Holds now" });
    await holds.getByRole("link", { name: it.tag(10) }).waitFor();
    equal(asked.length, 0, "readings of what they held");
    await page.getByRole("button", { name: "Show what they held before" }).press("Enter");
    await page.getByRole("table", { name: "Held before" }).getByRole("link", { name: it.tag(4) }).waitFor();
    await window.picture("person.held.wide");
    await window.accessible("what somebody held");
    await eachLook(world, "person.devices", `/people/${items[0].id}`, ".key-facts");
  });

  await test("a viewer sees that a person has a device, and neither who nor a way to move it", async () => {
    const viewer = await account(world, window, "v.stock", "viewer", { kind: "district" });
    await viewer.go(it.page(10));
    await custody(viewer.page).getByText("a person", { exact: true }).waitFor();
    equal(await custody(viewer.page).getByRole("button").count(), 0, "buttons");
    check(!(await viewer.page.locator("main").innerText()).includes("Álvarez"), "a name is shown");
    equal(await viewer.page.getByRole("link", { name: "Left with a device" }).count(), 0, "links to those who left");
    viewer.flawless();
    await viewer.close();
  });

  await test("somebody of one school moves what is there, and does not reach the rest", async () => {
    const technician = await account(world, window, "t.stock", "technician", { kind: "school", ids: ["lincoln"] });
    await technician.go("/places");
    await technician.page.getByText("Room 204").waitFor();
    equal(await technician.page.getByText("Media Center").count(), 0, "places of the other school");
    equal(await technician.page.getByRole("link", { name: "Fixit Repairs" }).count(), 1, "places of the district");
    await technician.go(it.page(9));
    await technician.page.getByRole("heading", { name: "Not found" }).waitFor();
    await technician.go("/models");
    await technician.page.getByText("Lenovo 300e Gen 3").waitFor();
    equal(await technician.page.getByRole("button", { name: "Add a model" }).count(), 0, "ways to change the district's catalog");
    technician.flawless();
    await technician.close();
  });
}

export async function inventory(world) {
  const window = await Window.open(world.browser, world.server, "wide", { storageState: world.signedIn });
  await window.go("/");
  await stock(world, window);
  for (const part of [handing, facts, catalog, rooms, leaving, people]) await part(world, window);
  window.flawless();
  await window.close();
}
