// The design system, shown by itself: what a new page is made of.
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { named, t } from "../lib/i18n";
import type { Problem } from "../lib/api";
import { Badge, Charge, StateBadge, VerdictBadge, deviceStates, stateTone, verdicts } from "../ui/badges";
import { Bars, Strip } from "../ui/bars";
import { Chart, Keys, dashOf, type ChartData } from "../ui/chart";
import { Button, Field, PasswordField, Secret, SelectField, Tabs, TextField } from "../ui/controls";
import { Confirm, Dialog } from "../ui/dialog";
import { Findings } from "../ui/findings";
import { Page, Section } from "../ui/page";
import { Empty, Failed, Loading, Note } from "../ui/states";
import { Facts, Table } from "../ui/table";
import { toast } from "../ui/toasts";

const surfaces = ["paper", "surface", "sunken", "line", "line-strong", "ink", "ink-2", "accent", "accent-tint", "bus", "nav"];
const tones = ["good", "calm", "mute", "warn", "bad"] as const;
const problem = (kind: Problem["kind"]): Problem => ({ kind, status: 500, title: "", detail: "", field: "", name: "", blockers: [] });

export function Style() {
  return (
    <Page title={t("style.title")} lead={t("style.lead")}>
      <Section title={t("style.color")}><Colors /></Section>
      <Section title={t("style.type")}><TypeScale /></Section>
      <Section title={t("style.badges")}>
        <div class="row">{deviceStates.map((state) => <StateBadge key={state} state={state} />)}</div>
        <div class="row">{verdicts.map((verdict) => <VerdictBadge key={verdict} verdict={verdict} />)}</div>
        <div class="row"><Charge value={86} onAc /><Charge value={22} /><Charge value={4} /></div>
      </Section>
      <Section title={t("style.controls")}><Controls /></Section>
      <Section title={t("style.data")}><Data /></Section>
      <Section title={t("style.states")}><States /></Section>
    </Page>
  );
}

function Colors() {
  return (
    <>
      <ul class="swatches">{surfaces.map((role) => <li key={role}><span class={`swatch role-${role}`} />{role}</li>)}</ul>
      <ul class="swatches">{tones.map((tone) => <li key={tone}><Badge tone={tone} icon="dot">{tone}</Badge></li>)}</ul>
    </>
  );
}

function TypeScale() {
  const sizes: [string, string][] = [["type-xxl", "1,204"], ["type-xl", t("style.sample_title")], ["type-l", t("style.sample_section")], ["type-m", t("style.sample_text")], ["type-s", t("style.sample_small")]];
  return <div class="stack">{sizes.map(([name, text]) => <p key={name} class={name}>{text}</p>)}<p class="mono">5CD0123XYZ · O0 · l1I · rollcall-agent collect</p></div>;
}

function Controls() {
  const [text, setText] = useState("");
  const [tab, setTab] = useState("one");
  const [dialog, setDialog] = useState<"" | "plain" | "confirm">("");
  return (
    <>
      <div class="row">
        <Button kind="primary" onClick={() => toast(t("style.toast"))}>{t("style.show_toast")}</Button>
        <Button onClick={() => setDialog("plain")}>{t("style.show_dialog")}</Button>
        <Button kind="danger" onClick={() => setDialog("confirm")}>{t("style.show_confirm")}</Button>
        <Button kind="quiet">{t("style.quiet")}</Button>
        <Button busy>{t("style.busy")}</Button>
      </div>
      <div class="form-row">
        <TextField label={t("style.field")} hint={t("style.field_hint")} value={text} onValue={setText} />
        <TextField label={t("style.field_wrong")} value="-3" onValue={() => undefined} error={t("token.uses_error", { most: 100 })} />
        <PasswordField label={t("sign_in.password")} value={text} onValue={setText} autocomplete="off" />
        <SelectField label={t("column.state")} options={tones.map((value) => ({ value, label: value }))} value="good" onValue={() => undefined} />
        <Field label={t("style.area")} optional>{(attributes) => <textarea {...attributes} />}</Field>
      </div>
      <Tabs label={t("style.controls")} value={tab} onValue={setTab} tabs={[{ value: "one", label: t("style.tab_1") }, { value: "two", label: t("style.tab_2") }]}><p>{t("style.sample_text")}</p></Tabs>
      <Secret label={t("token.command")} text="sudo rollcall-agent enroll --server https://rollcall.example:8444 --token rc1.…" />
      {dialog === "plain" && <Dialog title={t("style.show_dialog")} onClose={() => setDialog("")}><p>{t("style.sample_text")}</p></Dialog>}
      {dialog === "confirm" && <Confirm title={t("style.show_confirm")} action={t("style.show_confirm")} onClose={() => setDialog("")} onDone={() => setDialog("")} run={() => Promise.resolve({ ok: true, data: null, etag: "" })}><p>{t("style.sample_text")}</p></Confirm>}
    </>
  );
}

const kFromMs = Date.UTC(2026, 8, 14, 12);
const kStepMs = 900_000;
const steps = Array.from({ length: 32 }, (_, index) => index);
const chart: ChartData = {
  bands: [[kFromMs + 12 * kStepMs, kFromMs + 16 * kStepMs]], fromMs: kFromMs, toMs: kFromMs + 31 * kStepMs, xs: steps.map((step) => kFromMs + step * kStepMs),
  lines: [{ name: "BAT0", ...dashOf(0), values: steps.map((step) => 96 - step * 1.9) }, { name: "BAT1", ...dashOf(1), values: steps.map((step) => 70 - step * 0.8) }],
};

function Data() {
  const counts: Record<string, number> = { online: 812, asleep: 240, shut_down: 95, flat: 22, silent: 31, never: 4 };
  return (
    <div class="columns">
      <Figure name={t("style.bars")}>
        <Strip parts={deviceStates.map((state) => ({ key: state, value: counts[state] ?? 0, tone: stateTone[state] }))} />
        <Bars label={t("style.bars")} total={1204} bars={deviceStates.map((state) => ({ key: state, name: named("state", state), value: counts[state] ?? 0, href: "/style", tone: stateTone[state], icon: state }))} />
      </Figure>
      <Figure name={t("style.chart")}><Keys lines={chart.lines} band={t("curve.charging")} /><Chart data={chart} unit="%" /></Figure>
      <Figure name={t("style.table")}>
        <Table label={t("style.table")} rows={[{ name: "BAT0", share: "86%" }, { name: "BAT1", share: "58%" }]} rowKey={(row) => row.name}
          columns={[{ key: "name", label: t("curve.pack"), kind: "head", cell: (row) => row.name }, { key: "share", label: t("column.percent"), kind: "num", cell: (row) => row.share }]} />
      </Figure>
      <Figure name={t("style.findings")}>
        <Findings label={t("style.findings")} none={t("device.calm")} findings={[
          { key: "one", tone: "bad", icon: "silent", title: t("finding.silent"), detail: t("style.sample_small"), next: t("finding.silent_next") },
          { key: "two", tone: "warn", icon: "flat", title: t("finding.flat"), next: t("finding.flat_next") },
        ]} />
        <Findings label={t("style.findings")} none={t("device.calm")} findings={[]} />
      </Figure>
      <Figure name={t("style.facts")}><Facts facts={[[t("identity.model"), "Latitude 3190"], [t("identity.serial"), <span class="mono">5CD0123XYZ</span>]]} /></Figure>
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ComponentChildren }) {
  return <div class="stack"><h3>{name}</h3>{children}</div>;
}

function States() {
  return (
    <div class="columns">
      <Figure name={t("style.loading")}><Loading lines={4} /></Figure>
      <Figure name={t("style.empty")}><Empty title={t("devices.none_match")}><p>{t("devices.none_match_text")}</p></Empty></Figure>
      <Figure name={t("style.error")}><Failed problem={problem("error")} retry={() => undefined} /></Figure>
      <Figure name={t("style.offline")}><Failed problem={problem("offline")} retry={() => undefined} /></Figure>
      <Figure name={t("style.forbidden")}><Failed problem={problem("forbidden")} /></Figure>
      <Figure name={t("style.missing")}><Failed problem={problem("missing")} /></Figure>
      {(["good", "calm", "warn", "bad"] as const).map((tone) => <Note key={tone} tone={tone} title={tone}><p>{t("style.sample_text")}</p></Note>)}
    </div>
  );
}
