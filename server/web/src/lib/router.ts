// Where we are: the path and the query as signals, changed by links, by `go` and by the browser's buttons.
import { batch, signal } from "@preact/signals";

export const path = signal(location.pathname);
export const query = signal(new URLSearchParams(location.search));
// Bumped by a move to another path, so that the shell can set the focus; typing in a filter is not a move.
export const moves = signal(0);

function read(): void {
  batch(() => {
    if (path.peek() !== location.pathname) {
      path.value = location.pathname;
      moves.value++;
    }
    query.value = new URLSearchParams(location.search);
  });
}

addEventListener("popstate", read);

export function go(to: string, how: "push" | "replace" = "push"): void {
  if (to === location.pathname + location.search) return;
  history[how === "push" ? "pushState" : "replaceState"](null, "", to);
  read();
}

// Changes some values of the query and keeps the others; an empty value leaves.
export function setQuery(changes: Record<string, string>, how: "push" | "replace" = "replace"): void {
  const next = new URLSearchParams(query.peek());
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  go(location.pathname + (text === "" ? "" : `?${text}`), how);
}

export const fromQuery = (name: string): string => query.value.get(name) ?? "";

// One listener makes every plain link of this origin a move without a reload. /api, /ca.pem and downloads are
// the server's.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download") || link.hash) return;
  event.preventDefault();
  go(link.pathname + link.search);
});

// "/devices/:id" against a path; the values of the parts with a colon, or null.
export function match(pattern: string, actual: string): Record<string, string> | null {
  const want = pattern.split("/");
  const have = actual.replace(/(.)\/$/, "$1").split("/");
  if (want.length !== have.length) return null;
  const values: Record<string, string> = {};
  for (const [index, part] of want.entries()) {
    const value = have[index] ?? "";
    if (part.startsWith(":")) values[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return values;
}

export const isSmall = signal(false);
const small = matchMedia("(max-width: 48rem)");
isSmall.value = small.matches;
small.addEventListener("change", () => { isSmall.value = small.matches; });
