// A Wi-Fi signal as a person reads it: bars, a word, and the figure.
import { count } from "../lib/format";
import { t } from "../lib/i18n";

const kStrongDbm = -60;
const kFairDbm = -72;

export function Signal({ dbm }: { dbm: number | undefined }) {
  if (dbm === undefined) return <span class="muted">{t("value.unknown")}</span>;
  const level = dbm >= kStrongDbm ? 3 : dbm >= kFairDbm ? 2 : 1;
  const word = t(level === 3 ? "net.strong" : level === 2 ? "net.fair" : "net.weak");
  return (
    <span class="signal">
      <svg viewBox="0 0 16 12" aria-hidden="true">
        {[1, 2, 3].map((bar) => <rect key={bar} class={bar <= level ? (level === 1 ? "fill-bad" : level === 2 ? "fill-warn" : "fill-good") : "bar-track"} x={(bar - 1) * 5.5} y={12 - bar * 4} width="4" height={bar * 4} />)}
      </svg>
      <span>{word} <span class="muted small nowrap">{t("unit.dbm", { value: count(dbm) })}</span></span>
    </span>
  );
}
