// An instant: how long ago, with the full date for whoever points at it or reads the markup.
import { ago, dateTime } from "../lib/format";
import { t } from "../lib/i18n";

export function When({ ms, never }: { ms: number | undefined; never?: string }) {
  if (ms === undefined) return <span class="muted">{never ?? t("time.never")}</span>;
  return <time dateTime={new Date(ms).toISOString()} title={dateTime(ms)}>{ago(ms)}</time>;
}

export function At({ ms }: { ms: number }) {
  return <time dateTime={new Date(ms).toISOString()}>{dateTime(ms)}</time>;
}
