// What a change does to which day, before it is done.
import type { Schema } from "../lib/api";
import { kDistrict, shortDate } from "../lib/calendar";
import { t } from "../lib/i18n";
import { Note } from "../ui/states";
import { Table } from "../ui/table";
import { nameOf } from "./calendar";
import { KindBadge } from "./calendar_kinds";

type Change = Pick<Schema["CalendarChange"], "effects" | "effects_total" | "kept">;

export function EffectNote({ change }: { change: Change }) {
  const lost = change.effects.filter(({ before, after }) => before.school && !after.school).length;
  const gained = change.effects.filter(({ before, after }) => !before.school && after.school).length;
  if (change.effects_total === 0) return <Note tone="calm" title={t("effects.none")} />;
  return (
    <Note tone={lost + gained > 0 ? "warn" : "calm"} title={t("effects.total", { n: change.effects_total })}>
      {change.effects_total === change.effects.length && <p>{t("effects.school", { lost, gained })}</p>}
      <details>
        <summary>{t("effects.which")}</summary>
        <EffectTable change={change} />
      </details>
    </Note>
  );
}

function EffectTable({ change }: { change: Change }) {
  return (
    <>
      <Table label={t("effects.which")} rows={change.effects} rowKey={({ school, after }) => school + after.date} columns={[
        { key: "date", label: t("effects.date"), kind: "head", cell: ({ after }) => shortDate(after.date) },
        { key: "school", label: t("column.school"), cell: ({ school }) => (school === kDistrict ? t("calendar.district") : nameOf(school)) },
        { key: "before", label: t("effects.before"), cell: ({ before }) => <KindBadge kind={before.kind} plain /> },
        { key: "after", label: t("effects.after"), cell: ({ after }) => <span class="row"><KindBadge kind={after.kind} />{after.name}</span> },
      ]} />
      {change.effects_total > change.effects.length && <p class="muted small">{t("effects.more", { n: change.effects_total - change.effects.length })}</p>}
    </>
  );
}
