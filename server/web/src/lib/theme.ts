// Light, dark, or as the computer says; remembered in this browser.
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const kKey = "rollcall-theme";

function remembered(): Theme {
  try {
    const value = localStorage.getItem(kKey);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

export const theme = signal<Theme>(remembered());
const dark = matchMedia("(prefers-color-scheme: dark)");
// Bumped when the colors change by whatever cause, for what is drawn on a canvas.
export const colors = signal(0);
dark.addEventListener("change", () => { colors.value++; });

effect(() => {
  const value = theme.value;
  if (value === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", value);
  try {
    if (value === "system") localStorage.removeItem(kKey);
    else localStorage.setItem(kKey, value);
  } catch { /* A browser that keeps nothing still shows the chosen theme until the page is closed. */ }
  colors.value = colors.peek() + 1;
});

// The color of a role as the canvas needs it: light-dark() is only resolved on a real property.
export function resolved(role: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${role})`;
  probe.hidden = true;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
