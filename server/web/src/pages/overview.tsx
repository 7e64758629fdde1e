// The fleet at a glance: what needs a person, then the counts; every number opens the list behind it.
import { useEffect } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { count } from "../lib/format";
import { named, t, type MessageKey } from "../lib/i18n";
import { mayEverywhere } from "../lib/session";
import { useResource } from "../lib/resource";
import { ageBuckets, ageTone, deviceStates, stateTone, verdicts, verdictTone } from "../ui/badges";
import { Bars, Strip, type Bar } from "../ui/bars";
import { Findings, type Finding } from "../ui/findings";
import { LiveMark, Page, Section } from "../ui/page";
import { openReviews } from "../ui/shell";
import { Empty, Show } from "../ui/states";
import { Table, type Column } from "../ui/table";

type Fleet = Schema["Overview"];
type School = Fleet["schools"][number];
const listOf = (query: Record<string, string>): string => `/devices?${new URLSearchParams(query)}`;

export function Overview() {
  const overview = useResource("overview", () => outcome(api.GET("/api/v1/overview")), () => true);
  return (
    <Page title={t("overview.title")} actions={<LiveMark />}>
      <Show resource={overview} lines={14}>{(fleet) => fleet.total === 0 ? <NobodyYet /> : <Counts fleet={fleet} />}</Show>
    </Page>
  );
}

function NobodyYet() {
  return (
    <Empty title={t("overview.none")}>
      <p>{t("overview.none_text")}</p>
      {mayEverywhere("edit_tokens") ? <a class="button primary" href="/tokens">{t("overview.none_action")}</a> : <a class="button" href="/help/enroll">{t("nav.enroll")}</a>}
    </Empty>
  );
}

function Counts({ fleet }: { fleet: Fleet }) {
  useEffect(() => { openReviews.value = fleet.reviews_open; }, [fleet.reviews_open]);
  const { total } = fleet;
  const ages = new Map(fleet.report_ages.map(({ bucket, count: number }) => [bucket, number]));
  const states: Bar[] = deviceStates.map((state) => ({ key: state, name: named("state", state), value: fleet.states[state], href: listOf({ state }), tone: stateTone[state], icon: state }));
  const batteries: Bar[] = verdicts.map((verdict) => ({ key: verdict, name: named("verdict", verdict), value: fleet.verdicts[verdict], href: listOf({ verdict }), tone: verdictTone[verdict], icon: verdict }));
  const reports: Bar[] = ageBuckets.map((age) => ({ key: age, name: named("age", age), value: ages.get(age) ?? 0, href: listOf({ age }), tone: ageTone[age] }));
  return (
    <>
      <div class="headline">
        <p class="headline-number"><strong>{count(fleet.states.online)}</strong><span>{t("overview.headline", { n: total })}</span></p>
        <Strip parts={deviceStates.map((state) => ({ key: state, value: fleet.states[state], tone: stateTone[state] }))} />
      </div>
      <Section title={t("overview.attention")}><Findings label={t("overview.attention")} findings={attention(fleet)} none={t("overview.calm")} /></Section>
      <div class="columns">
        <Section title={t("overview.states")}><Bars label={t("overview.states")} bars={states} total={total} /></Section>
        <Section title={t("overview.verdicts")}><Bars label={t("overview.verdicts")} bars={batteries} total={total} /></Section>
        <Section title={t("overview.schools")}><Table label={t("overview.schools")} columns={schoolColumns()} rows={fleet.schools} rowKey={(school) => school.id} /></Section>
        <Section title={t("overview.ages")}><Bars label={t("overview.ages")} bars={reports} total={total} /></Section>
      </div>
    </>
  );
}

type AttentionName<Key = MessageKey> = Key extends `attention.${infer Name}_link` ? Name : never;

// Those that have waited longest come first in the lists that these open.
const longest = { sort: "last_report", order: "asc" };

function attention(fleet: Fleet): Finding[] {
  const kinds: [name: AttentionName, n: number, tone: Finding["tone"], icon: string, href: string][] = [
    ["silent", fleet.states.silent, "bad", "silent", listOf({ state: "silent", ...longest })],
    ["replace", fleet.verdicts.replace, "bad", "replace", listOf({ verdict: "replace" })],
    ["flat", fleet.states.flat, "warn", "flat", listOf({ state: "flat", ...longest })],
    ["reviews", mayEverywhere("view_reviews") ? fleet.reviews_open : 0, "warn", "review", "/reviews"],
    ["never", fleet.states.never, "warn", "never", listOf({ state: "never" })],
  ];
  return kinds.filter(([, n]) => n > 0).map(([name, n, tone, icon, href]) => ({
    key: name, tone, icon, title: t(`attention.${name}`, { n }), detail: t(`attention.${name}_text`),
    next: <a href={href}>{t(`attention.${name}_link`)}</a>,
  }));
}

function schoolColumns(): Column<School>[] {
  const number = (key: "total" | "online" | "silent" | "replace", query: Record<string, string>): Column<School> => ({
    key, label: t(`overview.school_${key}`), kind: "num",
    cell: (school) => school[key] === 0 ? <span class="muted">0</span> : <a href={listOf({ school: school.id, ...query })} aria-label={`${count(school[key])} ${t(`overview.school_${key}`)}, ${nameOf(school)}`}>{count(school[key])}</a>,
  });
  return [
    { key: "name", label: t("column.school"), kind: "head", cell: (school) => nameOf(school) },
    number("total", {}), number("online", { state: "online" }), number("silent", { state: "silent" }), number("replace", { verdict: "replace" }),
  ];
}

const nameOf = (school: School): string => (school.id === "none" ? t("school.none") : school.name);
