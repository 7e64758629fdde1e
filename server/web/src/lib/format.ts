// Numbers, amounts and instants for people, through Intl.
import { computed, signal } from "@preact/signals";
import { clockSkewMs } from "./api";
import { locale, t } from "./i18n";

const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const share = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const dateAndTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const timeOnly = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const dateOnly = new Intl.DateTimeFormat(locale, { weekday: "long", month: "long", day: "numeric", year: "numeric" });
const shortDate = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const weekdayTime = new Intl.DateTimeFormat(locale, { weekday: "short", hour: "numeric", minute: "2-digit" });
const weekdayDate = new Intl.DateTimeFormat(locale, { weekday: "short", month: "short", day: "numeric" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });

const tick = signal(Date.now());
setInterval(() => { if (!document.hidden) tick.value = Date.now(); }, 15_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tick.value = Date.now(); });
// The server's time, redrawn four times a minute.
export const nowMs = computed(() => tick.value + clockSkewMs.value);

export const count = (value: number): string => integer.format(value);
export const percent = (value: number): string => share.format(value / 100);
export const decimal = (value: number): string => oneDigit.format(value);
export const dateTime = (ms: number): string => dateAndTime.format(ms);
export const time = (ms: number): string => timeOnly.format(ms);
export const weekday = (ms: number): string => weekdayDate.format(ms);
export const day = (ms: number): string => dateOnly.format(ms);
export const date = (ms: number): string => shortDate.format(ms);
export const list = (items: string[]): string => new Intl.ListFormat(locale, { type: "conjunction" }).format(items);

// A date that is no instant ("2026-08-24") is the same day everywhere.
const dayAnywhere = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
export const calendarDay = (iso: string): string => dayAnywhere.format(new Date(`${iso}T00:00:00Z`));

// As short as it can be told apart today: "8:05 AM", "Mon 8:05 AM", "Nov 12, 2026, 8:05 AM".
export function moment(ms: number, now = nowMs.peek()): string {
  if (date(ms) === date(now)) return time(ms);
  return now - ms < 6 * 86_400_000 ? weekdayTime.format(ms) : dateTime(ms);
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600_000], ["month", 2_629_800_000], ["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000],
];

// "4 min. ago", "in 3 days"; under a minute it is "just now", because a second's precision would only flicker.
export function ago(ms: number, now = nowMs.value): string {
  const difference = ms - now;
  for (const [unit, length] of steps) {
    if (Math.abs(difference) >= length) return relative.format(Math.trunc(difference / length), unit);
  }
  return difference > 20_000 ? t("time.soon") : t("time.now");
}

export function duration(ms: number): string {
  if (ms < 1_000) return t("time.ms", { value: integer.format(ms) });
  if (ms < 60_000) return t("time.s", { value: oneDigit.format(ms / 1_000) });
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return t("time.min", { value: integer.format(minutes) });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t("time.h", { value: integer.format(hours), rest: integer.format(minutes % 60) });
  return t("time.days", { n: Math.floor(hours / 24) });
}

export const wattHours = (mwh: number): string => t("unit.wh", { value: oneDigit.format(mwh / 1_000) });
export const gigabytes = (mb: number): string =>
  mb < 1_000 ? t("unit.mb", { value: integer.format(mb) }) : t("unit.gb", { value: oneDigit.format(mb / 1_000) });
