// The next school year before it begins.
import fs from "node:fs";
import { check, test } from "../harness.mjs";
import { student } from "../export.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";
import { eachLook } from "../each_look.mjs";
import { send } from "./inventory_checks.mjs";

export async function rollover(world) {
  const window = await Window.open(world.browser, world.server, "wide", { storageState: world.signedIn });
  const { page } = window;
  await window.go("/rollover");
  await send(page, "/api/v1/devices", { tag: "RO-1", school: "lincoln", kind: "tablet" });
  await send(page, "/api/v1/custody/give", { device: "RO-1", person: student(0).number });

  await test("each grade says what becomes of it, and how many of it have a device", async () => {
    await window.go("/rollover", ".table");
    const row = page.getByRole("row", { name: /Lincoln.*7.*8/ }).first();
    await row.waitFor();
    await page.getByRole("heading", { name: "Nobody will leave with a device" }).waitFor();
  });

  await test("who will graduate with a device is a list by keyboard, and a file", async () => {
    const task = new Task(page, "rollover");
    await task.tabTo("Last grade");
    await page.getByLabel("Last grade").selectOption("06");
    await page.waitForURL("**last=06");
    await page.getByRole("row", { name: /graduates/ }).first().waitFor();
    await page.getByRole("row", { name: /Ana Álvarez-Quintero.*RO-1/ }).waitFor();
    await task.tabTo("Download the list");
    const [file] = await Promise.all([page.waitForEvent("download"), task.press("Enter")]);
    task.done();
    const text = fs.readFileSync(await file.path(), "utf8");
    const [line, ...more] = text.split("\r\n").filter((each) => each.includes("RO-1"));
    check(line?.includes("Álvarez-Quintero") && more.length === 0, text);
  });

  await test("the preview holds on every screen", async () => { await eachLook(world, "rollover", "/rollover?last=06", ".table"); });
  window.flawless();
  await window.close();
}
