// A school year as twelve months. One stop for Tab: arrows move by day and week, Page Up and Page Down by month, Enter
// opens the day.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import {
  addDays, addMonths, changeOn, datesFrom, firstOfYear, lastOfMonth, lastOfYear, longDate, month, monthsOf, readDays, schoolYearOf,
  weekdayLetter, weekdayName, weekdayOf, type Day,
} from "../lib/calendar";
import { named, t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { setQuery } from "../lib/router";
import { Button } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Section } from "../ui/page";
import { Show } from "../ui/states";
import type { Context } from "./calendar";
import { DayDialog } from "./calendar_day";
import { dayKinds, factsOf, wordsOf } from "./calendar_kinds";

interface Props { context: Context; today: string; year: number }

export function CalendarMonths({ context, today, year }: Props) {
  const days = useResource(`days-${context.school}-${year}`, () => readDays(context.school, firstOfYear(year), lastOfYear(year)));
  useEffect(() => { if (context.changed > 0) void days.reload(); }, [context.changed]);
  const years = { from: String(year), to: String(year + 1) };
  const move = (by: number): void => setQuery({ year: year + by === schoolYearOf(today) ? "" : String(year + by) });
  return (
    <Section title={t("calendar.year", years)} aside={
      <span class="row">
        <Button small icon="left" label={t("calendar.year_before", { years: yearsFrom(year - 1) })} onClick={() => move(-1)}>{yearsFrom(year - 1)}</Button>
        <Button small label={t("calendar.year_after", { years: yearsFrom(year + 1) })} onClick={() => move(1)}>{yearsFrom(year + 1)}<Icon name="right" /></Button>
      </span>
    }>
      <Legend isDistrict={context.isDistrict} />
      <Show resource={days} lines={12}>{({ items }) => <Months context={context} today={today} year={year} days={items} />}</Show>
    </Section>
  );
}

function Legend({ isDistrict }: { isDistrict: boolean }) {
  return (
    <ul class="keys legend-days" aria-label={t("calendar.legend")}>
      {dayKinds.map((kind) => <li key={kind}><span class={`day-key kind-${kind}`}><Icon name={kind} /></span>{named("day", kind)}</li>)}
      <li><span class="day-key"><span class="day-letter">A</span></span>{t("calendar.legend_rotation")}</li>
      <li><span class="day-key"><Icon name="announced" /></span>{t("day.announced")}</li>
      {!isDistrict && <li><span class="day-key is-own" /><span>{t("calendar.legend_own")}</span></li>}
    </ul>
  );
}

const steps: Record<string, (date: string) => string> = {
  ArrowLeft: (date) => addDays(date, -1),
  ArrowRight: (date) => addDays(date, 1),
  ArrowUp: (date) => addDays(date, -7),
  ArrowDown: (date) => addDays(date, 7),
  Home: (date) => addDays(date, -weekdayOf(date)),
  End: (date) => addDays(date, 6 - weekdayOf(date)),
  PageUp: (date) => addMonths(date, -1),
  PageDown: (date) => addMonths(date, 1),
};

function Months({ context, today, year, days }: Props & { days: Day[] }) {
  const [first, last] = [firstOfYear(year), lastOfYear(year)];
  const [at, setAt] = useState(today >= first && today <= last ? today : first);
  const [open, setOpen] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const byDate = useMemo(() => new Map(days.map((day) => [day.date, day])), [days]);
  const onKey = (event: KeyboardEvent): void => {
    const step = event.ctrlKey || event.altKey || event.metaKey ? undefined : steps[event.key];
    if (!step) return;
    event.preventDefault();
    const wanted = step(at);
    const next = wanted < first ? first : wanted > last ? last : wanted;
    setAt(next);
    box.current?.querySelector<HTMLElement>(`[data-date="${next}"]`)?.focus();
  };
  const { own } = context.view;
  const isOwn = (date: string): boolean => !context.isDistrict && (changeOn(own.planned, date) !== undefined || changeOn(own.announced, date) !== undefined);
  const chosen = open === null ? undefined : byDate.get(open);
  return (
    <>
      <p class="hidden-text" id="months-keys">{t("calendar.keys")}</p>
      <div class="months" ref={box} onKeyDown={onKey}>
        {monthsOf(year).map((start) => (
          <Month key={start} start={start} byDate={byDate} today={today} at={at} isOwn={isOwn} onOpen={(date) => { setAt(date); setOpen(date); }} />
        ))}
      </div>
      {chosen && <DayDialog context={context} day={chosen} onClose={() => setOpen(null)} />}
    </>
  );
}

const yearsFrom = (year: number): string => `${year}–${String(year + 1).slice(2)}`;

interface MonthProps { start: string; byDate: Map<string, Day>; today: string; at: string; isOwn: (date: string) => boolean; onOpen: (date: string) => void }

function Month({ start, byDate, today, at, isOwn, onOpen }: MonthProps) {
  const before = weekdayOf(start);
  const cells: (string | null)[] = [...Array<null>(before).fill(null), ...datesFrom(start, lastOfMonth(start))];
  while (cells.length % 7 !== 0) cells.push(null);
  const weeks = Array.from({ length: cells.length / 7 }, (_, index) => cells.slice(index * 7, index * 7 + 7));
  return (
    <table class="month" role="grid" aria-describedby="months-keys">
      <caption>{month(start)}</caption>
      <thead><tr>{[0, 1, 2, 3, 4, 5, 6].map((index) => <th key={index} scope="col"><span aria-hidden="true">{weekdayLetter(index)}</span><span class="hidden-text">{weekdayName(index)}</span></th>)}</tr></thead>
      <tbody>
        {weeks.map((week, row) => (
          <tr key={row}>
            {week.map((date, column) => <td key={column}>{date && <DayCell day={byDate.get(date)} date={date} isToday={date === today} isOwn={isOwn(date)} stops={date === at} onOpen={onOpen} />}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps { day: Day | undefined; date: string; isToday: boolean; isOwn: boolean; stops: boolean; onOpen: (date: string) => void }

function DayCell({ day, date, isToday, isOwn, stops, onOpen }: CellProps) {
  if (!day) return null;
  const said = [longDate(date), wordsOf(day), factsOf(day), isOwn ? t("calendar.legend_own") : ""].filter(Boolean).join(". ");
  const marked = day.kind !== "school_day" && day.kind !== "weekend";
  return (
    <button type="button" class={`day kind-${day.kind}${isOwn ? " is-own" : ""}${isToday ? " is-today" : ""}`} data-date={date} tabIndex={stops ? 0 : -1}
      aria-label={said} title={wordsOf(day)} {...(isToday ? { "aria-current": "date" as const } : {})} onClick={() => onOpen(date)}>
      <span class="day-number">{Number(date.slice(8))}</span>
      {day.rotation && <span class="day-letter" data-letter={day.rotation.slice(0, 3)} />}
      {marked && <Icon name={day.kind} />}
      {day.announced && <Icon name="announced" class="day-announced" />}
    </button>
  );
}
