// The schools of the configuration, read once per sign-in: they change with a restart of the server only.
import { signal } from "@preact/signals";
import { api, outcome, type Schema } from "./api";

export const schools = signal<Schema["School"][]>([]);

export async function readSchools(): Promise<void> {
  const answer = await outcome(api.GET("/api/v1/schools"));
  if (answer.ok) schools.value = answer.data.items;
}

export const schoolName = (id: string | undefined): string =>
  id === undefined || id === "" ? "" : (schools.value.find((school) => school.id === id)?.name ?? id);
