// What a state or verdict looks like: a shape, a word and a color, in this order of importance.
import { named } from "../lib/i18n";
import { percent } from "../lib/format";
import type { Schema } from "../lib/api";
import { Icon } from "./icons";

export type Tone = "good" | "calm" | "mute" | "warn" | "bad";
type DeviceState = Schema["DeviceState"];
type Verdict = Schema["Verdict"];

export const deviceStates: DeviceState[] = ["online", "asleep", "shut_down", "flat", "silent", "never", "no_agent"];
export const verdicts: Verdict[] = ["good", "watch", "replace", "implausible", "unknown", "none"];
export const ageBuckets: Schema["AgeBucket"][] = ["minutes_15", "hour", "day", "week", "month", "older", "never"];

export const stateTone: Record<DeviceState, Tone> = {
  online: "good", asleep: "calm", shut_down: "mute", flat: "warn", silent: "bad", never: "mute", no_agent: "mute",
};
export const verdictTone: Record<Verdict, Tone> = {
  good: "good", watch: "warn", replace: "bad", implausible: "calm", unknown: "mute", none: "mute",
};
export const ageTone: Record<Schema["AgeBucket"], Tone> = {
  minutes_15: "good", hour: "good", day: "calm", week: "mute", month: "warn", older: "bad", never: "mute",
};

export function Badge({ tone, icon, children, plain }: { tone: Tone; icon: string; children: string; plain?: boolean }) {
  return <span class={`badge tone-${tone}${plain ? " plain" : ""}`}><Icon name={icon} />{children}</span>;
}

export function StateBadge({ state, plain }: { state: DeviceState; plain?: boolean }) {
  return <Badge tone={stateTone[state] ?? "mute"} icon={state} plain={plain ?? false}>{named("state", state)}</Badge>;
}

export function VerdictBadge({ verdict, plain }: { verdict: Verdict; plain?: boolean }) {
  return <Badge tone={verdictTone[verdict] ?? "mute"} icon={verdict} plain={plain ?? false}>{named("verdict", verdict)}</Badge>;
}

// A small drawing of the charge with its number; the plug says that it is on AC.
export function Charge({ value, onAc }: { value: number | undefined; onAc?: boolean | undefined }) {
  if (value === undefined) return <span class="muted"><span aria-hidden="true">–</span><span class="hidden-text">{named("value", "unknown")}</span></span>;
  const shown = Math.max(0, Math.min(100, value));
  const tone = shown <= 10 ? "bad" : shown <= 25 ? "warn" : "good";
  return (
    <span class="battery">
      <svg viewBox="0 0 30 16" aria-hidden="true">
        <rect class="shell-line" x="0.75" y="0.75" width="25.5" height="14.5" rx="2.5" stroke-width="1.500" />
        <path class="shell-line" d="M28.500 5.500v5" stroke-width="2" stroke-linecap="round" />
        <rect class={`fill-${tone}`} x="2.500" y="2.500" width={Math.max(1, shown * 0.22)} height="11" rx="1" />
      </svg>
      <span>{percent(value)}</span>
      {onAc && <><Icon name="plug" width="14" height="14" /><span class="hidden-text">{named("value", "on_ac")}</span></>}
    </span>
  );
}
