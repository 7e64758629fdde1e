// Students and staff of the roster, by family name, a page at a time. The address holds the whole query.
import { api, outcome, type Schema } from "../lib/api";
import { named, t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { gradeName, grades, personMeant, personRoles, personStates } from "../lib/people";
import { fromQuery, go, setQuery } from "../lib/router";
import { schoolName, schoolOptions } from "../lib/schools";
import { may } from "../lib/session";
import { Button, SelectField } from "../ui/controls";
import { Download } from "../ui/download";
import { FilterBar, ListCount, SearchField } from "../ui/filters";
import { Page } from "../ui/page";
import { PersonStateBadge } from "../ui/person_badges";
import { Empty, Failed, Loading } from "../ui/states";
import { Table, type Column } from "../ui/table";

type Person = Schema["Person"];
const narrowing = ["q", "school", "grade", "role", "state"] as const;
type Query = Record<(typeof narrowing)[number], string>;
const kPage = 100;

const queryOfAddress = (): Query => Object.fromEntries(narrowing.map((name) => [name, fromQuery(name)])) as Query;

function read(query: Query, cursor: string | undefined) {
  const chosen = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
  return outcome(api.GET("/api/v1/people", { params: { query: { ...chosen, limit: kPage, ...(cursor ? { cursor } : {}) } } }));
}

export function People() {
  const query = queryOfAddress();
  const people = usePaged(JSON.stringify(query), (cursor) => read(query, cursor), (person: Person) => person.id);
  const filtered = narrowing.some((name) => query[name] !== "");
  return (
    <Page title={t("people.title")} lead={t("people.lead")}>
      <Filters query={query} />
      <ListCount text={countOf(people.items, people.more !== null)} filtered={filtered} names={[...narrowing]}><Download list="people" query={query} /></ListCount>
      {people.problem ? <Failed problem={people.problem} retry={() => void people.reload()} />
        : people.items === null ? <Loading lines={12} />
        : people.items.length === 0 ? <Nobody filtered={filtered} />
        : <Table label={t("people.title")} columns={columns()} rows={people.items} rowKey={(person) => person.id} />}
      {people.more && <div><Button onClick={() => void people.more?.()}>{t("people.more")}</Button></div>}
    </Page>
  );
}

function countOf(items: Person[] | null, more: boolean): string {
  if (items === null) return t("state.loading");
  return t(more ? "people.first" : "people.count", { n: items.length });
}

function Filters({ query }: { query: Query }) {
  const openMeant = async (text: string): Promise<void> => {
    const id = await personMeant(text);
    if (id !== undefined) go(`/people/${id}`);
  };
  const any = (label: string, options: { value: string; label: string }[]) => [{ value: "", label }, ...options];
  const choose = (name: keyof Query) => (value: string) => setQuery({ [name]: value }, "push");
  return (
    <FilterBar chosen={[query.school, query.grade, query.role, query.state].filter(Boolean).length}
      search={<SearchField hint={t("people.search_hint")} value={query.q} onEnter={(text) => void openMeant(text)} />}>
      <SelectField label={t("column.school")} options={schoolOptions()} value={query.school} onValue={choose("school")} />
      <SelectField label={t("people.grade")} options={any(t("people.any_grade"), grades.map((value) => ({ value, label: gradeName(value) })))} value={query.grade} onValue={choose("grade")} />
      <SelectField label={t("people.role")} options={any(t("people.any_role"), personRoles.map((value) => ({ value, label: named("person_role", value) })))} value={query.role} onValue={choose("role")} />
      <SelectField label={t("column.state")} options={any(t("people.any_state"), personStates.map((value) => ({ value, label: named("person_state", value) })))} value={query.state} onValue={choose("state")} />
    </FilterBar>
  );
}

const columns = (): Column<Person>[] => [
  { key: "name", label: t("people.name"), kind: "head", cell: (person) => <a href={`/people/${person.id}`}>{person.name}</a> },
  { key: "number", label: t("people.number"), cell: (person) => <span class="mono">{person.student_number}</span> },
  { key: "role", label: t("people.role"), cell: (person) => named("person_role", person.role) },
  { key: "grade", label: t("people.grade"), cell: (person) => gradeName(person.grade) },
  { key: "school", label: t("column.school"), cell: (person) => schoolName(person.school) },
  { key: "state", label: t("column.state"), cell: (person) => <PersonStateBadge state={person.state} /> },
];

function Nobody({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty title={t("people.none_match")}><p>{t("people.none_match_text")}</p></Empty>;
  return (
    <Empty title={t("people.none")}>
      <p>{t(may("import_roster") ? "people.none_import" : "people.none_ask")}</p>
      {may("import_roster") && <a class="button primary" href="/imports">{t("people.none_action")}</a>}
    </Empty>
  );
}
