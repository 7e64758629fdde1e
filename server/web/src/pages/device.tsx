// One device: what it is, how it is, what happened to it.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { duration } from "../lib/format";
import { t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { fromQuery, go, setQuery } from "../lib/router";
import { schoolName } from "../lib/schools";
import { may, mayEverywhere } from "../lib/session";
import { Charge, StateBadge, VerdictBadge } from "../ui/badges";
import { Button, Tabs } from "../ui/controls";
import { Confirm } from "../ui/dialog";
import { Findings, type Finding } from "../ui/findings";
import { LiveMark, Page, Section } from "../ui/page";
import { Failed, Loading } from "../ui/states";
import { When } from "../ui/time";
import { toast } from "../ui/toasts";
import { Agents, Collectors, ConnectivityFacts, HealthFacts, IdentityFacts } from "./device_facts";
import { BatteryCurve } from "./device_curve";
import { DeviceCustody } from "./device_custody";
import { EditDevice } from "./device_edit";
import { findingsOf } from "./device_findings";
import { DeviceInventory } from "./device_inventory";
import { Packs } from "./device_packs";
import { PrintLabel } from "./labels_dialog";
import { EveryField } from "./device_fields";
import { Timeline } from "./device_timeline";
import { nameOf } from "./devices";

type DeviceView = Schema["Device"];
type Asked = "edit" | "label" | "delete" | null;

// One page whatever was read: its title keeps the focus that the move here has put on it.
export function Device({ id }: { id: string }) {
  const device = useResource(id, () => outcome(api.GET("/api/v1/devices/{id}", { params: { path: { id } } })),
    (news) => news.kind === "devices" && news.ids.includes(id));
  const [asked, setAsked] = useState<Asked>(null);
  const now = device.state.value;
  const known = now.status === "ready" ? now.data : null;
  const reload = (): void => void device.reload();
  return (
    <Page title={known ? nameOf(known) : t("device.title")} lead={known && <Subtitle device={known} />} actions={known && <Actions ask={setAsked} />}
      above={<a class="small above" href="/devices">{t("device.all")}</a>}>
      {now.status === "loading" && <Loading lines={14} />}
      {now.status === "failed" && <Failed problem={now.problem} retry={reload} />}
      {known && <Known device={known} reload={reload} />}
      {now.status === "ready" && asked === "edit" && <EditDevice device={now.data} etag={now.etag} onClose={() => setAsked(null)} onSaved={() => { setAsked(null); toast(t("device.saved")); reload(); }} />}
      {known && asked === "label" && <PrintLabel device={known} onClose={() => setAsked(null)} />}
      {known && asked === "delete" && <DeleteDevice device={known} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function Actions({ ask }: { ask: (what: Asked) => void }) {
  return (
    <>
      <LiveMark />
      {may("edit_devices") && <Button onClick={() => ask("edit")}>{t("device.edit")}</Button>}
      {may("edit_inventory") && <Button onClick={() => ask("label")}>{t("labels.title", { n: 1 })}</Button>}
      {may("delete_devices") && <Button kind="danger" onClick={() => ask("delete")}>{t("device.delete")}</Button>}
    </>
  );
}

function Known({ device, reload }: { device: DeviceView; reload: () => void }) {
  // Of a device without an agent there is nothing to see but its papers.
  const first = device.state === "no_agent" ? "inventory" : "now";
  const view = fromQuery("view") || first;
  const findings = findingsOf(device);
  return (
    <>
      <DeviceCustody device={device} reload={reload} />
      {first === "now" && <KeyFacts device={device} />}
      {(first === "now" || findings.length > 0) && <Findings label={t("device.findings")} findings={findings.map(withLink)} none={t("device.calm")} />}
      <Tabs label={t("device.views")} value={view} onValue={(value) => setQuery({ view: value === first ? "" : value })}
        tabs={[...(first === "now" ? [{ value: "now", label: t("device.now") }] : []), { value: "inventory", label: t("device.inventory") }, { value: "timeline", label: t("device.timeline") }, { value: "fields", label: t("device.fields") }]}>
        {view === "inventory" ? <DeviceInventory device={device} /> : view === "timeline" ? <Timeline id={device.id} /> : view === "fields" ? <EveryField id={device.id} /> : <Now device={device} reload={reload} />}
      </Tabs>
    </>
  );
}

// Where the next step can be done in the console, its sentence is the way there.
function withLink(finding: Finding): Finding {
  const where = finding.key === "identity" && mayEverywhere("view_reviews") ? "/reviews" : finding.key === "never" || finding.key === "untrusted" ? "/help/enroll" : "";
  return where ? { ...finding, next: <a href={where}>{finding.next}</a> } : finding;
}

function Subtitle({ device }: { device: DeviceView }) {
  const parts = [[device.manufacturer, device.model].filter(Boolean).join(" "), device.serial && t("device.serial", { serial: device.serial }), schoolName(device.school)];
  return <>{parts.filter(Boolean).join(" · ")}</>;
}

function KeyFacts({ device }: { device: DeviceView }) {
  return (
    <dl class="key-facts">
      <div><dt>{t("column.state")}</dt><dd><StateBadge state={device.state} /></dd><dd class="small muted">{device.state_reason}</dd></div>
      <div><dt>{t("column.percent")}</dt><dd><Charge value={device.percent} onAc={device.on_ac} /></dd><dd class="small muted">{device.on_ac === undefined ? "" : t(device.on_ac ? "device.on_ac" : "device.on_battery")}</dd></div>
      <div><dt>{t("column.verdict")}</dt><dd><VerdictBadge verdict={device.verdict} /></dd><dd class="small muted">{device.reasons[0]}</dd></div>
      <div><dt>{t("column.last_report")}</dt><dd><When ms={device.last_report_ms} /></dd>{device.clock_skew_ms !== undefined && <dd class="small warn-text">{t(device.clock_skew_ms > 0 ? "device.clock_ahead" : "device.clock_behind", { by: duration(Math.abs(device.clock_skew_ms)) })}</dd>}<dd class="small muted">{device.next_expected_ms !== undefined && <>{t("device.next")} <When ms={device.next_expected_ms} /></>}</dd></div>
    </dl>
  );
}

function Now({ device, reload }: { device: DeviceView; reload: () => void }) {
  return (
    <div class="columns wide-left">
      <div class="stack sections">
        <Section title={t("device.battery")}><Packs packs={device.packs} /></Section>
        {device.packs.length > 0 && <BatteryCurve id={device.id} />}
        <Section title={t("device.agents")}><Agents device={device} reload={reload} /></Section>
      </div>
      <div class="stack sections">
        <Section title={t("device.connectivity")}><ConnectivityFacts connectivity={device.connectivity} /></Section>
        <Section title={t("device.health")}><HealthFacts health={device.health} /></Section>
        <Section title={t("device.identity")}><IdentityFacts identity={device.identity} added={device.created_ms} /></Section>
        <Section title={t("device.collectors")}><Collectors collectors={device.collectors} /></Section>
      </div>
    </div>
  );
}

function DeleteDevice({ device, onClose }: { device: DeviceView; onClose: () => void }) {
  return (
    <Confirm title={t("delete.title", { name: nameOf(device) })} action={t("delete.action")} onClose={onClose}
      run={() => outcome(api.DELETE("/api/v1/devices/{id}", { params: { path: { id: device.id } } }))}
      onDone={() => { toast(t("delete.done", { name: nameOf(device) })); go("/devices"); }}>
      <p>{t("delete.text", { n: device.agents.filter((agent) => !agent.revoked).length })}</p>
    </Confirm>
  );
}
