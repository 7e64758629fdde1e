import { check, equal, figure, test, until } from "../harness.mjs";
import { Window } from "../browser.mjs";

const kLimitMs = 1_000;
const kEvents = [81, 33, 57, 12, 74, 29, 90, 45, 68, 22, 86];

// From the moment when the server has acknowledged a report to the moment when the page shows it.
async function delay(page, laptop, percent) {
  const shown = page.waitForFunction((text) => document.querySelector(".key-facts .battery")?.textContent.includes(text), `${percent}%`, { polling: "raf" });
  await laptop.send(laptop.battery(percent));
  const acknowledged = performance.now();
  await shown;
  return Math.max(0, performance.now() - acknowledged);
}

export async function live(world) {
  const { browser, server, thinkpad } = world;
  const window = await Window.open(browser, server, "wide", { storageState: world.signedIn });
  const { page } = window;
  const id = await world.deviceOf("PF0ZX4K9");
  let streams = 0;
  window.context.on("request", (request) => { if (request.url().endsWith("/api/v1/events")) streams++; });

  await test("a report is on the screen within a second of its commit", async () => {
    await window.go(`/devices/${id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    const delays = [];
    for (const percent of kEvents) delays.push(await delay(page, thinkpad, percent));
    delays.sort((one, other) => one - other);
    const median = delays[Math.floor(delays.length / 2)];
    const worst = delays.at(-1);
    figure("live.p50_ms", median);
    figure("live.max_ms", worst);
    const all = `; all of them, in ms: ${delays.map((it) => it.toFixed(0)).join(", ")}`;
    check(median < kLimitMs / 2, `half of them took longer than ${median.toFixed(0)} ms${all}`);
    // A machine that is busy with something else may hold up one of them.
    check(delays.at(-2) < kLimitMs, `two took a second and more, the worst ${worst.toFixed(0)} ms${all}`);
  });

  await test("the list follows too", async () => {
    const list = await window.tab();
    await list.goto(`${server.origin}/devices?q=zx4k`);
    await list.getByText("1 device matches").waitFor();
    await thinkpad.send(thinkpad.battery(47));
    await list.getByText("47%").waitFor();
    await list.close();
  });

  await test("three tabs share one stream, and another tab takes over when its tab closes", async () => {
    streams = 0;
    const fresh = await Window.open(browser, server, "wide", { storageState: world.signedIn });
    fresh.context.on("request", (request) => { if (request.url().endsWith("/api/v1/events")) streams++; });
    await fresh.go(`/devices/${id}`);
    await fresh.page.getByText("Live", { exact: true }).waitFor();
    const tabs = [await fresh.tab(), await fresh.tab()];
    for (const tab of tabs) {
      await tab.goto(`${server.origin}/devices/${id}`);
      await tab.getByText("Live", { exact: true }).waitFor();
    }
    equal(streams, 1, "streams");
    await delay(tabs[0], thinkpad, 52);
    await fresh.page.close();
    await until("the next tab to take over", () => streams === 2);
    await tabs[1].getByText("Live", { exact: true }).waitFor();
    await delay(tabs[1], thinkpad, 63);
    await fresh.close();
  });

  await test("while the server is away the page says so and keeps what it had; then it catches up", async () => {
    await server.stop();
    await page.getByText("The server does not answer.").waitFor();
    await page.getByRole("region", { name: "Battery packs" }).waitFor();
    await window.picture("offline.wide");
    await window.accessible("the offline page");
    await page.getByRole("link", { name: "Retention" }).or(page.getByRole("link", { name: "What is kept, how long" })).first().click();
    await page.getByRole("heading", { name: "The server does not answer", exact: true }).waitFor();
    await window.picture("offline.page");
    const started = performance.now();
    await server.run();
    await page.getByText("The server does not answer.").waitFor({ state: "detached", timeout: 30_000 });
    await page.getByRole("table", { name: "What is kept, how long" }).waitFor();
    figure("offline.back_ms", performance.now() - started);
    await window.go(`/devices/${id}`);
    await page.getByText("Live", { exact: true }).waitFor();
    await delay(page, thinkpad, 71);
  });
  window.flawless();
  await window.close();
}
