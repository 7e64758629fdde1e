import { check, equal, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";

export async function device(world) {
  const { browser, server } = world;
  const window = await Window.open(browser, server, "wide", { storageState: world.signedIn });
  const { page } = window;
  const id = await world.deviceOf("PF0ZX4K9");

  await test("the device page shows packs, verdicts with reasons, connectivity, health and collectors", async () => {
    await window.go(`/devices/${id}`);
    for (const name of ["Battery packs", "Charge over time", "Connectivity", "Health", "Identity", "Collectors", "Agents"]) await page.getByRole("region", { name, exact: true }).waitFor();
    equal(await page.locator("article").count(), 2, "packs");
    check((await page.locator(".reasons li").count()) >= 2, "a pack has no reason");
    check((await page.locator(".chart canvas").count()) === 1, "no curve is drawn");
    check(/BAT0: from \d+% at .* to \d+%/.test(await page.locator("figcaption").innerText()), "the curve is not told in words");
    await page.getByText("Show the values as a table").press("Enter");
    await page.getByRole("table", { name: "Charge over time" }).waitFor();
    await window.accessible("the curve's table");
  });

  await test("tag and school are edited by keyboard", async () => {
    await window.go(`/devices/${id}`);
    const task = new Task(page, "edit_tag");
    await task.tabTo("Edit device");
    await task.press("Enter");
    await page.getByRole("dialog").waitFor();
    await window.accessible("the editing dialog");
    await task.tabTo("Asset tag");
    await task.type("ISD-10412");
    await task.tabTo("School");
    await task.type("Lin");
    await task.tabTo("Save");
    await task.press("Enter");
    await page.getByRole("heading", { name: "ISD-10412", level: 1 }).waitFor();
    task.done();
    await page.getByText("Lincoln Middle School").first().waitFor();
  });

  await test("a tag with markup stays text", async () => {
    await page.getByRole("button", { name: "Edit device" }).press("Enter");
    await page.getByLabel("Asset tag").fill("<b onclick=alert(1)>ISD</b>");
    await page.getByRole("button", { name: "Save" }).press("Enter");
    await page.getByRole("heading", { name: "<b onclick=alert(1)>ISD</b>", level: 1 }).waitFor();
  });

  await test("when somebody else was faster, both versions are shown and the person decides", async () => {
    const other = await window.tab();
    await other.goto(`${server.origin}/devices/${id}`);
    await page.getByRole("button", { name: "Edit device" }).press("Enter");
    await page.getByLabel("Asset tag").fill("ISD-MINE");
    await other.getByRole("button", { name: "Edit device" }).press("Enter");
    await other.getByLabel("Asset tag").fill("ISD-THEIRS");
    await other.getByRole("button", { name: "Save" }).press("Enter");
    await other.getByRole("heading", { name: "ISD-THEIRS", level: 1 }).waitFor();
    await other.close();
    await page.getByRole("button", { name: "Save" }).press("Enter");
    await page.getByRole("alert").filter({ hasText: "Somebody else changed this device" }).waitFor();
    check((await page.getByRole("alert").innerText()).includes("ISD-THEIRS"), "their tag is not shown");
    await window.picture("device.conflict", false);
    await window.accessible("the conflict");
    await page.getByRole("button", { name: "Save mine instead" }).press("Enter");
    await page.getByRole("heading", { name: "ISD-MINE", level: 1 }).waitFor();
  });

  await test("a revoked agent is refused from its next request on", async () => {
    const desktop = await world.deviceOf(world.desktop.report.id.sn);
    await window.go(`/devices/${desktop}`);
    const task = new Task(page, "revoke_agent");
    await task.tabTo("Revoke agent", 120);
    await task.press("Enter");
    await page.getByRole("dialog").waitFor();
    await window.picture("agent.revoke", false);
    await task.tabTo("Revoke the agent");
    await task.press("Enter");
    await page.locator("td", { hasText: "Revoked" }).waitFor();
    task.done();
    check(await world.desktop.send().then(() => false, () => true), "its report was taken");
  });

  await test("deleting asks first and says what is lost", async () => {
    const desktop = await world.deviceOf(world.desktop.report.id.sn);
    await window.go(`/devices/${desktop}`);
    await page.getByRole("button", { name: "Delete" }).press("Enter");
    await window.accessible("the deleting dialog");
    await page.keyboard.press("Escape");
    check(await page.getByRole("button", { name: "Delete" }).evaluate((button) => button === document.activeElement), "the focus did not come back");
    await page.getByRole("button", { name: "Delete" }).press("Enter");
    await page.getByRole("button", { name: "Delete for good" }).press("Enter");
    await page.getByRole("heading", { name: "Devices", level: 1 }).waitFor();
    await window.go(`/devices/${desktop}`);
    await page.getByRole("heading", { name: "Not found" }).waitFor();
  });
  window.flawless();
  await window.close();
}
