// The counter: scanning in a loop that never leaves the screen.
import { check, equal, figure, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { student } from "../export.mjs";
import { Window } from "../browser.mjs";
import { eachLook } from "../each_look.mjs";
import { call, made, sendBeside, stock } from "../stock.mjs";

const rows = (page) => page.locator(".scan-row");
const field = (page) => page.locator(".scan-input");
// As a scanner types it.
async function scan(page, text) {
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}
const holderOf = async (page, id) => (await call(page, "GET", `/api/v1/devices/${id}`)).custody?.holder.name;
const isInField = (page) => field(page).evaluate((input) => input === document.activeElement);

// Devices of its own: what other cases did with theirs does not matter.
async function devices(world, page) {
  const out = [];
  for (let number = 1; number <= 6; number++) out.push(await made(page, "POST", "/api/v1/devices", { tag: `CTR-${number}`, model_id: world.stock.model.id, school: "lincoln", lifecycle: "ready", condition: "good" }));
  return out;
}

async function handingOut(world, window, own) {
  const { page } = window;
  await test("students and devices are scanned one after the other, faster than the server answers", async () => {
    await page.route("**/api/v1/custody/give", async (route) => { await page.waitForFunction(() => document.querySelectorAll(".scan-row").length >= 6); await route.continue(); }, { times: 1 });
    await window.go("/counter");
    check(await isInField(page), "the field has not the focus");
    const task = new Task(page, "hand_out_three");
    for (const number of [1, 2, 3]) {
      await task.type(student(3 * number + 3).number);
      await task.press("Enter");
      await task.type(`CTR-${number}`);
      await task.press("Enter");
    }
    await rows(page).getByText(/CTR-3 is with/).waitFor();
    task.done();
    figure("task.hand_out_three.per_student_ms", (performance.now() - task.started) / 3);
    equal(await rows(page).count(), 6, "rows");
    for (const number of [1, 2, 3]) {
      const one = student(3 * number + 3);
      equal(await holderOf(page, own[number - 1].id), `${one.given} ${one.family}`, `who has CTR-${number}`);
    }
    check(await isInField(page), "the focus left the field");
    await window.accessible("three handed out");
    await window.picture("counter.wide");
  });

  await test("what is in the way is said, cleared from there, and nothing else is touched", async () => {
    await scan(page, student(15).number);
    await scan(page, "CTR-1");
    const row = rows(page).first();
    await row.getByText(/CTR-1 is held by/).waitFor();
    await window.accessible("a refused scan");
    await window.picture("counter.refused");
    await row.getByRole("button", { name: /^Move it to/ }).press("Enter");
    await row.getByText(/CTR-1 is with/).waitFor();
    const one = student(15);
    equal(await holderOf(page, own[0].id), `${one.given} ${one.family}`, "who has it");
    check(await isInField(page), "the focus is not back in the field");
  });

  await test("the last one is undone, and the device is with whoever had it", async () => {
    await page.getByRole("button", { name: "Undo last" }).press("Enter");
    await rows(page).first().getByText(/Undone/).waitFor();
    const before = student(6);
    equal(await holderOf(page, own[0].id), `${before.given} ${before.family}`, "who has it");
    check(await isInField(page), "the focus is not back in the field");
  });

  await test("a tag that nobody knows is refused and the next scan goes on for the same person", async () => {
    const one = student(18);
    await scan(page, one.number);
    await scan(page, "NO-SUCH-TAG");
    await rows(page).first().getByText(/No device has the tag or serial number NO-SUCH-TAG/).waitFor();
    await scan(page, "CTR-4");
    await page.getByText(`CTR-4 is with ${one.given} ${one.family}.`).first().waitFor();
  });

  await test("the next student's ID in place of a device goes on with that student", async () => {
    await scan(page, student(12).number);
    await scan(page, student(21).number);
    const next = student(21);
    await page.getByLabel(`Scan the device for ${next.given} ${next.family}`).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".scan-for").waitFor({ state: "detached" });
  });

  await test("a name that several have asks which one", async () => {
    await scan(page, "okafor");
    const row = rows(page).first();
    await row.getByText("Several answer. Which one?").waitFor();
    await row.getByRole("button").first().press("Enter");
    await page.locator(".scan-for").waitFor();
    check(await isInField(page), "the focus is not back in the field");
    await page.keyboard.press("Escape");
    await page.locator(".scan-for").waitFor({ state: "detached" });
  });
}

async function otherModes(world, window, own) {
  const { page } = window;
  await test("devices come back by scanning, with the condition that stays set", async () => {
    await window.go("/counter?mode=take");
    await page.getByLabel("Condition").selectOption({ label: "Damaged, works" });
    check(await isInField(page), "the focus is not back in the field");
    for (const number of [1, 2]) await scan(page, `CTR-${number}`);
    await page.getByText("CTR-2 is back.").first().waitFor();
    const now = await call(page, "GET", `/api/v1/devices/${own[1].id}`);
    equal([now.condition, now.held_by], ["damaged", "nobody"], "the device");
    await scan(page, "CTR-1");
    await rows(page).first().getByText(/obody has CTR-1/).waitFor();
  });

  await test("two scans swap", async () => {
    const holder = await holderOf(page, own[2].id);
    await page.getByLabel("Swap").check();
    await page.getByLabel("Scan the device that comes in").waitFor();
    await scan(page, "CTR-3");
    await page.getByLabel("Scan the device that goes out").waitFor();
    await scan(page, "CTR-5");
    await page.getByText(new RegExp(`CTR-3 is back. CTR-5 is with ${holder}`)).first().waitFor();
    equal(await holderOf(page, own[4].id), holder, "who has the other one");
  });

  await test("a cart is filled: its page leads here, and it stays the receiver", async () => {
    await window.go(`/places/${world.stock.places.pool.id}`);
    await page.getByRole("link", { name: "Scan devices in" }).press("Enter");
    await page.getByLabel("Scan the device for Media Center").waitFor();
    for (const number of [1, 2, 6]) await scan(page, `CTR-${number}`);
    await page.getByText("CTR-6 is with Media Center.").first().waitFor();
    equal(await rows(page).count(), 3, "rows");
    await page.getByLabel("Scan the device for Media Center").waitFor();
    const { items } = await call(page, "GET", `/api/v1/places/${world.stock.places.pool.id}/devices`);
    equal(items.map(({ device }) => device.tag).sort(), ["CTR-1", "CTR-2", "CTR-6"], "what is in it");
  });

  await test("moving takes a device from whoever has it", async () => {
    await window.go("/counter?mode=move");
    await scan(page, "room 204");
    await scan(page, "CTR-6");
    await page.getByText("CTR-6 is with Room 204.").first().waitFor();
    equal(await holderOf(page, own[5].id), "Room 204", "where it is");
  });
}

async function withoutServer(world, window, own) {
  const { page } = window;
  await test("while the server is away scans wait, and are done once and in order when it is back", async () => {
    await window.go("/counter?mode=take");
    const keys = [];
    const other = await window.tab();
    await other.goto(world.server.origin);
    let away = true;
    await page.route("**/api/v1/custody/take-back", async (route) => {
      keys.push(await route.request().headerValue("Idempotency-Key"));
      // The first one arrives, but its answer does not.
      if (keys.length === 1) await sendBeside(other, route.request());
      return away ? route.abort() : route.continue();
    });
    await page.route("**/healthz", (route) => (away ? route.abort() : route.continue()));
    await scan(page, "CTR-6");
    await scan(page, "CTR-5");
    await rows(page).last().getByText(/Waits for the server/).waitFor();
    await window.picture("counter.away");
    await window.accessible("scans that wait");
    // What is chosen now is for what is scanned next.
    await page.getByLabel("Condition").selectOption({ label: "Damaged, works" });
    away = false;
    await page.getByText("CTR-5 is back.").first().waitFor({ timeout: 30_000 });
    await page.getByText("CTR-6 is back.").first().waitFor();
    equal(keys[0], keys[1], "the key of the one that was sent twice");
    check(new Set(keys).size === 2, `keys: ${keys}`);
    await page.unroute("**/api/v1/custody/take-back");
    await page.unroute("**/healthz");
    await other.close();
    equal((await call(page, "GET", `/api/v1/devices/${own[5].id}/custody`)).items.filter(({ taken }) => taken?.reason === "returned").length, 1, "returns of CTR-6");
    equal((await call(page, "GET", `/api/v1/devices/${own[5].id}`)).condition, "good", "the condition of CTR-6");
  });

  await test("after an outage each device goes to whoever was scanned before it", async () => {
    const [first, second] = [student(27), student(30)];
    await window.go("/counter");
    await scan(page, first.number);
    await page.getByLabel(`Scan the device for ${first.given} ${first.family}`).waitFor();
    let away = true;
    const cut = (route) => (away ? route.abort() : route.continue());
    const cuts = ["**/api/v1/custody/give", "**/api/v1/search*", "**/healthz"];
    for (const each of cuts) await page.route(each, cut);
    await scan(page, "CTR-5");
    await rows(page).first().getByText(/Waits for the server/).waitFor();
    await scan(page, second.number);
    await scan(page, "CTR-6");
    equal(await rows(page).count(), 4, "rows");
    away = false;
    await page.getByText(`CTR-6 is with ${second.given} ${second.family}.`).first().waitFor({ timeout: 30_000 });
    for (const each of cuts) await page.unroute(each);
    for (const [number, one] of [[5, first], [6, second]]) equal(await holderOf(page, own[number - 1].id), `${one.given} ${one.family}`, `who has CTR-${number}`);
  });

  await test("a server that fails is asked again for the same, and the next scan waits for it", async () => {
    const keys = [];
    await page.route("**/api/v1/custody/take-back", async (route) => {
      keys.push(await route.request().headerValue("Idempotency-Key"));
      return keys.length <= 2 ? route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"status":503,"title":"busy"}' }) : route.continue();
    });
    await window.go("/counter?mode=take");
    await scan(page, "CTR-5");
    await rows(page).first().getByText(/Waits for the server/).waitFor();
    await scan(page, "CTR-6");
    await page.getByText("CTR-6 is back.").first().waitFor({ timeout: 30_000 });
    await page.getByText("CTR-5 is back.").first().waitFor();
    await page.unroute("**/api/v1/custody/take-back");
    check(keys.length === 4 && keys[0] === keys[1] && keys[1] === keys[2] && keys[3] !== keys[0], `keys: ${keys}`);
    await window.go("/counter");
    for (const [number, one] of [[5, student(27)], [6, student(30)]]) {
      await scan(page, one.number);
      await scan(page, `CTR-${number}`);
      await page.getByText(`CTR-${number} is with ${one.given} ${one.family}.`).first().waitFor();
    }
  });

  await test("the counter holds on every screen", async () => {
    await eachLook(world, "counter", "/counter", ".scan-input");
    const small = await Window.open(world.browser, world.server, "small_dark", { storageState: world.signedIn });
    await small.go("/counter", ".scan-input");
    await scan(small.page, student(24).number);
    await scan(small.page, "CTR-2");
    await scan(small.page, student(24).number);
    await scan(small.page, "CTR-3");
    await small.page.getByText(/CTR-3 is with/).first().waitFor();
    await small.fits("scans on a small screen");
    await small.accessible("scans on a small screen");
    await small.picture("counter.scans.small_dark");
    small.flawless();
    await small.close();
  });
}

export async function counter(world) {
  const window = await Window.open(world.browser, world.server, "wide", { storageState: world.signedIn });
  await window.go("/");
  await stock(world, window);
  const own = await devices(world, window.page);
  for (const part of [handingOut, otherModes, withoutServer]) await part(world, window, own);
  window.flawless();
  await window.close();
}
