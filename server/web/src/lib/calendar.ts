// Dates of a school's calendar: "2026-09-03" as the API writes them, without a zone; the clock on the wall as "07:40".
import type { Outcome, Schema } from "./api";
import { api, outcome } from "./api";
import { locale } from "./i18n";

export type Calendar = Schema["Calendar"];
export type Day = Schema["CalendarDay"];
export type View = Schema["CalendarView"];
export type DayKind = Schema["DayKind"];
export type DayChange = Schema["DayChange"];
export type Part = Schema["CalendarPart"];
export type Schedule = Schema["BellSchedule"];
export type Term = Schema["Term"];

export const kDistrict = "district";
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export const kindHasSchool = (kind: DayKind): boolean => ["school_day", "late_start", "early_release", "extra_day"].includes(kind);

const kDayMs = 86_400_000;
const msOf = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const isoOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const addDays = (date: string, days: number): string => isoOf(msOf(date) + days * kDayMs);
export const daysBetween = (from: string, to: string): number => Math.round((msOf(to) - msOf(from)) / kDayMs);
// 0 Sunday … 6 Saturday, as American calendars begin their weeks.
export const weekdayOf = (date: string): number => new Date(msOf(date)).getUTCDay();
export const datesFrom = (first: string, last: string): string[] =>
  Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, index) => addDays(first, index));

// A school year is called by its fall: 2026 is July 2026 to June 2027.
export const schoolYearOf = (date: string): number => Number(date.slice(0, 4)) - (date.slice(5, 7) < "07" ? 1 : 0);
export const firstOfYear = (year: number): string => `${year}-07-01`;
export const lastOfYear = (year: number): string => `${year + 1}-06-30`;
export const monthsOf = (year: number): string[] =>
  Array.from({ length: 12 }, (_, index) => isoOf(Date.UTC(year, 6 + index, 1)));
export const lastOfMonth = (first: string): string => isoOf(Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5, 7)), 0));
export const addMonths = (date: string, months: number): string => {
  const target = isoOf(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1 + months, 1));
  const last = lastOfMonth(target);
  return date.slice(8) > last.slice(8) ? last : target.slice(0, 8) + date.slice(8);
};

const inUtc = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
const long = inUtc({ weekday: "long", month: "long", day: "numeric", year: "numeric" });
const medium = inUtc({ weekday: "short", month: "short", day: "numeric" });
const plain = inUtc({ month: "short", day: "numeric", year: "numeric" });
const monthName = inUtc({ month: "long", year: "numeric" });
const weekdayLong = inUtc({ weekday: "long" });
const weekdayNarrow = inUtc({ weekday: "narrow" });
const clock = inUtc({ hour: "numeric", minute: "2-digit" });

export const longDate = (date: string): string => long.format(msOf(date));
export const shortDate = (date: string): string => medium.format(msOf(date));
export const plainDate = (date: string): string => plain.format(msOf(date));
export const month = (date: string): string => monthName.format(msOf(date));
const kSundayMs = Date.UTC(2023, 0, 1);
export const weekdayName = (index: number): string => weekdayLong.format(kSundayMs + index * kDayMs);
export const weekdayLetter = (index: number): string => weekdayNarrow.format(kSundayMs + index * kDayMs);
// "07:40" as 7:40 AM; the end of a day is midnight.
export const clockTime = (text: string): string => clock.format(Date.UTC(2023, 0, 1, Number(text.slice(0, 2)), Number(text.slice(3))));
export const bellsOf = (day: Day): string => day.first_bell === undefined ? "" : `${clockTime(day.first_bell)} – ${clockTime(day.last_bell ?? "")}`;

export const changeOn = (changes: DayChange[] | undefined, date: string): DayChange | undefined => changes?.find((change) => change.date === date);

export const readCalendar = (school: string) => outcome(api.GET("/api/v1/schools/{id}/calendar", { params: { path: { id: school } } }));
export const readDays = (school: string, from: string, to: string, bells = false) =>
  outcome(api.GET("/api/v1/schools/{id}/calendar/days", { params: { path: { id: school }, query: { from, to, bells } } }));

// Puts a document in the place of the one that was read.
export const writeCalendar = (school: string, etag: string, body: Calendar): Promise<Outcome<View>> =>
  outcome(api.PUT("/api/v1/schools/{id}/calendar", { params: { path: { id: school }, header: { "If-Match": etag } }, body }));

export interface WantedChange { kind: Schema["ChangeKind"] | "as_planned"; name?: string; minutes?: number; schedule?: string; layer?: "announced" | "planned" }
export const changeDays = (school: string, dates: string[], wanted: WantedChange) =>
  outcome(api.POST("/api/v1/schools/{id}/calendar/days", { params: { path: { id: school } }, body: { dates, layer: "announced", dry_run: false, ...wanted } }));
