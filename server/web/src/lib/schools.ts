// The schools of the configuration and the roster, read once per sign-in and after an import: nothing else changes them.
import { signal } from "@preact/signals";
import { api, outcome, type Schema } from "./api";
import { t } from "./i18n";

export const schools = signal<Schema["School"][]>([]);

export async function readSchools(): Promise<void> {
  const answer = await outcome(api.GET("/api/v1/schools"));
  if (answer.ok) schools.value = answer.data.items;
}

// For a filter: any of them, then each.
export const schoolOptions = (): { value: string; label: string }[] =>
  [{ value: "", label: t("filters.any_school") }, ...schools.value.map(({ id, name }) => ({ value: id, label: name }))];

export const schoolName = (id: string | undefined): string =>
  id === undefined || id === "" ? "" : (schools.value.find((school) => school.id === id)?.name ?? id);
