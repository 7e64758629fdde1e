// A station: one of the four steps, done to box after box with a scanner.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { calendarDay } from "../lib/format";
import { named, t } from "../lib/i18n";
import { receive, steps, takeStep, type Order, type Received, type Step } from "../lib/receiving";
import { useScanQueue } from "../lib/scan_queue";
import type { Tone } from "../ui/badges";
import { SelectField, TextField } from "../ui/controls";
import { Scanner } from "../ui/scanner";

interface Settings { step: Step; delivery: string; line: string; labels: boolean; damaged: boolean; note: string }

// What was chosen stays chosen: the next box is mostly like the one before.
export function Station({ order, open, changed }: { order: Order; open: boolean; changed: () => void }) {
  const [settings, setSettings] = useState<Settings>({ step: open ? "received" : "tagged", delivery: order.deliveries[0]?.id ?? "", line: String(order.lines[0]?.line ?? 1), labels: !order.next_tag, damaged: false, note: "" });
  const now = useRef(settings);
  now.current = settings;
  const set = (change: Partial<Settings>): void => setSettings((before) => ({ ...before, ...change }));
  // Labels that are printed already: first the device is scanned, then what is to be stuck on it.
  const [pending, setPending] = useState("");
  const held = useRef("");
  const hold = (code: string): void => { held.current = code; setPending(code); };
  const made = useScanQueue<Received>(order.id, (code) => prepare(order.id, now.current, code, held.current), changed);
  const queue = useMemo(() => {
    const add = (code: string): void => {
      const two = now.current.step === "tagged" && now.current.labels;
      if (two && held.current === "") return hold(code);
      made.add(code);
      hold("");
    };
    return { ...made, add };
  }, [made]);
  useEffect(() => hold(""), [settings.step, settings.labels]);
  // A delivery that was noted meanwhile is the one that is unpacked now.
  const newest = order.deliveries[0]?.id ?? "";
  useEffect(() => set({ delivery: newest }), [newest]);
  const available = open ? steps : steps.filter((step) => step !== "received");
  return (
    <div class="stack">
      <div class="station-settings">
        <SelectField label={t("receiving.station")} options={available.map((value) => ({ value, label: named("receiving_station", value) }))} value={settings.step} onValue={(value) => set({ step: value as Step })} />
        {settings.step === "received" && <SelectField label={t("receiving.delivery")} options={order.deliveries.map((each) => ({ value: each.id, label: [calendarDay(each.delivered), each.reference].filter(Boolean).join(" · ") }))} value={settings.delivery} onValue={(delivery) => set({ delivery })} />}
        {settings.step === "received" && order.lines.length > 1 && <SelectField label={t("receiving.model")} options={order.lines.map(({ line, model }) => ({ value: String(line), label: `${model.maker} ${model.name}` }))} value={settings.line} onValue={(line) => set({ line })} />}
        {settings.step === "tagged" && order.next_tag && <SelectField label={t("receiving.tags")} options={[{ value: "next", label: t("receiving.tags_next", { tag: order.next_tag }) }, { value: "labels", label: t("receiving.tags_labels") }]} value={settings.labels ? "labels" : "next"} onValue={(value) => set({ labels: value === "labels" })} />}
        {settings.step === "checked" && <SelectField label={t("receiving.result")} options={[{ value: "good", label: t("receiving.in_order") }, { value: "damaged", label: t("receiving.damaged") }]} value={settings.damaged ? "damaged" : "good"} onValue={(value) => set({ damaged: value === "damaged" })} />}
        {settings.step === "checked" && settings.damaged && <TextField label={t("receiving.damage")} value={settings.note} onValue={(note) => set({ note })} maxLength={500} />}
      </div>
      <p class="small muted">{t(`receiving_station_text.${settings.step}`)}</p>
      <Scanner queue={queue} title={t("receiving.scanner")} label={pending ? t("receiving.scan_label_for", { device: pending }) : t(settings.step === "received" ? "receiving.scan_serial" : "receiving.scan_any")} look={look} words={(answer) => words(answer)} />
    </div>
  );
}

function prepare(id: string, { step, delivery, line, labels, damaged, note }: Settings, code: string, device: string) {
  if (step === "tagged" && labels) return takeStep(id, { device, step, tag: code });
  if (step === "received") return receive(id, { serial: code, delivery, line: Number(line) });
  return takeStep(id, { device: code, step, ...(step === "checked" ? { damaged, ...(note.trim() ? { note: note.trim() } : {}) } : {}) });
}

const look = (received: Received): [Tone, string] => (received.damaged ? ["warn", "alert"] : received.again ? ["calm", "check"] : ["good", "check"]);

function words(received: Received): string {
  const tag = received.device.tag ? t("receiving.has_tag", { tag: received.device.tag }) : "";
  const next = received.damaged ? t("receiving.on_hold") : received.next ? named("receiving_next", received.next) : t("receiving.ready");
  return [received.again ? t("receiving.again") : "", tag, next].filter(Boolean).join(" ");
}
