// A roster on its way in, and the people who come of it.
import fs from "node:fs";
import { check, equal, test } from "../harness.mjs";
import { account } from "../account.mjs";
import { Task } from "../keyboard.mjs";
import { asFiles, student, tables } from "../export.mjs";
import { Window } from "../browser.mjs";
import { eachLook } from "../each_look.mjs";

const kStudents = 240;

const chosen = (page) => page.getByLabel("Files of the export");
const note = (page, text) => page.locator(".note", { hasText: text });
const of = (page, file, what) => page.locator(".changes > li", { hasText: file }).locator("div", { has: page.getByText(what, { exact: true }) }).locator("dd").innerText();

async function compare(page, files) {
  await chosen(page).setInputFiles(files);
  await page.getByRole("button", { name: "Compare with the roster" }).press("Enter");
  await page.waitForURL("**/imports/*");
  await page.getByText(/^(Compared\.|It could not)/).waitFor({ timeout: 60_000 });
}

// A roster that is handed over as the command line does it: nobody looks first.
const handOver = (page, text) => page.evaluate(async (body) => {
  const answer = await fetch("/api/v1/imports?kind=students", { method: "POST", headers: { "Content-Type": "text/csv" }, body });
  return (await answer.json()).id;
}, text);

async function handingOver(world, window) {
  const { page } = window;
  await test("a choice that is no export says what to choose instead, and nothing is sent", async () => {
    await window.go("/imports");
    let sent = 0;
    page.on("request", (request) => { if (request.method() === "POST") sent++; });
    const all = asFiles(tables(3));
    const wrong = [
      [[], "Choose the files of the export."],
      [[{ name: "students.xlsx", mimeType: "", buffer: Buffer.from("PK") }], "students.xlsx is a spreadsheet. Save it as CSV"],
      [[all.find(({ name }) => name === "orgs.csv")], "users.csv is not among these"],
      [[{ name: "users.csv", mimeType: "text/csv", buffer: Buffer.from("") }], "users.csv is empty"],
      [[{ name: "a.zip", mimeType: "", buffer: Buffer.from("PK") }, ...all], "either one .zip or the .csv files"],
      [[{ name: "photo.png", mimeType: "image/png", buffer: Buffer.from("x") }], "neither a .zip nor a .csv"],
    ];
    for (const [files, says] of wrong) {
      await chosen(page).setInputFiles(files);
      await page.getByRole("button", { name: "Compare with the roster" }).press("Enter");
      await page.locator(".field .error", { hasText: says }).waitFor();
    }
    equal(sent, 0, "requests");
    await window.accessible("a wrong choice");
    await window.picture("imports.wrong");
  });

  await test("several tables are packed, compared and let in, by keyboard", async () => {
    await window.go("/imports");
    await chosen(page).setInputFiles(asFiles(tables(kStudents)));
    const task = new Task(page, "import_roster");
    await task.tabTo("Compare with the roster");
    await task.press("Enter");
    await note(page, "Compared. Nothing is changed yet").waitFor();
    equal(await of(page, "users.csv", "New"), String(kStudents + 1), "new people");
    equal(await of(page, "orgs.csv", "Changed"), "2", "schools of the configuration that the roster knows too");
    equal(await page.evaluate(() => fetch("/api/v1/people").then((answer) => answer.json()).then(({ items }) => items.length)), 0, "people before the import");
    await task.tabTo("Import now");
    await task.press("Enter");
    await note(page, "Imported").waitFor();
    task.done();
    check((await note(page, "Imported").innerText()).includes("0 marked as missing"), await note(page, "Imported").innerText());
  });

  await test("the same files a second time change nothing, and discarding leaves it at that", async () => {
    await window.go("/imports");
    await compare(page, asFiles(tables(kStudents)));
    await page.getByText("The roster is up to date: this export changes nothing.").waitFor();
    await page.getByRole("button", { name: "Discard" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).press("Enter");
    await note(page, "Canceled").waitFor();
    equal(await page.getByRole("button", { name: "Import now" }).count(), 0, "ways to import it");
  });
}

async function dirt(world, window) {
  const { page } = window;
  await test("what is wrong is told by what is wrong; each row of it is in the download, and no cell", async () => {
    const dirty = tables(kStudents);
    dirty["users.csv"] = dirty["users.csv"].replace("Chidi,Okafor,,100002", "Chidi,Okafor,,6.37702E+15").replaceAll("s5,true,o2", "s5,true,o77").replace("s8,true,o2,student", "s8,true,o2,wizard");
    await window.go("/imports");
    await compare(page, asFiles(dirty));
    await page.getByRole("rowheader", { name: /identifier was rounded by a spreadsheet/ }).waitFor();
    equal(await of(page, "users.csv", "Rows left out"), "2", "rows left out");
    equal(await of(page, "users.csv", "Missing"), "0", "missing");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download every row (CSV)" }).press("Enter")]);
    const text = fs.readFileSync(await download.path(), "utf8");
    check(text.includes(`"users.csv",5,"identifier","error"`), text);
    for (const value of ["6.37702E+15", "wizard", "o77", "Okafor", "hunter2"]) check(!text.includes(value), `the download holds ${value}`);
    world.dirtyImport = new URL(page.url()).pathname;
    await eachLook(world, "import.findings", world.dirtyImport, ".table");
  });

  await test("a file that cannot be read fails with its reason and the way on", async () => {
    const swapped = tables(3);
    [swapped["users.csv"], swapped["enrollments.csv"]] = [swapped["enrollments.csv"], swapped["users.csv"]];
    await window.go("/imports");
    await compare(page, asFiles(swapped));
    const text = await note(page, "It could not be imported").innerText();
    check(/holds the columns of .*was a file saved under the wrong name/.test(text), text);
    await page.getByRole("link", { name: "Hand the export over again" }).waitFor();
    await window.accessible("an import that failed");
    await window.picture("import.failed.wide");
  });
}

async function vanishing(world, window) {
  const { page } = window;
  await test("a comparison in which too much would vanish warns, and is let in only after a second question", async () => {
    await window.go("/imports");
    await compare(page, asFiles(tables(kStudents - 60)));
    await note(page, "Compared. Too much would vanish").waitFor();
    await eachLook(world, "import.vanishing", new URL(page.url()).pathname, ".changes");
    await page.getByRole("button", { name: "Import all the same" }).press("Enter");
    await page.getByRole("dialog").getByText(/users.csv: 60 of 241 would be marked missing/).waitFor();
    await window.accessible("the second question");
    await window.picture("import.question.wide", false);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Discard" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).press("Enter");
    await note(page, "Canceled").waitFor();
  });

  await test("an import that is held explains itself on the list and waits for a decision", async () => {
    const id = await handOver(page, "student number,first name,last name\nx1,Zora,Only\n");
    await window.go("/imports");
    await page.getByText("An import is held: too much would vanish").waitFor({ timeout: 30_000 });
    await eachLook(world, "imports.held", "/imports", ".finding");
    const task = new Task(page, "decide_held");
    await task.tabTo("Look and decide");
    await task.press("Enter");
    await note(page, "Held: too much would vanish").waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    await task.tabTo("Cancel the import");
    await task.press("Enter");
    await page.getByRole("dialog").waitFor();
    await task.tabTo("Cancel the import");
    await task.press("Enter");
    await note(page, "Canceled").waitFor();
    task.done();
    check(page.url().endsWith(id), page.url());
    equal(await page.evaluate(() => fetch("/api/v1/people?state=missing").then((answer) => answer.json()).then(({ items }) => items.length)), 0, "people who are missing");
  });
}

// Two million rows take a minute and these take none: what the page is told of its import stays at a third of the way,
// in the words of an import that there was, until it is canceled. The import itself is real, and so is its end.
async function holdUnderWay(page) {
  const { items: [{ error: _, until_ms: __, ...earlier }] } = await page.evaluate(() => fetch("/api/v1/imports?limit=1").then((answer) => answer.json()));
  const progress = { phase: "reading", file: "users.csv", rows: 120_000, done: 10_000_000, total: 30_000_000 };
  let held = true;
  await page.route(/\/api\/v1\/imports\/[0-9A-Z]{26}(\/cancel)?$/, (route) => {
    if (route.request().method() === "POST") held = false;
    if (!held) return route.fallback();
    const id = route.request().url().split("/").at(-1);
    return route.fulfill({ json: { ...earlier, id, state: "reading", files: [], findings: 0, progress } });
  });
}

async function underWay(world, window) {
  const { page } = window;
  await test("an import shows how far it is while it goes on, and can be canceled", async () => {
    await window.go("/imports");
    await holdUnderWay(page);
    await chosen(page).setInputFiles(asFiles(tables(kStudents + 3)));
    await page.getByRole("button", { name: "Compare with the roster" }).press("Enter");
    await page.waitForURL("**/imports/*", { timeout: 60_000 });
    await page.getByText("Reading users.csv: 120,000 rows").waitFor();
    equal(Math.round(100 * await page.locator("main progress").evaluate((bar) => bar.value / bar.max)), 33, "percent of the way");
    await window.accessible("an import under way");
    await window.picture("import.progress.wide");
    await page.getByRole("button", { name: "Cancel the import" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the import" }).press("Enter");
    await note(page, "Canceled").waitFor();
    await page.unrouteAll({ behavior: "wait" });
  });
}

async function looking(world, window) {
  const { page } = window;
  await test("somebody is found by the beginning of a name or number, and narrowed by school, grade, role and state", async () => {
    await window.go("/people");
    await page.getByText("The first 100 people").waitFor();
    await page.getByRole("button", { name: "Show more" }).press("Enter");
    await page.getByText("The first 200 people").waitFor();
    await page.getByRole("searchbox", { name: "Search" }).fill("okaf chi");
    await page.waitForURL("**/people?q=okaf+chi");
    await page.getByText(/^\d+ (person|people)$/).waitFor();
    for (const name of await page.getByRole("rowheader").allInnerTexts()) equal(name, "Chidi Okafor", "a name");
    await page.getByRole("button", { name: "Clear filters" }).press("Enter");
    await page.getByLabel("Role").selectOption({ label: "Teacher" });
    await page.getByText("1 person", { exact: true }).waitFor();
    equal(await page.getByRole("rowheader").innerText(), "Paula Curie", "the teacher");
    await window.go("/people?school=lincoln&grade=07&role=student&state=active");
    await page.getByText("80 people").waitFor();
    await window.go("/people?q=nobody-of-this-name");
    await page.getByRole("heading", { name: "Nobody matches" }).waitFor();
    await window.accessible("nobody");
    await window.picture("people.none.wide");
  });

  await test("a scanned student number and Enter open the person, by the name they go by", async () => {
    await window.go("/people");
    const task = new Task(page, "find_person");
    await task.tabTo("Search");
    await task.type(student(0).number);
    await task.press("Enter");
    await page.getByRole("heading", { name: "Ana Álvarez-Quintero", level: 1 }).waitFor();
    task.done();
    await page.getByText("Anastasia Álvarez-Quintero").waitFor();
    equal(await page.getByRole("heading", { level: 2 }).allInnerTexts(), ["Holds now", "Classes, Fall 2026", "Classes, Spring 2027", "Name and email", "Where this comes from"], "sections");
    equal(await page.getByRole("table", { name: "Classes, Spring 2027" }).getByRole("rowheader").allInnerTexts(), ["Band", "Science 7"], "classes in spring");
    const text = await page.locator("main").innerText();
    for (const value of ["2012", "hunter2", "users0"]) check(!text.includes(value), `the page holds ${value}`);
    world.person0 = new URL(page.url()).pathname;
  });

  await test("the list and a person's page hold on every screen", async () => {
    await eachLook(world, "people.list", "/people", ".table");
    await eachLook(world, "person", world.person0, ".key-facts");
    await eachLook(world, "imports.list", "/imports", ".table");
  });

  await test("whose record was opened, and which roster came in, is on record", async () => {
    await window.go("/audit");
    await page.getByText("Look at a person's record").first().waitFor();
    await page.getByText("Let an import in").first().waitFor();
  });
}

async function whoMayLook(world, window) {
  await test("a technician of one school sees its people only, and no imports", async () => {
    const technician = await account(world, window, "t.moss", "technician", { kind: "school", ids: ["lincoln"] });
    await technician.go("/people");
    await technician.page.getByText("81 people").waitFor();
    equal(await technician.page.getByRole("link", { name: "Imports" }).count(), 0, "links to imports");
    await technician.go("/imports");
    await technician.page.getByRole("heading", { name: "Your role does not allow this" }).waitFor();
    const elsewhere = await window.page.evaluate(() => fetch("/api/v1/people?school=mountain-view&limit=1").then((answer) => answer.json()));
    await technician.go(`/people/${elsewhere.items[0].id}`);
    await technician.page.getByRole("heading", { name: "Not found" }).waitFor();
    technician.flawless();
    await technician.close();
  });

  await test("a viewer sees nobody", async () => {
    const viewer = await account(world, window, "v.rao", "viewer", { kind: "district" });
    equal(await viewer.page.getByRole("link", { name: "Students and staff" }).count(), 0, "links to people");
    await viewer.go("/people");
    await viewer.page.getByRole("heading", { name: "Your role does not allow this" }).waitFor();
    viewer.flawless();
    await viewer.close();
  });
}

export async function roster(world) {
  const window = await Window.open(world.browser, world.server, "wide", { storageState: world.signedIn });
  for (const part of [handingOver, looking, dirt, vanishing, underWay, whoMayLook]) await part(world, window);
  window.flawless();
  await window.close();
}
