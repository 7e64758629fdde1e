// The list at a size that no test enrols: the page's own work on 100,000 rows, which the test serves in the
// shape of the API. Time is the page's own processor time, so that a busy machine does not change the verdict.
import { check, equal, figure, test } from "../harness.mjs";
import { Window } from "../browser.mjs";

const kRows = 100_000;
const kSteps = 240;
const kFrameBudgetMs = 12;
const kLongTaskMs = 50;
const states = ["online", "asleep", "shut_down", "flat", "silent", "never"];
const verdicts = ["good", "watch", "replace", "implausible", "unknown"];

const row = (index, nowMs) => ({
  id: `01J${String(index).padStart(23, "0")}`, tag: `ISD-${100_000 + index}`, serial: `5CD${(index * 7919) % 1_000_003}`, manufacturer: "Dell Inc.", model: "Latitude 3190",
  school: index % 2 ? "lincoln" : "mountain-view", state: states[index % 6], state_since_ms: nowMs - index * 1_000, verdict: verdicts[index % 5],
  health_percent: 50 + (index % 50), percent: index % 101, on_ac: index % 3 === 0, last_report_ms: nowMs - index * 1_000, created_ms: nowMs - 1e9,
});

async function serveRows(context) {
  const nowMs = Date.now();
  await context.route(/\/api\/v1\/devices\?/, async (route) => {
    const query = new URL(route.request().url()).searchParams;
    const found = query.get("q") ? [...Array(kRows).keys()].filter((index) => `ISD-${100_000 + index}`.includes(query.get("q").toUpperCase())) : null;
    const total = found?.length ?? kRows;
    const from = Number(query.get("cursor") ?? 0);
    const to = Math.min(total, from + Number(query.get("limit") ?? 100));
    const items = Array.from({ length: to - from }, (_, index) => row(found ? found[from + index] : from + index, nowMs));
    await route.fulfill({ json: { items, total, server_ms: nowMs, ...(to < total ? { next_cursor: String(to) } : {}) } });
  });
}

// The longest turn of the page's main thread in processor time, from the browser's own trace.
function turnsMs(trace) {
  const { traceEvents } = JSON.parse(trace.toString());
  const mains = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ pid, tid }) => `${pid} ${tid}`));
  return traceEvents.filter(({ name, pid, tid }) => name === "ThreadControllerImpl::RunTask" && mains.has(`${pid} ${tid}`)).map(({ tdur }) => (tdur ?? 0) / 1_000);
}

export async function hundredThousand(world) {
  const window = await Window.open(world.browser, world.server, "wide", { storageState: world.signedIn });
  const { page } = window;
  await serveRows(window.context);
  const devtools = await window.context.newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const busyMs = async () => (await devtools.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.longTasks.push(entry.duration); }).observe({ entryTypes: ["longtask"] });
  });

  await test("100,000 rows scroll without a stutter", async () => {
    await window.go("/devices");
    await page.getByText("100,000 devices").waitFor();
    await page.locator(".grid").hover();
    await page.waitForTimeout(500);
    await page.evaluate(() => {
      window.longTasks.length = 0;
      window.frames = [];
      let before = performance.now();
      const tick = (now) => { window.frames.push(now - before); before = now; window.counting = requestAnimationFrame(tick); };
      requestAnimationFrame(tick);
    });
    await world.browser.startTracing(page, { categories: ["toplevel"] });
    const before = await busyMs();
    for (let step = 0; step < kSteps; step++) {
      await page.mouse.wheel(0, 400);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    const busy = (await busyMs()) - before;
    const turns = turnsMs(await world.browser.stopTracing());
    const long = turns.filter((ms) => ms > kLongTaskMs);
    const { frames, longTasks, shown } = await page.evaluate(() => {
      cancelAnimationFrame(window.counting);
      return { frames: window.frames.sort((a, b) => a - b), longTasks: window.longTasks, shown: document.querySelectorAll(".grid-row").length };
    });
    figure("list.rows", kRows);
    // A wheel step is animated: the browser draws several frames of it.
    const perFrame = busy / frames.length;
    figure("list.cpu_ms_per_frame", perFrame);
    figure("list.cpu_ms_per_wheel_step", busy / kSteps);
    figure("list.frame_p95_ms", frames[Math.floor(frames.length * 0.95)]);
    figure("list.long_tasks", long.length);
    figure("list.longest_task_ms", Math.max(0, ...turns));
    figure("list.longest_task_with_waiting_ms", Math.max(0, ...longTasks));
    figure("list.rows_in_the_page", shown);
    check(turns.length > kSteps, `the trace has ${turns.length} turns`);
    equal(long, [], "long tasks");
    check(shown < 80, `${shown} rows are in the page`);
    check(perFrame < kFrameBudgetMs, `a frame costs ${perFrame.toFixed(1)} ms of processor time`);
  });

  await test("the end of 100,000 rows is one key away and filled in", async () => {
    const started = performance.now();
    await page.evaluate(() => { window.longTasks.length = 0; });
    await page.locator(".grid-row a").first().focus();
    await page.keyboard.press("End");
    await page.getByRole("link", { name: "ISD-199999" }).waitFor({ timeout: 60_000 });
    figure("list.to_the_end_ms", performance.now() - started);
    figure("list.to_the_end_longest_task_ms", Math.max(0, ...(await page.evaluate(() => window.longTasks))));
    equal(await page.evaluate(() => document.activeElement?.closest(".grid-row")?.getAttribute("aria-rowindex")), String(kRows + 1), "the focused row");
    await window.picture("devices.hundred_thousand", false);
  });

  await test("searching among 100,000 rows answers as one types", async () => {
    const started = performance.now();
    await page.getByRole("searchbox").fill("isd-1500");
    await page.getByText(/devices match/).waitFor();
    figure("list.search_ms", performance.now() - started);
    equal(await page.locator(".grid").evaluate((grid) => grid.scrollTop), 0, "scrolled");
  });
  window.flawless();
  await window.close();
}
