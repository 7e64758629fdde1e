import { check, equal, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";
import { Laptop } from "../laptop.mjs";

const kHostile = { sn: `"><svg onload=window.hurt=1>`, mf: "<script>window.hurt=1</script>", md: `<img src=x onerror=window.hurt=1>` };

export async function devices(world) {
  const { browser, server } = world;
  const window = await Window.open(browser, server, "wide", { storageState: world.signedIn });
  const { page } = window;

  await test("a device is found by a part of its serial number, by keyboard", async () => {
    await window.go("/devices");
    const task = new Task(page, "find_device");
    await task.tabTo("Search");
    await task.type("zx4k");
    await page.getByText("1 device matches").waitFor();
    await task.tabTo("PF0ZX4K9");
    await task.press("Enter");
    await page.getByRole("heading", { name: "PF0ZX4K9", level: 1 }).waitFor();
    task.done();
  });

  await test("the address holds the query, and back brings it back", async () => {
    await page.goBack();
    await page.getByText("1 device matches").waitFor();
    equal(new URL(page.url()).search, "?q=zx4k", "the address");
    equal(await page.getByRole("searchbox").inputValue(), "zx4k", "the field");
    await window.go("/devices?state=asleep");
    await page.getByText("1 device matches").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).press("Enter");
    await page.getByText(/^\d+ devices$/).waitFor();
    await page.getByRole("button", { name: "Model" }).press("Enter");
    await page.locator("[role=columnheader][aria-sort=ascending]", { hasText: "Model" }).waitFor();
    check(page.url().includes("sort=model"), page.url());
  });

  await test("arrow keys move through the list", async () => {
    await window.go("/devices?sort=model&order=asc");
    await page.locator(".grid-row a").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    equal(await page.evaluate(() => document.activeElement?.closest(".grid-row")?.getAttribute("aria-rowindex")), "4", "the row");
    await page.keyboard.press("Home");
    equal(await page.evaluate(() => document.activeElement?.closest(".grid-row")?.getAttribute("aria-rowindex")), "2", "the row");
  });

  await test("each number of the overview opens its list", async () => {
    await window.go("/");
    await page.getByRole("link", { name: /^Asleep/ }).press("Enter");
    await page.getByText("1 device matches").waitFor();
    equal(new URL(page.url()).search, "?state=asleep", "the address");
  });

  await test("what a device says stays text", async () => {
    const hostile = await Laptop.enrol(server, server.token("hostile"), "thinkpad-x13-ipv6-only", kHostile);
    await hostile.send();
    const id = await world.deviceOf("onload");
    for (const where of ["/devices", `/devices/${id}`, `/devices/${id}?view=timeline&which=all`, `/devices/${id}?view=fields`, "/reviews", "/audit"]) {
      await window.go(where);
      equal(await page.evaluate(() => [window.hurt ?? null, document.querySelectorAll("img, script:not([src]), svg[onload]").length]), [null, 0], where);
    }
    await window.go(`/devices/${id}`);
    await page.getByText(kHostile.md).first().waitFor();
    await window.picture("device.hostile");
  });

  await test("a list without a match says so", async () => {
    await window.go("/devices?q=no-such-device-anywhere");
    await page.getByRole("heading", { name: "No device matches" }).waitFor();
    await window.picture("devices.none");
    await window.accessible("the empty list");
  });
  window.flawless();
  await window.close();
}
