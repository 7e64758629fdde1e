// A purchase order from the first note to the last box.
import { check, equal, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";
import { eachLook } from "../each_look.mjs";
import { send } from "./inventory_checks.mjs";

const answer = (page, text) => page.locator(".scanner-answer", { hasText: text });

async function scan(page, label, says) {
  await page.keyboard.type(label);
  await page.keyboard.press("Enter");
  await answer(page, label).filter({ hasText: says }).waitFor();
}

const station = (page, step) => page.getByLabel("What is done here").selectOption({ label: step });

async function fill(page, task, label, text) {
  await task.tabTo(label);
  await task.type(text);
}

export async function receiving(world) {
  const window = await Window.open(world.browser, world.server, "wide", { storageState: world.signedIn });
  const { page } = window;

  await test("an order is noted by keyboard; without a catalog its first model is made there", async () => {
    await window.go("/receiving");
    await page.getByRole("heading", { name: "No order is open" }).waitFor();
    await window.accessible("no orders");
    const task = new Task(page, "note_order");
    await task.tabTo("New purchase order");
    await task.press("Enter");
    await page.getByRole("dialog").waitFor();
    const first = await page.getByText("The catalog has no model yet.").waitFor({ timeout: 2_000 }).then(() => true, () => false);
    if (first) {
      await fill(page, task, "Maker", "Lenovo");
      await fill(page, task, "Model", "300e Gen 4");
      await task.tabTo("Add the model");
      await task.press("Enter");
    } else {
      await send(page, "/api/v1/models", { maker: "Lenovo", name: "300e Gen 4", kind: "laptop" });
      await window.go("/receiving");
      await page.getByRole("button", { name: "New purchase order" }).press("Enter");
    }
    await page.getByLabel("Order number").waitFor();
    await fill(page, task, "Order number", "PO 2026-17");
    await fill(page, task, "Vendor", "Acme School Supply");
    await fill(page, task, "Funding source", "Title I");
    await task.tabTo("Model");
    await page.getByRole("dialog").getByLabel("Model").selectOption({ label: "Lenovo 300e Gen 4" });
    await page.getByLabel("Quantity").fill("3");
    await page.getByLabel("Unit cost ($)").fill("28o");
    await fill(page, task, "Next tag", "LMS-0001");
    await page.getByRole("button", { name: "Save" }).press("Enter");
    await page.getByText("Each line needs a whole number").waitFor();
    await window.accessible("an order with a wrong line");
    await window.picture("receiving.form.wide", false);
    await page.getByLabel("Unit cost ($)").fill("289.50");
    await page.getByRole("button", { name: "Save" }).press("Enter");
    await page.getByRole("heading", { name: "Order PO 2026-17", level: 1 }).waitFor();
    task.done();
    world.order = new URL(page.url()).pathname;
  });

  await test("a delivery is noted, and its boxes are scanned one after the other", async () => {
    await page.getByRole("button", { name: "Note a delivery" }).press("Enter");
    await page.getByLabel("Announced").fill("3");
    await page.getByLabel("Packing slip").fill("S-4711");
    await window.accessible("noting a delivery");
    await window.picture("receiving.delivery.wide", false);
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).press("Enter");
    await page.getByLabel("Scan the serial number").waitFor();
    await page.getByLabel("Scan the serial number").focus();
    await scan(page, "PFNEW01", "Next: its tag.");
    await scan(page, "PFNEW02", "Next: its tag.");
    await scan(page, "pfnew01", "Done before.");
    await page.locator(".bar", { hasText: "Received" }).locator(".bar-count", { hasText: "2" }).waitFor();
  });

  await test("tags are given or scanned, the image is noted, and the check makes a device ready or holds it", async () => {
    await station(page, "Tag");
    await page.getByLabel("Scan a serial number or tag").focus();
    await scan(page, "PFNEW01", "Tag LMS-0001.");
    await page.getByLabel("Tags").selectOption({ label: "Scan a printed label" });
    await page.getByLabel("Scan a serial number or tag").focus();
    await page.keyboard.type("PFNEW02");
    await page.keyboard.press("Enter");
    await page.getByLabel("Scan the label for PFNEW02").waitFor();
    await scan(page, "LMS-0900", "Next: its image.");
    await station(page, "Check");
    await page.getByLabel("Scan a serial number or tag").focus();
    await scan(page, "LMS-0001", "image it, or say that it needs none");
    await station(page, "Image devices without an agent");
    await page.getByLabel("Scan a serial number or tag").focus();
    await scan(page, "LMS-0001", "Next: the check.");
    await station(page, "Check");
    await page.getByLabel("Scan a serial number or tag").focus();
    await scan(page, "LMS-0001", "Ready.");
    await page.getByLabel("It is").selectOption({ label: "Damaged" });
    await page.getByLabel("What is damaged").fill("screen cracked");
    await page.getByLabel("Scan a serial number or tag").focus();
    await scan(page, "LMS-0900", "It is on hold");
    await page.getByText("Damaged: screen cracked").waitFor();
    await window.picture("receiving.station.wide", false);
  });

  await test("an order holds on every screen", async () => { await eachLook(world, "receiving.order", world.order, ".bars"); });

  await test("an agent that enrolls has imaged its laptop, with its own time", async () => {
    const id = await world.deviceOf("PF0ZX4K9");
    const device = await page.evaluate((where) => fetch(where).then((got) => got.json()), `/api/v1/devices/${id}`);
    const model = await send(page, "/api/v1/models", { maker: device.manufacturer, name: `${device.model} (ordered)`, kind: "laptop" });
    const order = await send(page, "/api/v1/purchase-orders", { number: "PO agent", vendor: "Acme", lines: [{ model_id: model.id, quantity: 1 }] });
    const delivery = await send(page, `/api/v1/purchase-orders/${order.id}/deliveries`, { delivered: "2026-08-03", announced: 1 });
    const got = await send(page, `/api/v1/purchase-orders/${order.id}/scans`, { serial: device.serial, delivery: delivery.id });
    equal(got.device.id, id, "the device");
    check(got.steps.imaged.by_agent, "its agent did not prove the image");
    await window.go(`/receiving/${order.id}`, ".table");
    await page.getByText("by its agent").waitFor();
  });

  await test("short and damaged deliveries are a list over all orders", async () => {
    await window.go("/receiving");
    await page.getByRole("tab", { name: "Short and damaged" }).press("Enter");
    const row = page.getByRole("row", { name: /PO 2026-17/ });
    await row.getByText("1 short").waitFor();
    equal(await row.getByRole("cell").nth(4).innerText(), "1", "damaged");
    equal(await page.getByRole("row", { name: /PO agent/ }).count(), 0, "complete deliveries");
    await eachLook(world, "receiving.troubles", "/receiving?view=troubles", ".table");
    await eachLook(world, "receiving.list", "/receiving", ".table");
  });

  await test("an order is closed short only with a reason, and can be opened again", async () => {
    await window.go(world.order, ".bars");
    await page.getByRole("button", { name: "Close the order" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Close the order" }).press("Enter");
    await page.getByRole("dialog").getByText("1 of 3 did not come").waitFor();
    await window.accessible("closing short");
    await window.picture("receiving.close.wide", false);
    await page.getByLabel("Reason").fill("sold out");
    await page.getByRole("dialog").getByRole("button", { name: "Close the order" }).press("Enter");
    await page.getByText("Not everything came: sold out").waitFor();
    await page.getByRole("button", { name: "Open it again" }).press("Enter");
    await page.getByText("The order is open again.").waitFor();
    await page.getByRole("button", { name: "Change the order" }).press("Enter");
    await page.getByLabel("Note", { exact: false }).last().fill("pallet 3");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).press("Enter");
    await page.getByText("The order is changed.").waitFor();
    await page.getByText("pallet 3").waitFor();
  });
  window.flawless();
  await window.close();
}
