// One physical audit: the scanner's field, how far it is, and what is not accounted for.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Problem } from "../lib/api";
import { Attempt } from "../lib/attempt";
import { dateTime } from "../lib/format";
import { named, t } from "../lib/i18n";
import { checkStatuses, endCheck, readCheck, readItems, sendScan, type Check, type CheckItem, type CheckStatus, type Scan } from "../lib/inventory_check";
import { usePaged } from "../lib/paged";
import { useResource } from "../lib/resource";
import { fromQuery, setQuery } from "../lib/router";
import { useScanQueue } from "../lib/scan_queue";
import { may } from "../lib/session";
import { Badge, type Tone } from "../ui/badges";
import { Bars } from "../ui/bars";
import { Button, SelectField, TextField } from "../ui/controls";
import { describe, Dialog } from "../ui/dialog";
import { Page, Section } from "../ui/page";
import { Empty, Failed, Loading, Note, Show } from "../ui/states";
import { Facts, Table, type Column } from "../ui/table";
import { When } from "../ui/time";
import { toast } from "../ui/toasts";
import { CheckBadge } from "./inventory_checks";
import { AccountFor } from "./inventory_check_account";
import { CheckScanner } from "./inventory_check_scan";

const kSoonMs = 600;
const kLookMs = 5_000;

export const statusLook: Record<CheckStatus, [Tone, string]> = {
  scanned: ["good", "check"], seen: ["calm", "wifi"], missing: ["bad", "silent"], explained: ["mute", "info"],
  unexpected: ["warn", "alert"], settled: ["mute", "check"], unknown: ["warn", "unknown"], dismissed: ["mute", "check"],
};

export function InventoryCheck({ id }: { id: string }) {
  const check = useResource(`check-${id}`, () => readCheck(id));
  return <Show resource={check} lines={8}>{(data) => <Audit key={data.id} check={data} reload={check.reload} />}</Show>;
}

function Audit({ check, reload }: { check: Check; reload: () => Promise<void> }) {
  const [round, setRound] = useState(0);
  const [ending, setEnding] = useState<"close" | "abandon" | null>(null);
  const open = check.state === "open" && may("audit_rooms");
  // Scans come in bursts: the counts and the list follow them together.
  const soon = useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    return (): void => { timer ??= setTimeout(() => { timer = undefined; setRound((now) => now + 1); void reload(); }, kSoonMs); };
  }, [check.id]);
  const queue = useScanQueue<Scan>(check.id, (code) => sendScan(check.id, code), soon);
  // Others scan in it too, and laptops come onto the network.
  useEffect(() => {
    if (check.state !== "open") return;
    const timer = setInterval(() => { if (!document.hidden) soon(); }, kLookMs);
    return () => clearInterval(timer);
  }, [check.state, soon]);
  const actions = open && (
    <>
      <Button onClick={() => setEnding("abandon")}>{t("check.abandon")}</Button>
      <Button kind="primary" icon="check" onClick={() => setEnding("close")}>{t("check.close")}</Button>
    </>
  );
  return (
    <Page title={t("check.of", { place: check.place.name })} lead={<span class="row"><CheckBadge state={check.state} />{named("check_place", check.place.kind)}</span>} actions={actions}>
      {open && <CheckScanner queue={queue} />}
      <Section title={t("check.progress")} aside={t("check.scanned_of", { scanned: check.counts.scanned, expected: check.counts.expected })}>
        <Bars label={t("check.progress")} total={Math.max(check.counts.expected, 1)}
          bars={checkStatuses.map((status) => ({ key: status, name: named("check_status", status), value: check.counts[status], href: `/physical-audits/${check.id}?status=${status}`, tone: statusLook[status][0], icon: statusLook[status][1] }))} />
      </Section>
      <Items check={check} round={round} changed={soon} open={open} />
      <Section title={t("check.record")}>
        <Facts facts={[
          [t("check.started"), t("check.at_by", { at: dateTime(check.started_ms), by: check.started_by ?? t("check.somebody") })],
          [t("check.note"), check.note],
          [t("check.ended"), check.ended_ms !== undefined && t("check.at_by", { at: dateTime(check.ended_ms), by: check.ended_by ?? t("check.somebody") })],
          [t("check.end_note"), check.end_note],
        ]} />
      </Section>
      {ending && <End check={check} how={ending} onClose={() => setEnding(null)} onDone={() => { setEnding(null); toast(t(ending === "close" ? "check.closed_done" : "check.abandoned_done")); void reload(); setRound((now) => now + 1); }} />}
    </Page>
  );
}

function chosenStatus(check: Check): CheckStatus | undefined {
  const asked = fromQuery("status");
  if (asked === "all") return undefined;
  return checkStatuses.find((status) => status === asked) ?? (check.state === "open" ? "missing" : undefined);
}

function Items({ check, round, changed, open }: { check: Check; round: number; changed: () => void; open: boolean }) {
  const status = chosenStatus(check);
  const items = usePaged(`${check.id}-${status}-${round}`, (cursor) => readItems(check.id, status, cursor), (each: CheckItem) => each.item);
  const [told, setTold] = useState<CheckItem | null>(null);
  const options = [{ value: "all", label: t("check.every_status") }, ...checkStatuses.map((each) => ({ value: each, label: t("check.status_n", { status: named("check_status", each), n: check.counts[each] }) }))];
  return (
    <Section title={t("check.devices")}>
      <div class="measure"><SelectField label={t("column.state")} options={options} value={status ?? "all"} onValue={(value) => setQuery({ status: value }, "push")} /></div>
      {items.problem ? <Failed problem={items.problem} retry={() => void items.reload()} />
        : items.items === null ? <Loading />
        : items.items.length === 0 ? <Empty title={t(status === "missing" ? "check.none_missing" : "check.none_of_these")} />
        : <Table label={t("check.devices")} columns={columns(open, setTold)} rows={items.items} rowKey={(each) => each.item} />}
      {items.more && <div><Button onClick={() => void items.more?.()}>{t("people.more")}</Button></div>}
      {told && <AccountFor check={check} item={told} onClose={() => setTold(null)} onDone={() => { setTold(null); changed(); }} />}
    </Section>
  );
}

export const labelOf = (item: CheckItem): string => item.held?.device.tag || item.held?.device.serial || item.label || item.item;

export function holderOf(item: CheckItem): string {
  if (item.other_school) return t("check.other_school");
  const holder = item.held?.custody?.holder;
  if (!item.held) return "";
  if (!holder) return t("check.nobody");
  return holder.name ?? named("check_holder", holder.kind);
}

const mayTell = ({ status }: CheckItem): boolean => ["missing", "seen", "explained", "unexpected", "settled", "unknown"].includes(status);

function columns(open: boolean, tell: (item: CheckItem) => void): Column<CheckItem>[] {
  const all: Column<CheckItem>[] = [
    { key: "label", label: t("check.label"), kind: "head", cell: (each) => each.held ? <a class="mono" href={`/devices/${each.held.device.id}`}>{labelOf(each)}</a> : <span class="mono">{labelOf(each)}</span> },
    { key: "model", label: t("check.model"), cell: (each) => [each.held?.device.manufacturer, each.held?.device.model].filter(Boolean).join(" ") },
    { key: "status", label: t("column.state"), cell: (each) => <Badge tone={statusLook[each.status][0]} icon={statusLook[each.status][1]}>{named("check_status", each.status)}</Badge> },
    { key: "holder", label: t("check.held_by"), cell: (each) => <span class="anywhere">{holderOf(each)}</span> },
    { key: "when", label: t("check.when"), cell: (each) => each.scanned_ms !== undefined ? <When ms={each.scanned_ms} /> : each.seen_ms !== undefined ? <span class="pair">{t("check.seen_at")} <When ms={each.seen_ms} /></span> : null },
    { key: "outcome", label: t("check.outcome"), cell: (each) => each.outcome && <span class="anywhere">{[named("check_outcome", each.outcome.what), each.outcome.note].filter(Boolean).join(": ")}</span> },
  ];
  if (!open) return all;
  return [...all, { key: "actions", label: t("column.actions"), kind: "actions", cell: (each) => mayTell(each) &&
    <Button small label={t("check.account_this", { device: labelOf(each) })} onClick={() => tell(each)}>{t("check.account")}</Button> }];
}

function End({ check, how, onClose, onDone }: { check: Check; how: "close" | "abandon"; onClose: () => void; onDone: () => void }) {
  const [note, setNote] = useState("");
  const [attempt] = useState(() => new Attempt());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const answer = await endCheck(attempt, check.id, how, note.trim());
    setBusy(false);
    if (answer.ok) onDone();
    else setProblem(answer.problem);
  };
  return (
    <Dialog title={t(how === "close" ? "check.close" : "check.abandon")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <p>{t(how === "close" ? "check.close_text" : "check.abandon_text")}</p>
        {problem && problem.field !== "note" && <Note tone="bad" alert>{describe(problem)}</Note>}
        <TextField label={t("check.note")} optional={how === "close"} value={note} onValue={setNote} maxLength={500} error={problem?.field === "note" ? describe(problem) : undefined} />
        <div class="form-actions">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" kind={how === "close" ? "primary" : "danger primary"} busy={busy}>{t(how === "close" ? "check.close" : "check.abandon")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
