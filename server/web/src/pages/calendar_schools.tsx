// Every school on one day, and where its year differs from the district's.
import { useEffect } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { bellsOf, kDistrict, shortDate } from "../lib/calendar";
import { named, t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { Section } from "../ui/page";
import { Show } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { Icon } from "../ui/icons";
import { nameOf, pageOf, type Context } from "./calendar";
import { KindBadge } from "./calendar_kinds";

type Summary = Schema["CalendarSummary"];

export function Schools({ context, date }: { context: Context; date: string }) {
  const all = useResource(`calendars-${date}`, () => outcome(api.GET("/api/v1/calendars", { params: { query: { date } } })));
  useEffect(() => { if (context.changed > 0) void all.reload(); }, [context.changed]);
  return (
    <Section title={t("calendar.schools", { date: shortDate(date) })} aside={t("calendar.schools_aside")}>
      <Show resource={all} lines={4}>{({ items }) => {
        const schools = items.filter(({ school }) => school !== kDistrict);
        if (schools.length === 0) return <p class="muted">{t("calendar.no_schools")}</p>;
        return <Table label={t("calendar.schools", { date: shortDate(date) })} columns={columns()} rows={schools} rowKey={({ school }) => school} />;
      }}</Show>
    </Section>
  );
}

function columns(): Column<Summary>[] {
  return [
    { key: "school", label: t("column.school"), kind: "head", cell: ({ school }) => <a href={pageOf(school)}>{nameOf(school)}</a> },
    { key: "day", label: t("calendar.that_day"), cell: ({ day }) => day && <span class="row"><KindBadge kind={day.kind} />{day.name}{day.announced && <span class="pair"><Icon name="announced" />{t("notice.announced")}</span>}</span> },
    { key: "bells", label: t("calendar.bells"), cell: ({ day }) => <span class="nowrap">{day ? bellsOf(day) : ""}</span> },
    { key: "differs", label: t("calendar.differs"), cell: (summary) => <Differs summary={summary} /> },
  ];
}

function Differs({ summary }: { summary: Summary }) {
  if (summary.differs.length === 0) return <span class="muted">{t("calendar.differs_nothing")}</span>;
  const words = summary.differs.map((part) =>
    part === "planned" ? t("calendar.planned_days", { n: summary.planned }) : part === "announced" ? t("calendar.announced_days", { n: summary.announced }) : named("part", part));
  return <span class="pair"><Icon name="own" /><span>{words.join(", ")}</span></span>;
}
