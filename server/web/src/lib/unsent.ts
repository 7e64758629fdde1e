// What is typed faster than it can be sent: the page is not closed on it without a question, and a move to another page
// of the console leaves it where it is. It belongs to whoever typed it and is sent in no other name.
import { session } from "./session";

const all = new Map<string, { waits: () => boolean }>();

addEventListener("beforeunload", (event) => { if ([...all.values()].some((each) => each.waits())) event.preventDefault(); });

export const whoTypes = (): string => session.peek()?.user.name ?? "";

// What this person left waiting under this name, or a new one. A name always goes with the same type.
export function keepUnsent<T extends { waits: () => boolean }>(name: string, make: () => T): T {
  const key = `${whoTypes()} ${name}`;
  const known = all.get(key) as T | undefined;
  if (known?.waits()) return known;
  const made = make();
  all.set(key, made);
  return made;
}
