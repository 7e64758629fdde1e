// A list of devices on its way in, and lists on their way out.
import fs from "node:fs";
import { check, equal, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { looks, Window } from "../browser.mjs";

const kList = `Company,Asset Tag,Category,Manufacturer,Model,Serial,Notes,Purchase Cost,Status
,S-1001,Chromebooks,Acer,Spin 311,NXSPIN1,"=1+1",299.00,Ready to Deploy
,S-1002,Chromebooks,Acer,Spin 311,6.37702E+15,,299.00,Ready to Deploy
,S-1003,Hotspots,Inseego,MiFi,,,,On the roof
`;
const note = (page, text) => page.locator(".note", { hasText: text });
const of = (page, file, what) => page.locator(".changes > li", { hasText: file }).locator("div", { has: page.getByText(what, { exact: true }) }).locator("dd").innerText();

async function compare(page, text) {
  await page.getByRole("radio", { name: "Device list" }).check();
  await page.getByLabel("Files of the export").setInputFiles([{ name: "assets.csv", mimeType: "text/csv", buffer: Buffer.from(text) }]);
  await page.getByRole("button", { name: "Compare with the inventory" }).press("Enter");
  await page.waitForURL("**/imports/*");
  await page.getByText(/^(Compared\.|It could not)/).waitFor({ timeout: 60_000 });
}

async function takenAlong(page, press) {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return fs.readFileSync(await download.path(), "utf8");
}

async function comingIn(world, window) {
  const { page } = window;
  await test("a device list is handed over, compared and let in, by keyboard", async () => {
    await window.go("/imports");
    await compare(page, kList);
    equal(await of(page, "devices.csv", "New"), "2", "new devices");
    equal(await of(page, "devices.csv", "Rows left out"), "1", "rows left out");
    equal(await of(page, "models", "New"), "2", "new models");
    await page.getByRole("rowheader", { name: /Serial was rounded by a spreadsheet/ }).waitFor();
    for (const look of Object.keys(looks)) {
      const other = await Window.open(world.browser, world.server, look, { storageState: world.signedIn });
      await other.go(new URL(page.url()).pathname, ".changes");
      await other.accessible(`a device list that was compared, ${look}`);
      await other.fits(`a device list that was compared, ${look}`);
      await other.picture(`import.devices.${look}`);
      await other.go("/imports", "main h1");
      await other.page.getByRole("radio", { name: "Device list" }).check();
      await other.accessible(`the form for a device list, ${look}`);
      await other.fits(`the form for a device list, ${look}`);
      await other.picture(`imports.devices.${look}`);
      other.flawless();
      await other.close();
    }
    const task = new Task(page, "import_devices");
    await task.tabTo("Import now");
    await task.press("Enter");
    await note(page, "Imported").waitFor();
    await task.tabTo("See the devices");
    await task.press("Enter");
    await page.waitForURL("**/devices");
    task.done();
  });

  await test("a list that names neither tags nor serials says what was looked for", async () => {
    await window.go("/imports");
    await compare(page, "name,color\na,b\n");
    check((await note(page, "It could not be imported").innerText()).includes("neither a tag nor a serial number"), "the reason");
  });
}

async function goingOut(world, window) {
  const { page } = window;
  await test("a list is downloaded as it is narrowed, and what a spreadsheet would calculate is a text", async () => {
    await window.go("/devices?q=S-100");
    await page.getByText("2 devices match").waitFor();
    const text = await takenAlong(page, () => page.getByRole("link", { name: "Download (CSV)" }).press("Enter"));
    equal(text.trim().split("\r\n").length, 3, "lines");
    check(text.includes(`"'=1+1"`), text);
    const again = await page.evaluate(async (body) => {
      const answer = await fetch("/api/v1/imports?kind=devices&dry_run=true", { method: "POST", headers: { "Content-Type": "text/csv" }, body });
      return (await answer.json()).id;
    }, text);
    await window.go(`/imports/${again}`);
    await page.getByText("The inventory is up to date: this list changes nothing.").waitFor({ timeout: 30_000 });
  });

  await test("every list has its download, and the audit log says who took it", async () => {
    for (const [path, head] of [["/people", "student_number,name"], ["/models", "maker,name"], ["/places", "name,kind"], ["/leavers", "student_number,name"], ["/tokens", "id,note"], ["/accounts", "name,role"], ["/reviews", "id,kind"], ["/access-points", "bssid,ssid"], ["/audit", "seq,at"]]) {
      await window.go(path);
      const text = await takenAlong(page, () => page.getByRole("link", { name: "Download (CSV)" }).press("Enter"));
      check(text.replace("\uFEFF", "").startsWith(head), `${path}: ${text.slice(0, 80)}`);
    }
    await window.go("/audit");
    await page.getByText("Download a list").first().waitFor();
  });
}

export async function deviceLists(world) {
  const window = await Window.open(world.browser, world.server, "wide", { storageState: world.signedIn });
  for (const part of [comingIn, goingOut]) await part(world, window);
  window.flawless();
  await window.close();
}
