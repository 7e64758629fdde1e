// What a day of the calendar looks like: a mark, a word and a color.
import type { Day, DayChange, DayKind } from "../lib/calendar";
import { bellsOf } from "../lib/calendar";
import { named, t } from "../lib/i18n";
import { Badge, type Tone } from "../ui/badges";

export const dayKinds: DayKind[] = ["school_day", "late_start", "early_release", "extra_day", "holiday", "closure", "weekend", "outside_terms"];

export const kindTone: Record<DayKind, Tone> = {
  school_day: "good", late_start: "warn", early_release: "warn", extra_day: "good", holiday: "calm", closure: "bad", weekend: "mute", outside_terms: "mute",
};

export function KindBadge({ kind, plain }: { kind: DayKind; plain?: boolean }) {
  return <Badge tone={kindTone[kind] ?? "mute"} icon={kind} plain={plain ?? false}>{named("day", kind)}</Badge>;
}

// "Late start, on short notice: Ice"
export function wordsOf(day: Day): string {
  const words = [named("day", day.kind)];
  if (day.announced) words.push(t("day.announced"));
  return words.join(", ") + (day.name ? `: ${day.name}` : "");
}

// What else a person wants to know of a day: "7:40 AM – 2:40 PM · Day B · Fall 2026".
export const factsOf = (day: Day): string =>
  [bellsOf(day), day.rotation ? t("day.rotation", { name: day.rotation }) : "", day.term ?? ""].filter(Boolean).join(" · ");

// The rule that somebody wrote: "2 hours late", "Bells of Assembly".
export function ruleOf(change: DayChange, schedules: { id: string; name: string }[]): string {
  if (change.schedule) return t("day.by_schedule", { name: schedules.find(({ id }) => id === change.schedule)?.name ?? change.schedule });
  if (!change.minutes) return "";
  const key = change.kind === "late_start" ? "day.minutes_late" : "day.minutes_early";
  return t(key, { n: change.minutes });
}
