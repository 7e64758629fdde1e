// A school's year: set up, closed on a bad morning, its bells and holidays changed, a school that differs.
import { equal, figure, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";

const kDayMs = 86_400_000;
const isoIn = (days) => new Date(Date.now() + days * kDayMs).toLocaleDateString("en-CA", { timeZone: "America/New_York" });

// The school year around today as its July, and a year that looks like many.
const kToday = isoIn(0);
const kFall = Number(kToday.slice(0, 4)) - (kToday.slice(5, 7) < "07" ? 1 : 0);
const richYear = (own) => ({
  ...own,
  terms: [
    { id: "fall", name: `Fall ${kFall}`, first: `${kFall}-08-05`, last: `${kFall}-12-18` },
    { id: "spring", name: `Spring ${kFall + 1}`, first: `${kFall + 1}-01-04`, last: `${kFall + 1}-05-27` },
  ],
  rotation: { days: [{ name: "A" }, { name: "B" }], starts: [`${kFall}-08-05`, `${kFall + 1}-01-04`], counts: "planned_days" },
  planned: [
    { date: `${kFall}-11-26`, kind: "holiday", name: "Thanksgiving" }, { date: `${kFall}-11-27`, kind: "holiday", name: "Thanksgiving" },
    { date: `${kFall}-10-14`, kind: "early_release", minutes: 120, name: "Conferences" }, { date: `${kFall + 1}-02-20`, kind: "school_day", name: "Make-up day" },
  ],
});

const ics = (first, name) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//district//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:${name}\r\n` +
  `DTSTART;VALUE=DATE:${first.replaceAll("-", "")}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

// Replaces what a school says itself, over the API with the browser's own session.
const replace = (page, school, document) => page.evaluate(async ([path, body]) => {
  const before = await fetch(path);
  const now = await before.json();
  const answer = await fetch(path, { method: "PUT", headers: { "Content-Type": "application/json", "If-Match": before.headers.get("ETag") }, body: JSON.stringify({ ...now.own, ...body }) });
  return answer.ok ? "" : await answer.text();
}, [`/api/v1/schools/${school}/calendar`, document]);

export async function calendar(world) {
  const { browser, server } = world;
  const window = await Window.open(browser, server, "wide", { storageState: world.signedIn });
  const { page } = window;
  const notice = page.getByRole("region", { name: "On short notice" });

  await test("a district without a calendar sets one up by keyboard", async () => {
    await window.go("/calendar");
    await page.getByRole("heading", { name: "No calendar yet" }).waitFor();
    await window.accessible("no calendar");
    const task = new Task(page, "set_up_calendar");
    await task.tabTo("Set up the calendar");
    await task.press("Enter");
    await page.getByRole("dialog").waitFor();
    for (const day of ["Saturday", "Sunday"]) {
      await task.tabTo(day);
      await task.press("Space");
    }
    await window.accessible("setting up");
    await window.picture("calendar.set_up", false);
    await task.press("Enter");
    await page.getByText("The calendar is saved.").waitFor();
    await notice.getByText("School day").first().waitFor();
    task.done();
  });

  await test("on a bad morning every school is closed with two clicks, and opened again with one", async () => {
    await window.go("/");
    const clicks = [page.getByRole("link", { name: "School calendar" }), page.getByRole("button", { name: "Close every school" })];
    for (const each of clicks) await each.click();
    figure("clicks.snow", clicks.length);
    await notice.getByText("Announced: Closed.").waitFor();
    const schools = page.getByRole("table", { name: /^Schools on/ });
    await schools.getByText("Closed").nth(1).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === "Undo");
    await window.picture("calendar.closed");
    await window.accessible("a closed district");
    await page.keyboard.press("Enter");
    await notice.getByRole("button", { name: "Close every school" }).waitFor();
    await schools.getByText("School day").nth(1).waitFor();
  });

  await test("a late start with its reason is announced by keyboard, and a closure over it is undone to it", async () => {
    await window.go("/calendar/lincoln");
    const task = new Task(page, "late_start");
    await task.tabTo("Reason");
    await task.type("Ice");
    await task.press("Shift+Tab", 2);
    await task.press("Enter");
    await notice.getByText("Announced: Late start, on short notice: Ice.").or(notice.getByText("Announced: Late start: Ice.")).waitFor();
    task.done();
    await notice.getByText("10:00 AM – 3:00 PM").waitFor();
    await window.go("/calendar");
    await page.getByRole("button", { name: "Close every school" }).click();
    await page.getByText("These schools said something themselves and keep to it").waitFor();
    await window.picture("calendar.kept", false);
    await window.accessible("schools that keep to what they said");
    await page.getByRole("button", { name: "Undo" }).click();
    await notice.getByRole("button", { name: "Close every school" }).waitFor();
    await window.go("/calendar/lincoln");
    await page.getByRole("button", { name: "Undo" }).click();
    await notice.getByRole("button", { name: "Close this school" }).waitFor();
  });

  await test("the weekdays are changed, and none at all is refused with a remedy", async () => {
    await window.go("/calendar");
    await page.getByRole("button", { name: "Edit the weekdays" }).click();
    const dialog = page.getByRole("dialog");
    for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]) await dialog.getByLabel(day).selectOption("");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("give at least one weekday a bell schedule").waitFor();
    await window.accessible("weekdays that are refused");
    for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]) await dialog.getByLabel(day).selectOption({ label: "Regular" });
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
  });

  await test("bells that cross are refused where they do, then put right", async () => {
    await page.getByRole("button", { name: "Edit the bells of Regular" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Period").first().fill("1");
    await dialog.getByLabel("End").first().fill("09:30");
    await dialog.getByRole("button", { name: "Add a period" }).click();
    await dialog.getByLabel("Start").nth(1).fill("09:00");
    await dialog.getByLabel("End").nth(1).fill("15:00");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("begin at 09:30 or later, or end by then").first().waitFor();
    await window.picture("calendar.bells", false);
    await window.accessible("bells that cross");
    await dialog.getByLabel("Start").nth(1).fill("09:35");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("9:35 AM – 3:00 PM").first().waitFor();
  });

  await test("a school that differs says so on its page and in the district's table", async () => {
    equal(await replace(page, "district", richYear({})), "", "the district's year");
    equal(await replace(page, "lincoln", { planned: [{ date: `${kFall}-10-12`, kind: "holiday", name: "Fall break" }] }), "", "the school's year");
    await window.go("/calendar/lincoln");
    await page.getByRole("button", { name: "Edit the time zone" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Time zone").selectOption("America/Chicago");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    const zone = page.getByRole("region", { name: "Time zone" });
    await zone.getByText("This school's own").waitFor();
    await page.getByRole("region", { name: "Weekdays" }).getByText("From the district").waitFor();
    await window.go("/calendar");
    await page.getByRole("row", { name: /Lincoln/ }).getByText("time zone, 1 planned day").waitFor();
    await window.go("/calendar/lincoln");
    await zone.getByRole("button", { name: "Use the district's" }).click();
    await zone.getByText("From the district").waitFor();
  });

  await test("holidays of an .ics file are planned after a look at what they change", async () => {
    await window.go("/calendar");
    await page.getByRole("button", { name: "Import holidays" }).click();
    const dialog = page.getByRole("dialog");
    const choose = (text) => dialog.getByLabel("File").setInputFiles({ name: "days.ics", mimeType: "text/calendar", buffer: Buffer.from(text) });
    await choose("nonsense: [");
    await dialog.getByRole("alert").waitFor();
    const monday = `${kFall}-10-05`;
    let date = monday;
    while (new Date(`${date}T00:00:00Z`).getUTCDay() !== 1) date = new Date(Date.parse(`${date}T00:00:00Z`) + kDayMs).toISOString().slice(0, 10);
    await choose(ics(date, "Teachers' Day"));
    await dialog.getByText("1 entries, 1 date").waitFor();
    await dialog.getByText("2 days change").waitFor();
    await dialog.getByText("Which days").click();
    await window.picture("calendar.import", false);
    await window.accessible("holidays before they are planned");
    await dialog.getByRole("button", { name: "Plan 1 holiday" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /Holiday: Teachers' Day/ }).waitFor();
  });

  await test("the months are walked by arrow keys, a day opens with Enter and gives the focus back", async () => {
    await window.go(`/calendar?year=${kFall}`);
    await page.locator(".day").first().waitFor();
    const task = new Task(page, "open_day");
    const first = page.locator(".day[tabindex='0']");
    equal(await first.count(), 1, "stops among the days");
    await first.focus();
    await task.press("PageDown");
    await task.press("ArrowUp");
    await task.press("ArrowRight");
    const at = await page.evaluate(() => document.activeElement?.dataset.date);
    await task.press("Enter");
    await page.getByRole("dialog").getByRole("heading", { name: "Change this day" }).waitFor();
    await window.picture("calendar.day", false);
    await window.accessible("a day");
    await task.press("Escape");
    equal(await page.evaluate(() => document.activeElement?.dataset.date), at, "where the focus went");
    task.done();
  });

  await test("terms cannot be taken from a roster that has none, and it says what to do", async () => {
    await page.getByRole("button", { name: "Take from the roster" }).click();
    await page.getByRole("dialog").getByText("import its academicSessions.csv").waitFor();
    await page.keyboard.press("Escape");
    for (const name of ["Edit the terms", "Edit the rotation", "Add days", "Add a bell schedule"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").waitFor();
      await window.accessible(name);
      await window.picture(`calendar.${name.split(" ").pop()}`, false);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
  });
  window.flawless();
  await window.close();
}
