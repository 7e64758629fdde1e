import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { check, equal, test } from "../harness.mjs";
import { Task } from "../keyboard.mjs";
import { Window } from "../browser.mjs";

// What a scanner reads from the first page of a PDF, each text once.
function scanned(folder, pdf) {
  const stem = path.join(folder, "label");
  execFileSync("pdftoppm", ["-gray", "-r", "300", "-f", "1", "-l", "1", "-singlefile", pdf, stem]);
  const out = execFileSync("zbarimg", ["--quiet", "-Sdisable", "-Scode128.enable", "-Sqrcode.enable", `${stem}.pgm`], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return out.trim().split("\n").sort();
}

async function downloaded(world, page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  const file = path.join(world.server.folder, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

export async function labels(world) {
  const { browser, server } = world;
  const window = await Window.open(browser, server, "wide", { storageState: world.signedIn });
  const { page } = window;
  const id = await world.deviceOf("PF0ZX4K9");

  await test("the label of a device is made by keyboard, and a scanner reads its tag", async () => {
    await window.go(`/devices/${id}`);
    const tag = await page.getByRole("heading", { level: 1 }).innerText();
    const task = new Task(page, "print_label");
    await task.tabTo("Print label");
    await task.press("Enter");
    await page.getByRole("dialog", { name: "Print label" }).waitFor();
    await window.accessible("the label dialog");
    await window.picture("labels.one", false);
    await task.tabTo("Print on");
    await task.type("Single");
    await task.tabTo("Make the file");
    const file = await downloaded(world, page, () => task.press("Enter"));
    task.done();
    await page.getByText("labels.pdf is among your downloads.").waitFor();
    equal(scanned(server.folder, file), [`CODE-128:${tag}`, `QR-Code:${tag}`], "what is on the label");
    check(await page.getByRole("button", { name: "Print label" }).evaluate((button) => button === document.activeElement), "the focus did not come back");
  });

  await test("the labels of a list are those of its devices with a tag, from a position on", async () => {
    await window.go("/devices?sort=model&order=asc");
    await page.getByRole("button", { name: "Print labels" }).press("Enter");
    await page.getByText(/^1 label .* devices? ha(s|ve) no tag/).waitFor();
    await page.getByLabel("First position on the sheet").fill("31");
    await page.getByRole("button", { name: "Make the file" }).press("Enter");
    await page.getByText("Enter a whole number from 1 to 30.").waitFor();
    await window.accessible("a position that is not on the sheet");
    await page.getByLabel("First position on the sheet").fill("30");
    const file = await downloaded(world, page, () => page.getByRole("button", { name: "Make the file" }).press("Enter"));
    check(fs.readFileSync(file).subarray(0, 5).toString() === "%PDF-", "no PDF came");
    equal(scanned(server.folder, file).length, 2, "codes on the sheet");
  });

  await test("a label printer gets ZPL", async () => {
    await page.getByRole("button", { name: "Print labels" }).press("Enter");
    await page.getByLabel("Print on").selectOption({ label: "Label printer, 203 dpi (ZPL)" });
    const file = await downloaded(world, page, () => page.getByRole("button", { name: "Make the file" }).press("Enter"));
    check(fs.readFileSync(file, "utf8").startsWith("^XA"), "no ZPL came");
  });

  await test("the label dialog fits a small, dark screen", async () => {
    const small = await Window.open(browser, server, "small_dark", { storageState: world.signedIn });
    await small.go("/devices");
    await small.page.getByRole("button", { name: "Print labels" }).press("Enter");
    await small.page.getByLabel("Print on").waitFor();
    await small.accessible("the label dialog, small");
    await small.fits("the label dialog");
    await small.picture("labels.small_dark", false);
    small.flawless();
    await small.close();
  });
  window.flawless();
  await window.close();
}
