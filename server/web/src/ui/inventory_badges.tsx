// What the inventory says of a thing: a shape, a word and a color; how far a warranty has run; how full a cart is.
import type { Schema } from "../lib/api";
import { calendarDay, count, nowMs } from "../lib/format";
import { named, t } from "../lib/i18n";
import { Badge, type Tone } from "./badges";

type Condition = Schema["Condition"];
const conditionLook: Record<Condition, [Tone, string]> = {
  unknown: ["mute", "unknown"], new: ["good", "good"], good: ["good", "good"], fair: ["calm", "watch"], damaged: ["warn", "alert"], broken: ["bad", "replace"],
};

export function ConditionMark({ condition }: { condition: Condition }) {
  const [tone, icon] = conditionLook[condition] ?? conditionLook.unknown;
  return <Badge tone={tone} icon={icon} plain>{named("condition", condition)}</Badge>;
}

export function FlagBadges({ flags }: { flags: readonly Schema["DeviceFlag"][] }) {
  return <span class="row">{flags.map((flag) => <Badge key={flag} tone={flag === "on_hold" ? "warn" : "bad"} icon={flag === "on_hold" ? "lock" : "alert"}>{named("flag", flag)}</Badge>)}</span>;
}

const dayMs = (iso: string): number => Date.parse(`${iso}T00:00:00Z`);

// A span that ends on a day, drawn as far as it has run; without a beginning only the words.
export function Lifespan({ from, to }: { from?: string | undefined; to: string }) {
  const now = nowMs.value;
  const isOver = dayMs(to) + 86_400_000 < now;
  const share = from === undefined ? undefined : Math.max(0, Math.min(1, (now - dayMs(from)) / Math.max(1, dayMs(to) - dayMs(from))));
  return (
    <div class="stack tight">
      <span class="row"><span>{calendarDay(to)}</span>{isOver && <Badge tone="mute" icon="none">{t("inventory.over")}</Badge>}</span>
      {share !== undefined && !isOver && (
        <svg class="share-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-track" width="100" height="6" /><rect class={share > 0.9 ? "fill-warn" : "fill-accent"} width={share * 100} height="6" /></svg>
      )}
    </div>
  );
}

// A number beside its bar. With a capacity the track is what fits; otherwise the largest of those it stands among.
export function CountBar({ value, of, capacity }: { value: number; of: number; capacity?: number | undefined }) {
  const whole = Math.max(1, capacity ?? of);
  const over = capacity !== undefined && value > capacity;
  const width = value === 0 ? 0 : Math.max(1.5, Math.min(100, (value / whole) * 100));
  return (
    <span class="count-bar">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-track" width="100" height="10" /><rect class={over ? "fill-warn" : "fill-accent"} width={width} height="10" /></svg>
      <span class="nowrap">{capacity === undefined ? count(value) : t("places.of_capacity", { n: value, capacity })}{over && <span class="warn-text small"> {t("places.over")}</span>}</span>
    </span>
  );
}
