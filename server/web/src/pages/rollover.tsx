// The next school year before it begins: what becomes of each grade, and who will be gone with a device in hand.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { download } from "../lib/download";
import { count } from "../lib/format";
import { t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { gradeName } from "../lib/people";
import { useResource } from "../lib/resource";
import { fromQuery, setQuery } from "../lib/router";
import { schoolName, schoolOptions } from "../lib/schools";
import { mayEverywhere } from "../lib/session";
import { Button, SelectField } from "../ui/controls";
import { describe } from "../ui/dialog";
import { Page, Section } from "../ui/page";
import { Empty, Failed, Loading, Note, Show } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { When } from "../ui/time";

type Row = Schema["RolloverRow"];
type Graduate = Schema["Graduate"];
interface Asked { school?: string; last: string }

const kLast = ["05", "06", "08", "12", "13"];

const readRows = (asked: Asked) => outcome(api.GET("/api/v1/rollover", { params: { query: asked } }));
const readGraduates = (asked: Asked, cursor: string | undefined, limit: number) =>
  outcome(api.GET("/api/v1/rollover/graduates", { params: { query: { ...asked, limit, ...(cursor ? { cursor } : {}) } } }));

export function Rollover() {
  const school = fromQuery("school");
  const last = kLast.includes(fromQuery("last")) ? fromQuery("last") : "12";
  const asked: Asked = { last, ...(school ? { school } : {}) };
  const key = `${school}-${last}`;
  return (
    <Page title={t("rollover.title")} lead={t("rollover.lead")}>
      <div class="form-row">
        <SelectField label={t("column.school")} options={schoolOptions()} value={school} onValue={(value) => setQuery({ school: value }, "push")} />
        <SelectField label={t("rollover.last")} options={kLast.map((value) => ({ value, label: gradeName(value) }))} value={last} onValue={(value) => setQuery({ last: value }, "push")} />
      </div>
      <Note tone="calm"><p>{t("rollover.nothing")} {mayEverywhere("import_roster") && <a href="/imports">{t("rollover.compare")}</a>}</p></Note>
      <Section title={t("rollover.grades")}><Grades key={key} asked={asked} name={key} /></Section>
      <Graduates key={`who-${key}`} asked={asked} name={key} />
    </Page>
  );
}

function Grades({ asked, name }: { asked: Asked; name: string }) {
  const rows = useResource(`rollover-${name}`, () => readRows(asked));
  return (
    <Show resource={rows}>{({ items }) => items.length === 0
      ? <Empty title={t("rollover.none")}><p>{t("rollover.none_text")}</p></Empty>
      : <Table label={t("rollover.grades")} columns={columns()} rows={items} rowKey={(row) => `${row.school ?? ""} ${row.grade ?? ""}`} />}
    </Show>
  );
}

const nextOf = (row: Row): string => (row.next === "goes_up" ? gradeName(row.next_grade) : t(row.next === "graduates" ? "rollover.graduates" : "rollover.stays"));

const columns = (): Column<Row>[] => [
  { key: "school", label: t("column.school"), kind: "head", cell: (row) => schoolName(row.school) || t("rollover.no_school") },
  { key: "grade", label: t("people.grade"), cell: (row) => gradeName(row.grade) || t("rollover.no_grade") },
  { key: "next", label: t("rollover.next"), cell: nextOf },
  { key: "students", label: t("rollover.students"), kind: "num", cell: (row) => count(row.students) },
  { key: "holding", label: t("rollover.holding"), kind: "num", cell: (row) => count(row.holding) },
  { key: "devices", label: t("rollover.devices"), kind: "num", cell: (row) => count(row.devices) },
];

// A cell that a spreadsheet would take for a formula is a text all the same.
const cellOf = (text: string): string => `"${(/^[=+\-@\t]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

function csvOf(all: Graduate[]): string {
  const rows = all.map(({ person, device }) => [person.name, person.student_number ?? "", person.grade ?? "", schoolName(person.school), device.tag, device.serial, device.model]);
  return [[t("people.name"), t("people.number"), t("people.grade"), t("column.school"), t("rollover.tag"), t("rollover.serial"), t("rollover.model")], ...rows].map((row) => row.map(cellOf).join(",")).join("\r\n");
}

function Graduates({ asked, name }: { asked: Asked; name: string }) {
  const who = usePaged(`graduates-${name}`, (cursor) => readGraduates(asked, cursor, 100), (each: Graduate) => each.custody_id);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    setFailure("");
    const all: Graduate[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await readGraduates(asked, cursor, 500);
      if (!page.ok) { setFailure(describe(page.problem)); break; }
      all.push(...page.data.items);
      cursor = page.data.next_cursor;
      if (cursor === undefined) { download(new Blob(["\ufeff", csvOf(all)], { type: "text/csv" }), "graduates.csv"); break; }
    }
    setBusy(false);
  };
  return (
    <Section title={t("rollover.who")}>
      {who.problem ? <Failed problem={who.problem} retry={() => void who.reload()} />
        : who.items === null ? <Loading />
        : who.items.length === 0 ? <Empty title={t("rollover.nobody")} />
        : <>
            <div><Button icon="import" busy={busy} onClick={() => void save()}>{t("rollover.download")}</Button></div>
            <Table label={t("rollover.who")} columns={whoColumns()} rows={who.items} rowKey={(each) => each.custody_id} />
          </>}
      {failure && <Note tone="bad" alert>{failure}</Note>}
      {who.more && <div><Button onClick={() => void who.more?.()}>{t("people.more")}</Button></div>}
    </Section>
  );
}

const whoColumns = (): Column<Graduate>[] => [
  { key: "name", label: t("people.name"), kind: "head", cell: ({ person }) => <a href={`/people/${person.id}`}>{person.name}</a> },
  { key: "number", label: t("people.number"), cell: ({ person }) => <span class="mono">{person.student_number}</span> },
  { key: "grade", label: t("people.grade"), cell: ({ person }) => gradeName(person.grade) },
  { key: "school", label: t("column.school"), cell: ({ person }) => schoolName(person.school) },
  { key: "device", label: t("rollover.device"), cell: ({ device }) => <a class="mono" href={`/devices/${device.id}`}>{device.tag || device.serial}</a> },
  { key: "since", label: t("rollover.since"), cell: ({ given_ms: ms }) => <When ms={ms} /> },
];
