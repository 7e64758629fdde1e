// The list of devices. The address holds the whole query, so that a list can be kept, sent and gone back to.
import { useEffect, useMemo, useState } from "preact/hooks";
import { percent } from "../lib/format";
import { named, t } from "../lib/i18n";
import { whereIs } from "../lib/find_device";
import { DeviceList, type DeviceRow, type ListQuery } from "../lib/device_list";
import { rereads } from "../lib/connection";
import { onNews } from "../lib/live";
import { fromQuery, go, isSmall, setQuery } from "../lib/router";
import { schoolName, schoolOptions } from "../lib/schools";
import { may } from "../lib/session";
import { Charge, StateBadge, VerdictBadge, ageBuckets, deviceStates, verdicts } from "../ui/badges";
import { Button, SelectField } from "../ui/controls";
import { Download } from "../ui/download";
import { FilterBar, ListCount, SearchField } from "../ui/filters";
import { Icon } from "../ui/icons";
import { LiveMark, Page } from "../ui/page";
import { Empty, Failed, Loading } from "../ui/states";
import { When } from "../ui/time";
import { VirtualGrid } from "../ui/virtual_grid";
import { PrintLabels } from "./labels_dialog";

function queryOfAddress(): ListQuery {
  return {
    q: fromQuery("q"), state: fromQuery("state"), verdict: fromQuery("verdict"), school: fromQuery("school"),
    age: fromQuery("age"), sort: fromQuery("sort") || "last_report", order: fromQuery("order") || "desc",
  };
}

export function Devices() {
  const query = queryOfAddress();
  const key = JSON.stringify(query);
  const list = useMemo(() => new DeviceList(query), [key]);
  useEffect(() => {
    void list.reload();
    let seen = rereads.peek();
    const leave = [
      onNews((news) => list.hear(news)),
      rereads.subscribe((now) => { if (now !== seen) { seen = now; list.reread(); } }),
    ];
    return () => { for (const each of leave) each(); list.close(); };
  }, [list]);
  return (
    <Page title={t("devices.title")} fills actions={<LiveMark />}>
      <Filters query={query} />
      <ListBar list={list} query={query} />
      <Rows list={list} query={query} resetKey={key} />
    </Page>
  );
}

const options = (group: "state" | "verdict" | "age", values: string[]) =>
  [{ value: "", label: t(`devices.any_${group}`) }, ...values.map((value) => ({ value, label: named(group, value) }))];

const narrowing = ["q", "state", "verdict", "school", "age"] as const;

function Filters({ query }: { query: ListQuery }) {
  // The device that is meant opens. Otherwise the list is what was asked for.
  const openMeant = async (text: string): Promise<void> => {
    const where = await whereIs(text);
    if (where.startsWith("/devices/")) go(where);
  };
  const chosen = [query.state, query.school, query.verdict, query.age].filter(Boolean).length;
  const choose = (name: string) => (value: string) => setQuery({ [name]: value }, "push");
  return (
    <FilterBar chosen={chosen} search={<SearchField hint={t("devices.search_hint")} value={query.q} onEnter={(text) => void openMeant(text)} />}>
      <SelectField label={t("column.state")} options={options("state", deviceStates)} value={query.state} onValue={choose("state")} />
      <SelectField label={t("column.school")} options={[...schoolOptions(), { value: "none", label: t("school.none") }]} value={query.school} onValue={choose("school")} />
      <SelectField label={t("column.verdict")} options={options("verdict", verdicts)} value={query.verdict} onValue={choose("verdict")} />
      <SelectField label={t("column.last_report")} options={options("age", ageBuckets)} value={query.age} onValue={choose("age")} />
    </FilterBar>
  );
}

function ListBar({ list, query }: { list: DeviceList; query: ListQuery }) {
  const total = list.total.value;
  const [printing, setPrinting] = useState(false);
  const filtered = narrowing.some((name) => query[name] !== "");
  return (
    <ListCount text={total === null ? t("state.loading") : t(filtered ? "devices.matching" : "devices.count", { n: total })} filtered={filtered} names={[...narrowing]}>
      <div class="row">
        {list.reordered.value && <Button small icon="restart" onClick={() => void list.reload()}>{t("devices.reorder")}</Button>}
        {isSmall.value && <SortChoice query={query} />}
        {may("edit_inventory") && (total ?? 0) > 0 && <Button small icon="print" onClick={() => setPrinting(true)}>{t("labels.title", { n: total ?? 0 })}</Button>}
        <Download list="devices" query={{ q: query.q, state: query.state, verdict: query.verdict, school: query.school, age: query.age }} />
      </div>
      {printing && <PrintLabels query={query} onClose={() => setPrinting(false)} />}
    </ListCount>
  );
}

type SortKey = "tag" | "serial" | "model" | "school" | "state" | "verdict" | "percent" | "last_report";
const sortKeys: SortKey[] = ["last_report", "tag", "serial", "model", "school", "state", "verdict", "percent"];
const firstOrder = (key: string): string => (key === "last_report" ? "desc" : "asc");

function SortChoice({ query }: { query: ListQuery }) {
  return (
    <label class="row small">
      {t("devices.sort")}
      <select class="sort-choice" value={query.sort} onChange={(event) => setQuery({ sort: event.currentTarget.value, order: firstOrder(event.currentTarget.value) }, "push")}>
        {sortKeys.map((key) => <option key={key} value={key}>{t(`column.${key}`)}</option>)}
      </select>
    </label>
  );
}

const columnKeys: SortKey[] = ["tag", "serial", "model", "school", "state", "verdict", "percent", "last_report"];

function Head({ query }: { query: ListQuery }) {
  return (
    <>
      {columnKeys.map((key) => {
        const now = query.sort === key ? query.order : "";
        const next = now === "" ? firstOrder(key) : now === "asc" ? "desc" : "asc";
        return (
          <div key={key} role="columnheader" aria-sort={now === "asc" ? "ascending" : now === "desc" ? "descending" : "none"}>
            <button type="button" class="sort" onClick={() => setQuery({ sort: key, order: next }, "push")}>
              {t(`column.${key}`)}{now !== "" && <Icon name={now === "asc" ? "up" : "down"} />}
            </button>
          </div>
        );
      })}
    </>
  );
}

function Rows({ list, query, resetKey }: { list: DeviceList; query: ListQuery; resetKey: string }) {
  const problem = list.problem.value;
  const total = list.total.value;
  list.version.value;  // a changed row draws the window again
  if (problem) return <Failed problem={problem} retry={() => void list.reload()} />;
  if (total === null) return <Loading lines={12} />;
  if (total === 0) return <NoRows filtered={Object.values(query).slice(0, 5).some(Boolean)} />;
  const small = isSmall.value;
  return (
    <VirtualGrid label={t("devices.title")} total={total} rowHeight={small ? 68 : 38} minWidth={small ? "0" : "64rem"} resetKey={resetKey}
      columns={small ? "minmax(0, 1fr) 9.5rem" : "minmax(7.25rem, 0.5fr) minmax(7.5rem, 0.5fr) minmax(9rem, 2.1fr) minmax(8.5rem, 2fr) 8rem 9rem 7rem 7rem"} columnCount={columnKeys.length} head={<Head query={query} />}
      source={(index) => list.row(index)} onWindow={(first, last) => list.look(first, last)} onOpen={(index) => { const row = list.row(index); if (row) go(`/devices/${row.id}`); }}
      row={(index, active) => small ? <SmallRow row={list.row(index)} active={active} /> : <WideRow row={list.row(index)} active={active} />} />
  );
}

function NoRows({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty title={t("devices.none_match")}><p>{t("devices.none_match_text")}</p></Empty>;
  return <Empty title={t("devices.none")}><p>{t("devices.none_text")}</p><a class="button primary" href="/tokens">{t("devices.none_action")}</a></Empty>;
}

export const nameOf = (row: { id: string; tag: string; serial: string; model: string }): string => row.tag || row.serial || row.model || t("devices.unnamed", { id: row.id.slice(-4) });
const makeOf = (row: DeviceRow): string => [row.manufacturer, row.model].filter(Boolean).join(" ");

function Key({ row, active }: { row: DeviceRow; active: boolean }) {
  return <a class="key" href={`/devices/${row.id}`} tabIndex={active ? 0 : -1}>{nameOf(row)}</a>;
}

function WideRow({ row, active }: { row: DeviceRow | undefined; active: boolean }) {
  if (!row) return <div role="gridcell" aria-colspan={columnKeys.length} tabIndex={-1}><span class="ghost" /><span class="hidden-text">{t("state.loading")}</span></div>;
  return (
    <>
      <div role="gridcell"><Key row={row} active={active} /></div>
      <div role="gridcell" class="mono small" title={row.serial}>{row.serial}</div>
      <div role="gridcell" title={makeOf(row)}>{makeOf(row)}</div>
      <div role="gridcell" title={schoolName(row.school)}>{schoolName(row.school)}</div>
      <div role="gridcell"><StateBadge state={row.state} /></div>
      <div role="gridcell"><span class="pair"><VerdictBadge verdict={row.verdict} plain />{row.health_percent !== undefined && <span class="muted small">{percent(row.health_percent)}</span>}</span></div>
      <div role="gridcell"><Charge value={row.percent} onAc={row.on_ac} /></div>
      <div role="gridcell"><When ms={row.last_report_ms} /></div>
    </>
  );
}

function SmallRow({ row, active }: { row: DeviceRow | undefined; active: boolean }) {
  if (!row) return <div role="gridcell" aria-colspan={columnKeys.length} tabIndex={-1}><span class="ghost" /><span class="hidden-text">{t("state.loading")}</span></div>;
  return (
    <>
      <div role="gridcell"><Key row={row} active={active} /></div>
      <div role="gridcell"><StateBadge state={row.state} /></div>
      <div role="gridcell" class="small muted">{makeOf(row)}</div>
      <div role="gridcell" class="small"><span class="pair"><Charge value={row.percent} /><When ms={row.last_report_ms} /></span></div>
    </>
  );
}
