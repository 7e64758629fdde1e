// A physical audit of a cart: scanned, accounted for, closed; and the scanner while the network is away.
import { eachLook } from "../each_look.mjs";
import { check, equal, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";

// What a technician did before: done through the API with the session of the browser.
export const send = (page, path, body) => page.evaluate(async ([where, text]) => {
  const answer = await fetch(where, { method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() }, body: text });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${where} answered ${answer.status}: ${JSON.stringify(said)}`);
  return said;
}, [path, JSON.stringify(body)]);

async function furnish(page) {
  const cart = await send(page, "/api/v1/places", { kind: "cart", name: "Audit cart", school: "lincoln" });
  const room = await send(page, "/api/v1/places", { kind: "room", name: "Audit room", school: "lincoln" });
  for (const tag of ["AU-1", "AU-2", "AU-3", "AU-4"]) {
    await send(page, "/api/v1/devices", { tag, school: "lincoln", kind: "tablet" });
    await send(page, "/api/v1/custody/give", { device: tag, place: tag === "AU-4" ? room.id : cart.id });
  }
  return { cart, room };
}

const answer = (page, text) => page.locator(".scanner-answer", { hasText: text });

async function scan(page, label, says) {
  await page.keyboard.type(label);
  await page.keyboard.press("Enter");
  await answer(page, label).filter({ hasText: says }).waitFor();
}

async function choose(page, task, label, value) {
  await task.tabTo(label);
  await page.getByRole("dialog").getByLabel(label).selectOption(value);
}

export async function inventoryChecks(world) {
  const window = await Window.open(world.browser, world.server, "wide", { storageState: world.signedIn });
  const { page } = window;
  await window.go("/physical-audits");
  await test("without an audit the page says what one is", async () => {
    await page.getByRole("heading", { name: "No physical audit yet" }).waitFor();
    await window.accessible("no audits");
  });
  await furnish(page);

  await test("an audit is begun and scanned by keyboard; each label is told what it is", async () => {
    await window.go("/physical-audits");
    const task = new Task(page, "audit_cart");
    await task.tabTo("Start an audit");
    await task.press("Enter");
    await page.getByRole("dialog").getByLabel("Place").waitFor();
    await choose(page, task, "Place", { label: "Audit cart · Cart · Lincoln Middle School" }).catch(async () => {
      const options = await page.getByRole("dialog").locator("option").allInnerTexts();
      await choose(page, task, "Place", { label: options.find((each) => each.startsWith("Audit cart")) });
    });
    await window.accessible("starting an audit");
    await window.picture("audit.start.wide", false);
    await task.tabTo("Start");
    await task.press("Enter");
    await page.getByRole("heading", { name: "Physical audit of Audit cart", level: 1 }).waitFor();
    await page.waitForURL("**/physical-audits/*");
    await page.getByLabel("Scan a tag or serial number").focus();
    await scan(page, "AU-1", "Expected here.");
    await scan(page, "au-1", "Scanned already.");
    await scan(page, "AU-4", "It belongs to: Audit room.");
    await scan(page, "ZZ-404", "No device has this label.");
    task.done();
    await page.getByText("1 of 3 scanned").waitFor();
    check(await page.getByLabel("Scan a tag or serial number").evaluate((field) => field === document.activeElement && field.value === ""), "the field is not ready for the next label");
    world.audit = new URL(page.url()).pathname;
  });

  await test("an open audit holds on every screen", async () => { await eachLook(world, "audit.open", world.audit, ".bars"); });

  await test("labels that are scanned while the network is away wait and are sent when it is back", async () => {
    await window.go(world.audit, ".scanner");
    await page.getByLabel("Scan a tag or serial number").focus();
    await window.context.setOffline(true);
    await page.keyboard.type("AU-2");
    await page.keyboard.press("Enter");
    await page.getByText("1 label is waiting to be sent").waitFor();
    await window.picture("audit.offline.wide", false);
    await window.context.setOffline(false);
    await answer(page, "Expected here.").waitFor({ timeout: 20_000 });
    await page.getByText("2 of 3 scanned").waitFor();
  });

  await test("a label is kept while the server cannot take it, also when the page is left meanwhile", async () => {
    const keys = [];
    let busy = true;
    const refuse = (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ title: "Busy" }) });
    await page.route("**/api/v1/inventory-checks/*/scans", async (route) => {
      keys.push(await route.request().headerValue("Idempotency-Key"));
      return busy ? refuse(route) : route.continue();
    });
    await page.getByLabel("Scan a tag or serial number").focus();
    await page.keyboard.type("au-2");
    await page.keyboard.press("Enter");
    await page.getByText("1 label is waiting to be sent").waitFor();
    await page.route("**/api/v1/inventory-checks/*", refuse);
    await page.waitForResponse((got) => got.status() === 503 && got.request().method() === "GET");
    await page.unroute("**/api/v1/inventory-checks/*");
    await page.getByText("1 label is waiting to be sent").waitFor();
    await page.locator("nav a[href='/devices']").first().press("Enter");
    await page.getByRole("heading", { name: "Devices", level: 1 }).waitFor();
    await page.goBack();
    await page.getByText("1 label is waiting to be sent").waitFor();
    busy = false;
    await answer(page, "Scanned already.").waitFor({ timeout: 20_000 });
    check(keys.length > 1 && new Set(keys).size === 1, `keys: ${keys}`);
    await page.unroute("**/api/v1/inventory-checks/*/scans");
  });

  await test("what is not accounted for keeps it open; each is accounted for by keyboard, and it is closed", async () => {
    await window.go(world.audit, ".table");
    await page.getByRole("button", { name: "Close the audit" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Close the audit" }).press("Enter");
    await page.getByRole("dialog").getByText("1 device is missing, 1 is here and was not expected, 1 label is unknown").waitFor();
    await window.accessible("an audit that cannot be closed");
    await window.picture("audit.refused.wide", false);
    await page.keyboard.press("Escape");
    const task = new Task(page, "account_for");
    await task.tabTo("Account for AU-3");
    await task.press("Enter");
    await page.getByRole("dialog", { name: "Account for AU-3" }).waitFor();
    await choose(page, task, "What became of it", { label: "Lost" });
    await window.accessible("accounting for a device");
    await window.picture("audit.account.wide", false);
    await task.tabTo("Save");
    await task.press("Enter");
    await page.getByRole("heading", { name: "Nothing is missing" }).waitFor();
    task.done();
    await window.go(`${world.audit}?status=unexpected`, ".table");
    await page.getByRole("button", { name: "Account for AU-4" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).press("Enter");
    await page.getByRole("heading", { name: "None of these" }).waitFor();
    await window.go(`${world.audit}?status=unknown`, ".table");
    await page.getByRole("button", { name: "Account for zz-404" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).press("Enter");
    await page.getByRole("dialog").getByText("note is missing").waitFor();
    await page.getByRole("dialog").getByLabel("Note").fill("a monitor");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).press("Enter");
    await page.getByRole("heading", { name: "None of these" }).waitFor();
    await page.getByRole("button", { name: "Close the audit" }).press("Enter");
    await page.getByRole("dialog").getByLabel("Note").fill("with the janitor");
    await page.getByRole("dialog").getByRole("button", { name: "Close the audit" }).press("Enter");
    await page.getByText("The audit is closed.").waitFor();
    await page.getByText("with the janitor").waitFor();
    equal(await page.getByLabel("Scan a tag or serial number").count(), 0, "scanners of a closed audit");
  });

  await test("a closed audit and the list hold on every screen", async () => {
    await eachLook(world, "audit.closed", `${world.audit}?status=all`, ".table");
    await eachLook(world, "audit.list", "/physical-audits", ".table");
  });

  await test("who begins, accounts for and closes an audit is on record", async () => {
    await window.go("/audit");
    for (const words of ["Begin a physical audit", "Scan in a physical audit", "Account for a device in a physical audit", "Close a physical audit"]) await page.getByText(words, { exact: true }).first().waitFor();
  });
  window.flawless();
  await window.close();
}
