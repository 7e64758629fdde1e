// One box for everything that has a tag, a number or a name. What answers, and in which order, is the server's to say; here
// is where each thing's page is, and what is meant when somebody presses Enter.
import { api, outcome, type Outcome, type Schema } from "./api";
import { named, t } from "./i18n";
import { gradeName } from "./people";
import { schoolName } from "./schools";

export type Kind = Schema["SearchKind"];
export type Hit = Schema["SearchHit"] & { kind: Kind };
export interface Group { kind: Kind; items: Hit[]; more: boolean }
export interface Found { groups: Group[]; behind: boolean }

const kEach = 6;

export async function search(text: string, kinds: readonly Kind[] | null, limit = kEach): Promise<Outcome<Found>> {
  const q = text.trim();
  // Of a single kind the server need not look for the others.
  const only = kinds?.length === 1 ? { kind: kinds[0] as Kind } : {};
  const answer = await outcome(api.GET("/api/v1/search", { params: { query: { q, limit, ...only } } }));
  if (!answer.ok) return answer;
  const groups = answer.data.groups
    .filter((group) => kinds === null || kinds.includes(group.kind))
    .map(({ kind, items, more }) => ({ kind, more, items: items.map((hit) => ({ ...hit, kind })) }));
  return { ...answer, data: { groups, behind: answer.data.behind } };
}

const pages: Record<Kind, (hit: Hit) => string> = {
  device: (hit) => `/devices/${hit.id}`,
  person: (hit) => `/people/${hit.id}`,
  place: (hit) => `/places/${hit.id}`,
  model: (hit) => `/models?${new URLSearchParams({ q: hit.title })}`,
};
export const pageOf = (hit: Hit): string => pages[hit.kind](hit);

// What stands behind the title: what tells it from others of the same name.
export function detailOf(hit: Hit): string {
  const detail = hit.kind === "person" ? gradeName(hit.detail) : hit.kind === "place" ? named("place_kind", hit.detail ?? "") : hit.kind === "model" ? named("device_kind", hit.detail ?? "") : hit.detail;
  const school = hit.kind === "place" && !hit.school ? t("places.district") : schoolName(hit.school);
  const number = hit.number === hit.title ? "" : hit.number;
  return [number, detail, hit.kind === "model" ? "" : school].filter(Boolean).join(" · ");
}

export const isClose = (found: Found): boolean => found.groups.length > 0 && found.groups.every((group) => group.items.every((hit) => hit.match === "typo"));

// The one that is meant by all of what was typed: the only one that this is the tag or number of, else the only one there is.
// A deleted device does not stand in the way of the one that has its tag now.
export function meant(found: Found): Hit | undefined {
  const all = found.groups.flatMap((group) => group.items);
  const exact = all.filter((hit) => hit.match === "exact" && hit.state !== "deleted");
  if (exact.length > 0) return exact.length === 1 ? exact[0] : undefined;
  const only = all.length === 1 && !found.groups.some((group) => group.more) ? all[0] : undefined;
  return only?.match === "typo" ? undefined : only;
}
