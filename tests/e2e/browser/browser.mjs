// Debian's Chromium with the CA that the server offers for download in its certificate store: no test ignores a
// certificate's errors, and cases/trust.mjs shows that a browser with another CA refuses the page.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";
import { check, equal } from "./harness.mjs";
import { root } from "./server.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const screens = path.join(root, "build/screens");

export const looks = {
  wide: { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  small: { viewport: { width: 360, height: 740 }, colorScheme: "light", hasTouch: true },
  small_dark: { viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true },
};

// A browser that trusts the CA of this server.
export async function launch(server) {
  const { status, text } = await server.get("/ca.pem");
  equal(status, 200, "the download of the CA");
  return await launchTrusting(server, text);
}

// `authority` is a certificate in PEM, the only one of its own that the browser trusts.
export async function launchTrusting(server, authority) {
  const home = fs.mkdtempSync(path.join(server.folder, "home-"));
  const store = path.join(home, ".pki/nssdb");
  fs.mkdirSync(store, { recursive: true });
  const file = path.join(home, "ca.pem");
  fs.writeFileSync(file, authority);
  execFileSync("certutil", ["-N", "-d", `sql:${store}`, "--empty-password"]);
  execFileSync("certutil", ["-A", "-d", `sql:${store}`, "-t", "C,,", "-n", "rollcall", "-i", file]);
  fs.mkdirSync(screens, { recursive: true });
  return await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: path.join(home, ".config"), XDG_CACHE_HOME: path.join(home, ".cache") },
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-sync", "--no-first-run",
      "--no-pings", "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater"],
  });
}

// A browser window that notes everything that a page must never do.
export class Window {
  static async open(browser, server, look = "wide", extra = {}) {
    const window = new Window();
    window.server = server;
    window.faults = [];
    window.context = await browser.newContext({ ...looks[look], locale: "en-US", timezoneId: "America/New_York", ...extra });
    window.context.setDefaultTimeout(15_000);
    await window.context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI}`));
    });
    window.page = await window.tab();
    return window;
  }

  async tab() {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.faults.push(`script error: ${error.message}`));
    page.on("dialog", (dialog) => { this.faults.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
    page.on("console", (message) => { if (/CSP violation|Content Security Policy|Refused to/i.test(message.text())) this.faults.push(message.text()); });
    page.on("request", (request) => { if (!request.url().startsWith(this.server.origin)) this.faults.push(`external request: ${request.url()}`); });
    return page;
  }

  async go(where, ready = "main h1") {
    await this.page.goto(this.server.origin + where);
    await this.page.waitForSelector(ready);
    await this.settled();
  }

  // Nothing is loading and the fonts are there: what a picture should show.
  async settled(page = this.page) {
    await page.waitForFunction(() => !document.querySelector(".skeleton:not(.shown)") || document.title.startsWith("Style"));
    await page.evaluate(() => document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
  }

  async signIn(name, password) {
    await this.go("/");
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.keyboard.press("Enter");
    await this.page.waitForSelector(".shell");
  }

  async picture(name, fullPage = true) {
    await this.settled();
    // What is fixed to the window would stand in the middle of a scrolled page's picture.
    if (fullPage) await this.page.evaluate(() => scrollTo(0, 0));
    await this.page.screenshot({ path: path.join(screens, `${name}.png`), fullPage });
  }

  async accessible(what) {
    await this.page.evaluate(axe);
    const found = await this.page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    const told = found.violations.map((each) => `${each.id} (${each.nodes.length}): ${each.nodes[0].html.slice(0, 160)}: ${each.nodes[0].failureSummary?.split("\n")[1] ?? ""}`);
    equal(told, [], `axe on ${what}`);
  }

  async fits(what) {
    const over = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(over <= 0, `${what} is ${over} px wider than the window`);
  }

  flawless() {
    equal(this.faults, [], "what the pages did");
  }

  async close() {
    await this.context.close();
  }
}
