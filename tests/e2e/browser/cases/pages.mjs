import { check, figure, test } from "../harness.mjs";
import { walk } from "../keyboard.mjs";
import { Window } from "../browser.mjs";

const pages = (device) => [
  ["overview", "/"], ["devices", "/devices"], ["device", `/devices/${device}`], ["timeline", `/devices/${device}?view=timeline&which=all`],
  ["calendar", "/calendar"], ["school_calendar", "/calendar/lincoln"],
  ["fields", `/devices/${device}?view=fields`], ["tokens", "/tokens"], ["reviews", "/reviews"], ["no_access_points", "/access-points"], ["no_places", "/places"], ["no_models", "/models"], ["no_leavers", "/leavers"], ["empty_counter", "/counter"], ["no_people", "/people"], ["no_imports", "/imports"], ["accounts", "/accounts"], ["audit", "/audit"],
  ["retention", "/retention"], ["collected", "/collected"], ["enroll", "/help/enroll"], ["certificate", "/help/certificate"], ["account", "/account"],
  ["style", "/style"], ["missing", "/no/such/page"],
];

export async function everyPage(world) {
  const { browser, server } = world;
  const device = await world.deviceOf("PF0ZX4K9");
  for (const look of ["wide", "dark", "small", "small_dark"]) {
    const window = await Window.open(browser, server, look, { storageState: world.signedIn });
    for (const [name, where] of pages(device)) {
      await test(`${name} is accessible, fits and is reached by keyboard (${look})`, async () => {
        await window.go(where);
        await window.accessible(`${name}, ${look}`);
        await window.fits(`${name}, ${look}`);
        await window.picture(`${name}.${look}`, name !== "devices");
        if (!look.includes("dark")) {
          const stops = await walk(window.page, name);
          check(stops >= 3, `${name}: only ${stops} stops`);
          if (look === "wide") figure(`keyboard.${name}.stops`, stops);
        }
        window.flawless();
      });
    }
    await window.close();
  }

  await test("pages fit 320 px, which is 1280 px at 400 %", async () => {
    const window = await Window.open(browser, server, "small", { storageState: world.signedIn, viewport: { width: 320, height: 640 } });
    for (const [name, where] of pages(device)) {
      await window.go(where);
      await window.fits(`${name} at 320 px`);
    }
    await window.close();
  });

  await test("the menu of a small screen opens, holds the focus and gives it back", async () => {
    const window = await Window.open(browser, server, "small", { storageState: world.signedIn });
    await window.go("/");
    await window.page.getByRole("button", { name: "Menu" }).press("Enter");
    await window.page.getByRole("dialog").getByRole("link", { name: "Devices" }).waitFor();
    await window.picture("menu.small", false);
    await window.accessible("the menu");
    await window.page.keyboard.press("Escape");
    check(await window.page.getByRole("button", { name: "Menu" }).evaluate((button) => button === document.activeElement), "the focus is elsewhere");
    await window.close();
  });

  await test("every color role keeps its contrast in both themes", async () => await contrast(world));
}

// WCAG's contrast of a role on another, measured in the browser that resolves light-dark().
function measure(pairs) {
  const luminance = (role) => {
    const probe = document.createElement("i");
    probe.style.color = `var(--${role})`;
    document.body.append(probe);
    const parts = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map((part) => Number(part) / 255);
    probe.remove();
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return pairs.map(([front, back, least]) => {
    const [one, other] = [luminance(front), luminance(back)].sort((a, b) => b - a);
    return { pair: `${front} on ${back}`, ratio: (one + 0.05) / (other + 0.05), least };
  });
}

async function contrast(world) {
  const pairs = [];
  for (const surface of ["paper", "surface", "sunken"]) {
    for (const text of ["ink", "ink-2", "accent", "good", "calm", "mute", "warn", "bad"]) pairs.push([text, surface, 4.5]);
    for (const mark of ["line-strong", "good-fill", "calm-fill", "mute-fill", "warn-fill", "bad-fill"]) pairs.push([mark, surface, surface === "sunken" ? 2.5 : 3]);
  }
  for (const tone of ["good", "calm", "mute", "warn", "bad"]) pairs.push([tone, `${tone}-tint`, 4.5]);
  pairs.push(["on-accent", "accent", 4.5], ["nav-ink", "nav", 4.5], ["nav-ink-2", "nav", 4.5], ["nav-ink", "nav-hover", 4.5], ["bus", "nav", 3]);
  for (let line = 1; line <= 4; line++) pairs.push([`chart-${line}`, "paper", 3]);
  let least = Infinity;
  for (const look of ["wide", "dark"]) {
    const window = await Window.open(world.browser, world.server, look);
    await window.go("/style");
    for (const { pair, ratio, least: wanted } of await window.page.evaluate(measure, pairs)) {
      check(ratio >= wanted, `${pair} (${look}): ${ratio.toFixed(2)}, wanted ${wanted}`);
      if (wanted === 4.5) least = Math.min(least, ratio);
    }
    await window.close();
  }
  figure("contrast.least_text", least);
}
