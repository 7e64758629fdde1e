// Everything by keyboard: walking a page with Tab, and tasks whose steps and time are counted.
import { check, equal, figure } from "./harness.mjs";

// What Tab must reach: computed from the page, not from what we believe to be there.
const reachable = () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((each) => {
  if (each.closest("dialog:not([open])") || each.hidden || each.disabled || each.tabIndex < 0) return false;
  // Tab stops at the chosen radio of a group; arrow keys go on from there.
  if (each.type === "radio" && !each.checked && document.querySelector(`input[type=radio][name="${each.name}"]:checked`)) return false;
  return each.checkVisibility({ visibilityProperty: true });
}).map((each) => { each.dataset.walk = "wanted"; return each; }).length;

const look = () => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const visited = at.dataset.walk === "visited";
  at.dataset.walk = "visited";
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  return { html: at.outerHTML.slice(0, 120), ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, inside, visited };
};

// From the top of the page to its end with Tab alone: the skip link comes first, everything is reached, shows
// its focus, lies in the window, and nothing holds the focus.
export async function walk(page, what) {
  // Tab goes on from where the focus was last: here from before the first element.
  await page.evaluate(() => {
    const top = document.body.insertBefore(document.createElement("span"), document.body.firstChild);
    top.tabIndex = -1;
    top.focus();
    top.remove();
    scrollTo(0, 0);
  });
  await page.evaluate(reachable);
  let stops = 0;
  for (; stops < 400; stops++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(look);
    if (at === null || at.visited) break;
    if (stops === 0) check(at.html.includes("skip"), `${what}: the first stop is ${at.html}`);
    check(at.ring, `${what}: no focus ring on ${at.html}`);
    check(at.inside, `${what}: focus outside the window on ${at.html}`);
  }
  const missed = await page.evaluate(() => [...document.querySelectorAll("[data-walk=wanted]")].filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 100)));
  equal(missed, [], `${what}: not reached by Tab`);
  return stops;
}

// A job as a person does it with a keyboard. A step is one key or one text.
export class Task {
  constructor(page, name) {
    Object.assign(this, { page, name, steps: 0, started: performance.now() });
  }

  async press(key, times = 1) {
    for (let each = 0; each < times; each++) await this.page.keyboard.press(key);
    this.steps += times;
  }

  async type(text) {
    await this.page.keyboard.type(text);
    this.steps++;
  }

  // Tab on until what is focused says `text` in its name: a person looks and presses.
  async tabTo(text, limit = 60) {
    for (let each = 0; each < limit; each++) {
      const name = await this.page.evaluate(() => {
        const at = document.activeElement;
        return `${at?.getAttribute("aria-label") ?? ""} ${at?.labels?.[0]?.textContent ?? ""} ${at?.textContent ?? ""}`;
      });
      if (each > 0 && name.includes(text)) return;
      await this.press("Tab");
    }
    throw new Error(`Tab does not reach "${text}"`);
  }

  done() {
    figure(`task.${this.name}.ms`, performance.now() - this.started);
    figure(`task.${this.name}.steps`, this.steps);
  }
}
