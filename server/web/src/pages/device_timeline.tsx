// What happened to a device, newest first, by day.
import type { ComponentChildren } from "preact";
import { api, outcome, type Schema } from "../lib/api";
import { day, list, percent, time } from "../lib/format";
import { named, t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { fromQuery, setQuery } from "../lib/router";
import type { Tone } from "../ui/badges";
import { Button } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Empty, Failed, Loading } from "../ui/states";

type Entry = Schema["TimelineEntry"];

const looks: Record<Entry["kind"], [Tone, string]> = {
  scheduled: ["mute", "dot"], started: ["good", "restart"], resumed: ["good", "online"], power_changed: ["calm", "plug"],
  going_to_sleep: ["calm", "asleep"], shutting_down: ["mute", "shut_down"], battery_critical: ["warn", "flat"],
};
const kLateMs = 5 * 60_000;

export function Timeline({ id }: { id: string }) {
  const which = fromQuery("which") === "all" ? "all" : "events";
  const timeline = usePaged(`${id}-${which}`,
    (cursor) => outcome(api.GET("/api/v1/devices/{id}/timeline", { params: { path: { id }, query: { which, limit: 100, ...(cursor ? { cursor } : {}) } } })),
    (entry: Entry) => `${entry.agent_id} ${entry.kind} ${entry.sequence ?? entry.observed_ms}`,
    (news) => news.kind === "devices" && news.ids.includes(id));
  return (
    <div class="stack">
      <label class="choice"><input type="checkbox" checked={which === "all"} onChange={(event) => setQuery({ which: event.currentTarget.checked ? "all" : "" })} /><span>{t("timeline.all")}</span></label>
      {timeline.problem ? <Failed problem={timeline.problem} retry={() => void timeline.reload()} />
        : timeline.items === null ? <Loading lines={10} />
        : timeline.items.length === 0 ? <Empty title={t("timeline.none")} />
        : <Days entries={timeline.items} />}
      {timeline.more && <div><Button onClick={() => void timeline.more?.()}>{t("action.older")}</Button></div>}
    </div>
  );
}

function Days({ entries }: { entries: Entry[] }) {
  const days = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = day(entry.observed_ms);
    days.set(name, [...(days.get(name) ?? []), entry]);
  }
  return (
    <>
      {[...days].map(([name, list]) => (
        <section key={name} aria-label={name}>
          <h2 class="timeline-day">{name}</h2>
          <ol class="timeline">{list.map((entry) => <Item key={`${entry.agent_id}${entry.kind}${entry.sequence ?? entry.observed_ms}`} entry={entry} />)}</ol>
        </section>
      ))}
    </>
  );
}

function Item({ entry }: { entry: Entry }) {
  const [tone, icon] = looks[entry.kind] ?? ["mute", "dot"];
  return (
    <li class="timeline-item">
      <time dateTime={new Date(entry.observed_ms).toISOString()}>{time(entry.observed_ms)}</time>
      <span class={`tone-${tone}`}><Icon name={icon} /></span>
      <span>{named("occasion", entry.kind)}<Extra entry={entry} /></span>
      <span class="muted small">{entry.percent !== undefined && percent(entry.percent)}{entry.on_ac === undefined ? "" : ` ${t(entry.on_ac ? "timeline.on_ac" : "timeline.on_battery")}`}</span>
    </li>
  );
}

function Extra({ entry }: { entry: Entry }): ComponentChildren {
  const failed = entry.failed_collectors ?? [];
  const late = entry.received_ms - entry.observed_ms > kLateMs;
  return (
    <>
      {failed.length > 0 && <span class="small warn-text"> {t("timeline.failed", { what: list(failed.map((name) => named("collector", name).toLowerCase())) })}</span>}
      {late && <span class="small muted"> {t("timeline.late", { at: time(entry.received_ms) })}</span>}
    </>
  );
}
