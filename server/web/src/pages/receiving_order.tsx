// One purchase order: how far its devices are, where the next box is scanned, what came, and what did not.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Problem } from "../lib/api";
import { Attempt } from "../lib/attempt";
import { calendarDay, count, dateTime } from "../lib/format";
import { named, t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { closeOrder, noteDelivery, readOrder, readReceived, reopenOrder, steps, waits, type Order, type Received, type WaitsFor } from "../lib/receiving";
import { useResource } from "../lib/resource";
import { fromQuery, setQuery } from "../lib/router";
import { may } from "../lib/session";
import { Badge, type Tone } from "../ui/badges";
import { Bars } from "../ui/bars";
import { Button, SelectField, TextField } from "../ui/controls";
import { describe, Dialog } from "../ui/dialog";
import { Page, Section } from "../ui/page";
import { Empty, Failed, Loading, Note, Show } from "../ui/states";
import { Facts, Table, type Column } from "../ui/table";
import { toast } from "../ui/toasts";
import { deliveryColumns, schoolOf, ShortBadge } from "./receiving";
import { OrderDialog } from "./receiving_form";
import { Station } from "./receiving_station";

const kSoonMs = 600;
type Asked = "edit" | "deliver" | "close" | null;

export function ReceivingOrder({ id }: { id: string }) {
  const order = useResource(`order-${id}`, () => readOrder(id));
  const state = order.state.value;
  return <Show resource={order} lines={8}>{(data) => <Shown key={data.id} order={data} etag={state.status === "ready" ? state.etag : ""} reload={order.reload} />}</Show>;
}

function Shown({ order, etag, reload }: { order: Order; etag: string; reload: () => Promise<void> }) {
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState<Asked>(null);
  const [attempt] = useState(() => new Attempt());
  const mayEdit = may("edit_inventory");
  const open = order.state === "open";
  // Scans come in bursts: the counts and the list follow them together.
  const soon = useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    return (): void => { timer ??= setTimeout(() => { timer = undefined; setRound((now) => now + 1); void reload(); }, kSoonMs); };
  }, [order.id]);
  const done = (said: string): void => { setAsked(null); toast(said); void reload(); };
  const reopen = async (): Promise<void> => {
    const answer = await reopenOrder(attempt, order.id);
    if (answer.ok) done(t("receiving.reopened"));
    else toast(describe(answer.problem));
  };
  const actions = mayEdit && (open
    ? <><Button onClick={() => setAsked("edit")}>{t("receiving.edit")}</Button><Button onClick={() => setAsked("close")}>{t("receiving.close")}</Button><Button kind={order.deliveries.length === 0 ? "primary" : undefined!} icon="plus" onClick={() => setAsked("deliver")}>{t("receiving.deliver")}</Button></>
    : <Button onClick={() => void reopen()}>{t("receiving.reopen")}</Button>);
  return (
    <Page title={t("receiving.of_order", { number: order.number })} lead={`${order.vendor} · ${schoolOf(order.school)}`} actions={actions}>
      {!open && <Note tone={order.close_reason ? "warn" : "good"} title={t("receiving.closed")}>{order.close_reason && <p>{t("receiving.closed_short", { reason: order.close_reason })}</p>}</Note>}
      {mayEdit && order.deliveries.length > 0 && <Station order={order} open={open} changed={soon} />}
      <Progress order={order} />
      <Section title={t("receiving.lines")}><Table label={t("receiving.lines")} columns={lineColumns()} rows={order.lines} rowKey={(each) => String(each.line)} /></Section>
      <Section title={t("receiving.deliveries")}>
        {order.deliveries.length === 0 ? <p class="muted">{t("receiving.no_deliveries")}</p>
          : <Table label={t("receiving.deliveries")} columns={deliveryColumns(false)} rows={order.deliveries} rowKey={(each) => each.id} />}
      </Section>
      <Devices order={order} round={round} />
      <Section title={t("receiving.record")}>
        <Facts facts={[
          [t("receiving.funding"), order.funding_source], [t("receiving.expected"), order.expected && calendarDay(order.expected)],
          [t("receiving.next_tag"), order.next_tag], [t("receiving.note"), order.note],
          [t("receiving.noted"), order.created_by ? t("receiving.at_by", { at: dateTime(order.created_ms), by: order.created_by }) : dateTime(order.created_ms)],
          [t("receiving.closed"), order.closed_ms !== undefined && (order.closed_by ? t("receiving.at_by", { at: dateTime(order.closed_ms), by: order.closed_by }) : dateTime(order.closed_ms))],
        ]} />
      </Section>
      {asked === "edit" && <OrderDialog order={order} etag={etag} onClose={() => setAsked(null)} onDone={() => done(t("receiving.changed"))} />}
      {asked === "deliver" && <Deliver order={order} onClose={() => setAsked(null)} onDone={() => done(t("receiving.delivery_noted"))} />}
      {asked === "close" && <Close order={order} onClose={() => setAsked(null)} onDone={() => done(t("receiving.closed_done"))} />}
    </Page>
  );
}

const stepTones: Record<(typeof steps)[number], Tone | "accent"> = { received: "calm", tagged: "accent", imaged: "accent", checked: "good" };

function Progress({ order }: { order: Order }) {
  const here = `/receiving/${order.id}`;
  const bars = steps.map((step) => ({ key: step, name: named("receiving_step", step), value: order.counts[step], href: here, tone: stepTones[step] }));
  return (
    <Section title={t("receiving.progress")} aside={t("receiving.ordered_n", { n: order.counts.ordered })}>
      <Bars label={t("receiving.progress")} total={order.counts.ordered} bars={[...bars,
        { key: "damaged", name: t("receiving.damaged"), value: order.counts.damaged, href: `${here}?waits_for=vendor`, tone: "bad", icon: "alert" },
        { key: "missing", name: t("receiving.missing"), value: order.counts.missing, href: here, tone: "warn", icon: "silent" }]} />
    </Section>
  );
}

const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

const lineColumns = (): Column<Order["lines"][number]>[] => [
  { key: "model", label: t("receiving.model"), kind: "head", cell: ({ model }) => `${model.maker} ${model.name}` },
  { key: "quantity", label: t("receiving.ordered"), kind: "num", cell: ({ quantity }) => count(quantity) },
  { key: "cost", label: t("receiving.cost"), kind: "num", cell: ({ unit_cost_cents: cents }) => cents !== undefined && money.format(cents / 100) },
  { key: "received", label: t("receiving.received"), kind: "num", cell: ({ counts }) => count(counts.received) },
  { key: "checked", label: t("receiving.checked"), kind: "num", cell: ({ counts }) => count(counts.checked - counts.damaged) },
  { key: "damaged", label: t("receiving.damaged"), kind: "num", cell: ({ counts }) => count(counts.damaged) },
  { key: "missing", label: t("receiving.missing"), cell: ({ counts }) => <ShortBadge n={counts.missing} /> },
];

function Devices({ order, round }: { order: Order; round: number }) {
  const chosen: WaitsFor | undefined = waits.find((each) => each === fromQuery("waits_for"));
  const devices = usePaged(`${order.id}-${chosen}-${round}`, (cursor) => readReceived(order.id, chosen, cursor), (each: Received) => each.device.id);
  const options = [{ value: "", label: t("receiving.all") }, ...waits.map((value) => ({ value, label: named("receiving_waits", value) }))];
  return (
    <Section title={t("receiving.devices")}>
      <div class="measure"><SelectField label={t("receiving.which")} options={options} value={chosen ?? ""} onValue={(value) => setQuery({ waits_for: value }, "push")} /></div>
      {devices.problem ? <Failed problem={devices.problem} retry={() => void devices.reload()} />
        : devices.items === null ? <Loading />
        : devices.items.length === 0 ? <Empty title={t("receiving.no_devices")} />
        : <Table label={t("receiving.devices")} columns={deviceColumns()} rows={devices.items} rowKey={(each) => each.device.id} />}
      {devices.more && <div><Button onClick={() => void devices.more?.()}>{t("action.older")}</Button></div>}
    </Section>
  );
}

function stepCell(each: Received, step: (typeof steps)[number]) {
  const done = each.steps[step];
  if (!done) return <span class="muted">{t(each.next === step ? "receiving.next" : "receiving.not_yet")}</span>;
  const by = done.by_agent ? t("receiving.its_agent") : done.by;
  return <span class="small">{by ? t("receiving.at_by", { at: dateTime(done.at_ms), by }) : dateTime(done.at_ms)}</span>;
}

const deviceColumns = (): Column<Received>[] => [
  { key: "serial", label: t("receiving.serial"), kind: "head", cell: ({ device }) => <a class="mono" href={`/devices/${device.id}`}>{device.serial || device.tag}</a> },
  { key: "tag", label: t("receiving.tag"), cell: ({ device }) => device.tag && <span class="mono nowrap">{device.tag}</span> },
  ...steps.map((step): Column<Received> => ({ key: step, label: named("receiving_step", step), cell: (each) => stepCell(each, step) })),
  { key: "state", label: t("column.state"), cell: (each) => each.damaged ? <Badge tone="bad" icon="alert">{t("receiving.damaged_note", { note: each.note ?? "" })}</Badge> : each.next ? named("receiving_next", each.next) : <Badge tone="good" icon="check">{t("receiving.is_ready")}</Badge> },
];

function Deliver({ order, onClose, onDone }: { order: Order; onClose: () => void; onDone: () => void }) {
  const today = new Date();
  const iso = new Date(today.getTime() - today.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  const [form, setForm] = useState({ delivered: iso, announced: String(order.counts.missing || order.counts.ordered), reference: "", note: "" });
  return (
    <Ask title={t("receiving.deliver")} action={t("receiving.save")} fields={["delivered", "announced", "reference", "note"]} onClose={onClose} onDone={onDone}
      run={(attempt) => noteDelivery(attempt, order.id, { delivered: form.delivered, announced: Number(form.announced) || 0, ...(form.reference.trim() ? { reference: form.reference.trim() } : {}), ...(form.note.trim() ? { note: form.note.trim() } : {}) })}>
      {(errorOf) => (
        <>
          <div class="form-row">
            <TextField label={t("receiving.delivered")} type="date" value={form.delivered} onValue={(delivered) => setForm({ ...form, delivered })} error={errorOf("delivered")} />
            <TextField label={t("receiving.announced")} hint={t("receiving.announced_hint")} inputMode="numeric" value={form.announced} onValue={(announced) => setForm({ ...form, announced })} error={errorOf("announced")} />
          </div>
          <TextField label={t("receiving.slip")} optional value={form.reference} onValue={(reference) => setForm({ ...form, reference })} maxLength={128} error={errorOf("reference")} />
          <TextField label={t("receiving.note")} optional value={form.note} onValue={(note) => setForm({ ...form, note })} maxLength={500} error={errorOf("note")} />
        </>
      )}
    </Ask>
  );
}

function Close({ order, onClose, onDone }: { order: Order; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState("");
  return (
    <Ask title={t("receiving.close")} action={t("receiving.close")} fields={["reason"]} onClose={onClose} onDone={onDone} run={(attempt) => closeOrder(attempt, order.id, reason.trim())}>
      {(errorOf) => order.counts.missing === 0 ? <p>{t("receiving.close_complete")}</p> : (
        <>
          <Note tone="warn"><p>{t("receiving.close_short", { n: order.counts.missing })}</p></Note>
          <TextField label={t("receiving.reason")} value={reason} onValue={setReason} maxLength={500} error={errorOf("reason")} />
        </>
      )}
    </Ask>
  );
}

type Children = (errorOf: (field: string) => string | undefined) => preact.ComponentChildren;
interface AskProps { title: string; action: string; fields: string[]; run: (attempt: Attempt) => ReturnType<typeof closeOrder> | ReturnType<typeof noteDelivery>; onClose: () => void; onDone: () => void; children: Children }

function Ask({ title, action, fields, run, onClose, onDone, children }: AskProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt] = useState(() => new Attempt());
  const alive = useMemo(() => ({ now: true }), []);
  useEffect(() => () => { alive.now = false; }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const answer = await run(attempt);
    if (!alive.now) return;
    setBusy(false);
    if (answer.ok) onDone();
    else setProblem(answer.problem);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        {problem && !fields.includes(problem.field) && <Note tone="bad" alert>{describe(problem)}</Note>}
        {children((field) => (problem?.field === field ? describe(problem) : undefined))}
        <div class="form-actions">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" kind="primary" busy={busy}>{action}</Button>
        </div>
      </form>
    </Dialog>
  );
}
