// Rooms, carts, pools, benches, vendors and storage, school by school, and how much is in each.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { named, t } from "../lib/i18n";
import { placeKindChoices, placeKinds } from "../lib/inventory";
import { usePaged } from "../lib/paged";
import { fromQuery, go, setQuery } from "../lib/router";
import { schoolName, schoolOptions } from "../lib/schools";
import { may } from "../lib/session";
import { Button, SelectField } from "../ui/controls";
import { Download } from "../ui/download";
import { FilterBar, ListCount, SearchField } from "../ui/filters";
import { CountBar } from "../ui/inventory_badges";
import { Page, Section } from "../ui/page";
import { Empty, Failed, Loading } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { toast } from "../ui/toasts";
import { EditPlace } from "./place_form";

type Place = Schema["Place"];
const narrowing = ["q", "kind", "school"] as const;
const kPage = 500;

export function Places() {
  const query = Object.fromEntries(narrowing.map((name) => [name, fromQuery(name)])) as Record<(typeof narrowing)[number], string>;
  const places = usePaged(JSON.stringify(query), (cursor) => {
    const chosen = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
    return outcome(api.GET("/api/v1/places", { params: { query: { ...chosen, limit: kPage, ...(cursor ? { cursor } : {}) } } }));
  }, (place: Place) => place.id);
  const [adding, setAdding] = useState(false);
  const filtered = narrowing.some((name) => query[name] !== "");
  const openOnly = (): void => { const only = places.items?.length === 1 ? places.items[0] : undefined; if (only) go(`/places/${only.id}`); };
  const choose = (name: "kind" | "school") => (value: string) => setQuery({ [name]: value }, "push");
  return (
    <Page title={t("places.title")} lead={t("places.lead")} actions={may("edit_inventory") && <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>{t("places.add")}</Button>}>
      <FilterBar chosen={[query.kind, query.school].filter(Boolean).length} search={<SearchField hint={t("places.search_hint")} value={query.q} onEnter={openOnly} />}>
        <SelectField label={t("places.kind")} options={[{ value: "", label: t("places.any_kind") }, ...placeKindChoices()]} value={query.kind} onValue={choose("kind")} />
        <SelectField label={t("column.school")} options={[...schoolOptions(), { value: "none", label: t("places.district") }]} value={query.school} onValue={choose("school")} />
      </FilterBar>
      <ListCount text={places.items === null ? t("state.loading") : t("places.count", { n: places.items.length })} filtered={filtered} names={[...narrowing]}><Download list="places" query={query} /></ListCount>
      {places.problem ? <Failed problem={places.problem} retry={() => void places.reload()} />
        : places.items === null ? <Loading />
        : places.items.length === 0 ? <Empty title={t(filtered ? "places.none_match" : "places.none")}><p>{t(filtered ? "places.none_match_text" : "places.none_text")}</p></Empty>
        : <BySchool places={places.items} />}
      {places.more && <div><Button onClick={() => void places.more?.()}>{t("places.more")}</Button></div>}
      {adding && <EditPlace place={null} onClose={() => setAdding(false)} onDone={(place) => { setAdding(false); toast(t("places.saved", { name: place.name })); void places.anew(); }} />}
    </Page>
  );
}

// The district's own come last; within a school rooms before carts before pools.
function BySchool({ places }: { places: Place[] }) {
  const schools = new Map<string, Place[]>();
  for (const place of places) schools.set(place.school ?? "", [...(schools.get(place.school ?? "") ?? []), place]);
  const nameOf = (id: string): string => (id === "" ? t("places.district") : schoolName(id));
  const order = [...schools.keys()].sort((one, other) => (one === "" ? 1 : other === "" ? -1 : nameOf(one).localeCompare(nameOf(other))));
  const most = Math.max(...places.map((place) => place.devices ?? 0));
  return (
    <div class="stack sections aligned">
      {order.map((id) => {
        const own = [...(schools.get(id) ?? [])].sort((one, other) => placeKinds.indexOf(one.kind) - placeKinds.indexOf(other.kind));
        const devices = own.reduce((sum, place) => sum + (place.devices ?? 0), 0);
        return <Section key={id} title={nameOf(id)} aside={t("places.aside", { n: devices, places: t("places.count", { n: own.length }) })}><Table label={nameOf(id)} columns={columns(most)} rows={own} rowKey={(place) => place.id} /></Section>;
      })}
    </div>
  );
}

const columns = (most: number): Column<Place>[] => [
  { key: "name", label: t("places.name"), kind: "head", cell: (place) => <a href={`/places/${place.id}`}>{place.name}</a> },
  { key: "kind", label: t("places.kind"), cell: (place) => named("place_kind", place.kind) },
  { key: "devices", label: t("places.devices"), cell: (place) => <CountBar value={place.devices ?? 0} of={most} capacity={place.capacity} /> },
  { key: "note", label: t("places.note"), cell: (place) => <span class="small anywhere">{place.note}</span> },
];
