// The fleet at a glance; every number opens the list behind it.
import { useEffect } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { count } from "../lib/format";
import { named, t } from "../lib/i18n";
import { may } from "../lib/session";
import { useResource } from "../lib/resource";
import { ageBuckets, ageTone, deviceStates, stateTone, verdicts, verdictTone } from "../ui/badges";
import { Bars, Strip, type Bar } from "../ui/bars";
import { LiveMark, Page, Section } from "../ui/page";
import { openReviews } from "../ui/shell";
import { Empty, Note, Show } from "../ui/states";

type Fleet = Schema["Overview"];
const listOf = (name: string, value: string): string => `/devices?${new URLSearchParams({ [name]: value })}`;

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
      {may("edit_tokens") ? <a class="button primary" href="/tokens">{t("overview.none_action")}</a> : <a class="button" href="/help/enroll">{t("nav.enroll")}</a>}
    </Empty>
  );
}

function Counts({ fleet }: { fleet: Fleet }) {
  useEffect(() => { openReviews.value = fleet.reviews_open; }, [fleet.reviews_open]);
  const { total } = fleet;
  const ages = new Map(fleet.report_ages.map(({ bucket, count: number }) => [bucket, number]));
  const states: Bar[] = deviceStates.map((state) => ({ key: state, name: named("state", state), value: fleet.states[state], href: listOf("state", state), tone: stateTone[state], icon: state }));
  const batteries: Bar[] = verdicts.map((verdict) => ({ key: verdict, name: named("verdict", verdict), value: fleet.verdicts[verdict], href: listOf("verdict", verdict), tone: verdictTone[verdict], icon: verdict }));
  const reports: Bar[] = ageBuckets.map((bucket) => ({ key: bucket, name: named("age", bucket), value: ages.get(bucket) ?? 0, href: listOf("age", bucket), tone: ageTone[bucket] }));
  return (
    <>
      <div class="headline">
        <p class="headline-number"><strong>{count(fleet.states.online)}</strong><span>{t("overview.headline", { n: total })}</span></p>
        <Strip parts={deviceStates.map((state) => ({ key: state, value: fleet.states[state], tone: stateTone[state] }))} />
      </div>
      {fleet.reviews_open > 0 && may("view_reviews") && (
        <Note tone="warn" title={t("overview.reviews", { n: fleet.reviews_open })}><p>{t("overview.reviews_text")} <a href="/reviews">{t("overview.reviews_link")}</a></p></Note>
      )}
      <div class="columns">
        <Section title={t("overview.states")}><Bars label={t("overview.states")} bars={states} total={total} /></Section>
        <Section title={t("overview.verdicts")}><Bars label={t("overview.verdicts")} bars={batteries} total={total} /></Section>
        <Section title={t("overview.schools")}><Schools fleet={fleet} /></Section>
        <Section title={t("overview.ages")}><Bars label={t("overview.ages")} bars={reports} total={total} /></Section>
      </div>
    </>
  );
}

function Schools({ fleet }: { fleet: Fleet }) {
  const bars: Bar[] = fleet.schools.map((school) => ({
    key: school.id, name: school.id === "none" ? t("school.none") : school.name, value: school.total, href: listOf("school", school.id), tone: "accent",
  }));
  return <Bars label={t("overview.schools")} bars={bars} total={fleet.total} />;
}
