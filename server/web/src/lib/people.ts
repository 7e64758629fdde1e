// What the roster says of people, in words; and the way to one of them.
import { api, outcome, type Schema } from "./api";
import { named, t } from "./i18n";

export const personRoles: Schema["PersonRole"][] = ["student", "teacher", "staff"];
export const personStates: Schema["PersonState"][] = ["active", "disabled", "missing"];
// As the roster standard codes them, from the youngest on; a district may have others.
export const grades = ["PK", "TK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];

export function gradeName(code: string | undefined): string {
  if (code === undefined || code === "") return "";
  if (/^\d+$/.test(code)) return t("grade.number", { value: String(Number(code)) });
  return named("grade", code);
}

// From a scanned or typed number or name to the one person who is meant, if it is one.
export async function personMeant(typed: string): Promise<string | undefined> {
  const q = typed.trim();
  if (q === "") return undefined;
  const answer = await outcome(api.GET("/api/v1/people", { params: { query: { q, limit: 20 } } }));
  if (!answer.ok) return undefined;
  const { items } = answer.data;
  // A number is also the beginning of longer ones: whoever typed the whole of it means that person.
  const exact = items.filter((person) => person.student_number === q);
  const only = exact.length === 1 ? exact[0] : items.length === 1 ? items[0] : undefined;
  return only?.id;
}
