// Connectivity, health, identity, collectors and agents of one device.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { count, date, decimal, duration, gigabytes, list, percent } from "../lib/format";
import { named, t } from "../lib/i18n";
import { may } from "../lib/session";
import { Badge, type Tone } from "../ui/badges";
import { Button } from "../ui/controls";
import { Confirm } from "../ui/dialog";
import { Signal } from "../ui/signal";
import { Empty } from "../ui/states";
import { Facts, Table, type Column } from "../ui/table";
import { When } from "../ui/time";
import { toast } from "../ui/toasts";

const nothing = () => <p class="muted">{t("device.nothing")}</p>;
const maybe = <T,>(value: T | undefined, shown: (value: T) => string): string | undefined => value === undefined ? undefined : shown(value);

export function ConnectivityFacts({ connectivity: now }: { connectivity: Schema["Connectivity"] | undefined }) {
  if (!now) return nothing();
  const route = now.interfaces.find((each) => each.default_route);
  return (
    <Facts facts={[
      [t("net.network"), now.on_school_network ? t("net.school") : t("net.elsewhere")],
      [t("net.route"), route ? `${named("interface", route.kind)} (${route.name})` : t("net.no_route")],
      [t("net.signal"), now.wifi?.signal_dbm !== undefined && <Signal dbm={now.wifi.signal_dbm} />],
      [t("net.rate"), maybe(now.wifi?.rate_mbps, (rate) => t("unit.mbps", { value: decimal(rate) }))],
      [t("net.portal"), now.portal === "portal" ? <Badge tone="warn" icon="alert">{t("net.portal_yes")}</Badge> : named("portal", now.portal)],
      [t("net.tls"), now.tls_intercepted === undefined ? undefined : now.tls_intercepted ? <Badge tone="bad" icon="alert">{t("net.intercepted")}</Badge> : t("net.direct")],
      [t("net.times"), times(now)],
      [t("net.proxy"), now.proxy],
      [t("net.interfaces"), list(now.interfaces.map((each) => `${each.name} (${t(each.up ? "net.up" : "net.down")})`))],
    ]} />
  );
}

function times(now: Schema["Connectivity"]): string {
  const parts: [string, number | undefined][] = [[t("net.dns"), now.dns_ms], [t("net.connect"), now.connect_ms], ["TLS", now.tls_ms]];
  return parts.filter(([, ms]) => ms !== undefined).map(([name, ms]) => `${name} ${duration(ms ?? 0)}`).join(" · ");
}

export function HealthFacts({ health: now }: { health: Schema["Health"] | undefined }) {
  if (!now) return nothing();
  return (
    <Facts facts={[
      ...now.volumes.map((volume): [string, string] => [t("health.free", { mount: volume.mount }), t("health.free_of", { free: gigabytes(volume.free_mb), size: gigabytes(volume.size_mb) })]),
      ...now.disks.map((disk): [string, preact.ComponentChildren] => [t("health.disk", { name: disk.name }), <Disk disk={disk} />]),
      [t("health.memory"), maybe(now.memory_total_mb, (total) => now.memory_available_mb === undefined ? gigabytes(total) : t("health.memory_of", { free: gigabytes(now.memory_available_mb), size: gigabytes(total) }))],
      [t("health.temperature"), maybe(now.temperature_c, (value) => t("unit.celsius", { value: decimal(value) }))],
      [t("health.uptime"), maybe(now.uptime_s, (value) => duration(value * 1000))],
      [t("health.boots"), maybe(now.boot_count, count)],
      [t("health.unclean"), maybe(now.unclean_shutdowns, count)],
      [t("health.updated"), maybe(now.package_update_age_days, (days) => t("health.days_ago", { n: days }))],
      [t("health.encrypted"), maybe(now.disk_encrypted, (yes) => t(yes ? "value.yes" : "value.no"))],
      [t("health.user"), now.user_hash ? t("health.user_yes") : t("health.user_no")],
    ]} />
  );
}

function Disk({ disk }: { disk: Schema["Health"]["disks"][number] }) {
  const parts = [disk.model, named("disk", disk.kind), maybe(disk.wear_percent, (wear) => t("health.wear", { value: percent(wear) })), maybe(disk.media_errors, (n) => t("health.errors", { n })), maybe(disk.power_on_hours, (n) => t("health.hours", { n }))];
  return (
    <div class="stack tight">
      <span>{parts.filter(Boolean).join(" · ")}</span>
      {disk.smart_passed !== undefined && <span><Badge tone={disk.smart_passed ? "good" : "bad"} icon={disk.smart_passed ? "check" : "alert"}>{t(disk.smart_passed ? "health.smart_ok" : "health.smart_bad")}</Badge></span>}
    </div>
  );
}

export function IdentityFacts({ identity: now, added }: { identity: Schema["Identity"] | undefined; added: number }) {
  const parts: [string, boolean | undefined][] = [
    [t("identity.camera"), now?.has_camera], [t("identity.keyboard"), now?.has_keyboard], [t("identity.touchpad"), now?.has_touchpad], [t("identity.touchscreen"), now?.has_touchscreen],
  ];
  const present = parts.filter(([, has]) => has).map(([name]) => name);
  const missing = parts.filter(([, has]) => has === false).map(([name]) => name);
  return (
    <Facts facts={[
      [t("identity.serial"), now?.serial_is_placeholder ? t("identity.placeholder") : now?.serial && <span class="mono">{now.serial}</span>],
      [t("identity.model"), [now?.manufacturer, now?.model].filter(Boolean).join(" ")],
      [t("identity.system"), [now?.os_name, now?.os_version].filter(Boolean).join(" ")],
      [t("identity.kernel"), now?.kernel],
      [t("identity.bios"), now?.bios_version],
      [t("identity.uuid"), now?.system_uuid && <span class="mono small">{now.system_uuid}</span>],
      [t("identity.present"), list(present)],
      [t("identity.missing"), list(missing)],
      [t("identity.added"), date(added)],
    ]} />
  );
}

const collectorTone: Record<Schema["CollectorState"], [Tone, string]> = { ok: ["good", "check"], absent: ["mute", "none"], failed: ["bad", "alert"] };

export function Collectors({ collectors }: { collectors: Schema["Collector"][] }) {
  if (collectors.length === 0) return nothing();
  const columns: Column<Schema["Collector"]>[] = [
    { key: "name", label: t("collectors.name"), kind: "head", cell: (each) => named("collector", each.name) },
    { key: "state", label: t("column.state"), cell: (each) => (
      <div class="stack tight"><span><Badge tone={collectorTone[each.state][0]} icon={collectorTone[each.state][1]}>{named("collected", each.state)}</Badge></span>{each.error && <span class="small anywhere">{each.error}</span>}</div>
    ) },
    { key: "took", label: t("collectors.took"), kind: "num", cell: (each) => duration(each.duration_ms) },
  ];
  return <Table bare label={t("device.collectors")} columns={columns} rows={collectors} rowKey={(each) => each.name} />;
}

type Agent = Schema["Agent"];

export function Agents({ device, reload }: { device: Schema["Device"]; reload: () => void }) {
  const [revoking, setRevoking] = useState<Agent | null>(null);
  if (device.agents.length === 0) return <Empty title={t("agents.none")} />;
  const columns: Column<Agent>[] = [
    { key: "id", label: t("agents.id"), kind: "head", cell: (agent) => <span class="mono small anywhere" title={agent.id}>{agent.id.slice(0, 8)}</span> },
    { key: "state", label: t("column.state"), cell: (agent) => <AgentState agent={agent} /> },
    { key: "enrolled", label: t("agents.enrolled"), cell: (agent) => date(agent.enrolled_ms) },
    { key: "last", label: t("column.last_report"), cell: (agent) => <When ms={agent.last_report_ms} /> },
    { key: "backlog", label: t("agents.backlog"), cell: (agent) => backlog(agent) },
    { key: "actions", label: t("column.actions"), kind: "actions", cell: (agent) => !agent.revoked && may("revoke_agents") &&
      <div class="row"><Button small kind="quiet danger" label={t("agents.revoke_this", { id: agent.id.slice(0, 8) })} onClick={() => setRevoking(agent)}>{t("agents.revoke")}</Button></div> },
  ];
  return (
    <>
      <Table label={t("device.agents")} columns={columns} rows={device.agents} rowKey={(agent) => agent.id} />
      {revoking && (
        <Confirm title={t("agents.revoke_title")} action={t("agents.revoke_action")} onClose={() => setRevoking(null)}
          run={() => outcome(api.POST("/api/v1/agents/{id}/revoke", { params: { path: { id: revoking.id } } }))}
          onDone={() => { setRevoking(null); toast(t("agents.revoked_done")); reload(); }}><p>{t("agents.revoke_text")}</p></Confirm>
      )}
    </>
  );
}

function AgentState({ agent }: { agent: Agent }) {
  if (agent.revoked) return <Badge tone="bad" icon="close">{t("agents.revoked")}</Badge>;
  const said = agent.superseded_ms !== undefined ? t("agents.superseded", { when: date(agent.superseded_ms) }) : agent.restored_image ? t("agents.restored") : "";
  if (!said) return <Badge tone="good" icon="check">{t("agents.trusted")}</Badge>;
  return <div class="stack tight"><span><Badge tone="mute" icon="clock">{t("agents.former")}</Badge></span><span class="small muted">{said}</span></div>;
}

function backlog(agent: Agent): string {
  const parts = [agent.waiting ? t("agents.waiting", { n: agent.waiting }) : "", agent.thinned ? t("agents.thinned", { n: agent.thinned }) : ""].filter(Boolean);
  return parts.length > 0 ? parts.join(" · ") : t("agents.no_backlog");
}
