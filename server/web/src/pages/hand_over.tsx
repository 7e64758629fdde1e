// A device changes hands: to somebody (also straight from somebody else), back, or against another one. What is in the way
// is shown as soon as the receiver is chosen, and nothing is changed while anything is.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, outcome, type Outcome, type Problem, type Schema } from "../lib/api";
import { Attempt } from "../lib/attempt";
import { give, holderName, move, swap, takeBack, type Handed, type Held, type Told } from "../lib/custody";
import { t } from "../lib/i18n";
import { accessoryChoices, conditionChoices } from "../lib/inventory";
import { Blockers } from "../ui/blockers";
import { Button, Choices, SelectField, TextField } from "../ui/controls";
import { Dialog, describe } from "../ui/dialog";
import { ReceiverField, receiverKinds, type Chosen } from "../ui/receiver";
import { Note } from "../ui/states";
import { nameOf } from "./devices";

type Blocker = Schema["Blocker"];
type Accessory = Schema["Accessory"];
interface ActProps { held: Held; onClose: () => void; onDone: (handed: Handed) => void }

// One attempt for as long as the dialog is open, so that a second press of the button does not do it twice.
const useAttempt = (): Attempt => {
  const attempt = useRef<Attempt | null>(null);
  return (attempt.current ??= new Attempt());
};

// As it was when the dialog opened: the page behind it may read on, and what is sent again must be the same request.
const useSeen = (held: Held): Held => useState(held)[0];

// Sends, and keeps what came back: done, blockers, or a failure in words.
function useAct(onDone: (handed: Handed) => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (act: () => Promise<Outcome<Handed>>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const answer = await act();
    setBusy(false);
    if (answer.ok) onDone(answer.data);
    else setProblem(answer.problem);
  };
  return { busy, problem, run, reset: () => setProblem(null) };
}

function Refusal({ problem, held: { device }, cleared }: { problem: Problem | null; held: Held; cleared: () => void }) {
  if (!problem) return null;
  // Of a swap the other device may be what is in the way.
  const deviceOf = (blocker: Blocker): string | undefined => (blocker.device === undefined || blocker.device === nameOf(device) ? device.id : undefined);
  if (problem.blockers.length > 0) return <div role="alert"><Blockers blockers={problem.blockers} deviceOf={deviceOf} cleared={cleared} /></div>;
  return <Note tone="bad" alert>{describe(problem)}</Note>;
}

// What is told at the counter; the condition and the note where they are known.
function useTold(kit: readonly Accessory[]) {
  const [condition, setCondition] = useState("");
  const [along, setAlong] = useState<string[]>([...kit]);
  const [note, setNote] = useState("");
  const told: Told = { ...(condition ? { condition: condition as Schema["Condition"] } : {}), kit: along as Accessory[], ...(note.trim() ? { note: note.trim() } : {}) };
  const toggle = (value: string): void => setAlong((now) => (now.includes(value) ? now.filter((each) => each !== value) : [...now, value]));
  return { told, condition, setCondition, along, toggle, note, setNote };
}

function ToldFields({ it, kitLabel }: { it: ReturnType<typeof useTold>; kitLabel: string }) {
  return (
    <>
      <Choices legend={kitLabel} options={accessoryChoices()} chosen={it.along} onToggle={it.toggle} />
      <div class="form-row">
        <SelectField label={t("inventory.condition")} options={[{ value: "", label: t("custody.same_condition") }, ...conditionChoices()]} value={it.condition} onValue={it.setCondition} />
        <TextField label={t("custody.note")} optional value={it.note} onValue={it.setNote} maxLength={500} autocomplete="off" />
      </div>
    </>
  );
}

function Frame({ title, action, busy, onSubmit, onClose, children }: { title: string; action: string; busy: boolean; onSubmit: () => void; onClose: () => void; children: ComponentChildren }) {
  return (
    <Dialog title={title} wide onClose={onClose}>
      <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); onSubmit(); }}>
        {children}
        <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary" busy={busy}>{action}</Button></div>
      </form>
    </Dialog>
  );
}

// What would be in the way of this receiver; for a move not that somebody has it.
function useCheck(device: string, chosen: Chosen | null, moving: boolean) {
  const [blockers, setBlockers] = useState<Blocker[]>([]);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    setBlockers([]);
    if (chosen) {
      void outcome(api.GET("/api/v1/custody/check", { params: { query: { device, [chosen.kind]: chosen.id } } })).then((answer) => {
        if (current && answer.ok) setBlockers(answer.data.blockers.filter(({ code }) => !(moving && code === "already_held")));
      });
    }
    return () => { current = false; };
  }, [device, chosen?.id, moving, turn]);
  return { blockers, again: () => setTurn(turn + 1) };
}

// `kit`: what belongs to it and goes along, unless somebody says otherwise.
export function HandOver({ held: now, kit, onClose, onDone }: ActProps & { kit: readonly Accessory[] }) {
  const held = useSeen(now);
  const { device, custody } = held;
  const attempt = useAttempt();
  const act = useAct(onDone);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [missing, setMissing] = useState("");
  const check = useCheck(device.id, chosen, custody !== undefined);
  const told = useTold(custody?.given.kit ?? kit);
  const choose = (next: Chosen | null): void => { setChosen(next); setMissing(""); act.reset(); };
  const submit = (): void => {
    if (!chosen) return setMissing(t("custody.choose_receiver"));
    if (check.blockers.length > 0) return;
    void act.run(() => (custody ? move(attempt, device.id, custody.id, chosen, told.told) : give(attempt, device.id, chosen, told.told)));
  };
  const again = (): void => { act.reset(); check.again(); };
  const blocked = check.blockers.length > 0;
  return (
    <Frame title={t(custody ? "custody.move_title" : "custody.give_title", { name: nameOf(device) })} action={t(custody ? "custody.move" : "custody.give")} busy={act.busy || blocked} onSubmit={submit} onClose={onClose}>
      {custody && <p>{t("custody.now_with", { holder: holderName(custody.holder) })}</p>}
      <ReceiverField label={t("custody.to")} hint={t("custody.to_hint")} kinds={receiverKinds()} chosen={chosen} onChosen={choose} error={missing || undefined} />
      {blocked && <div role="alert"><Blockers blockers={check.blockers} deviceOf={() => device.id} cleared={again} /></div>}
      {!blocked && <Refusal problem={act.problem} held={held} cleared={again} />}
      <ToldFields it={told} kitLabel={t("custody.goes_along")} />
    </Frame>
  );
}

export function TakeBack({ held: now, onClose, onDone }: ActProps) {
  const held = useSeen(now);
  const { device, custody } = held;
  const attempt = useAttempt();
  const act = useAct(onDone);
  const told = useTold(custody?.given.kit ?? []);
  const [place, setPlace] = useState<Chosen | null>(null);
  const submit = (): void => {
    void act.run(() => takeBack(attempt, { device: device.id, ...(custody ? { from: custody.id } : {}), ...(place ? { place: place.id } : {}), ...told.told }));
  };
  const absent = (custody?.given.kit ?? []).filter((each) => !told.along.includes(each));
  return (
    <Frame title={t("custody.take_title", { name: nameOf(device), holder: holderName(custody?.holder) })} action={t("custody.take_back")} busy={act.busy} onSubmit={submit} onClose={onClose}>
      <Refusal problem={act.problem} held={held} cleared={act.reset} />
      <ToldFields it={told} kitLabel={t("custody.came_along")} />
      {absent.length > 0 && <Note tone="warn">{t("custody.missing_kit", { what: accessoryChoices().filter(({ value }) => absent.includes(value as Accessory)).map(({ label }) => label.toLowerCase()).join(", ") })}</Note>}
      <ReceiverField label={t("custody.goes_to")} hint={t("custody.goes_to_hint")} kinds={["place"]} optional chosen={place} onChosen={setPlace} />
    </Frame>
  );
}

export function Swap({ held: now, onClose, onDone }: ActProps) {
  const held = useSeen(now);
  const { device, custody } = held;
  const attempt = useAttempt();
  const act = useAct(onDone);
  const told = useTold(custody?.given.kit ?? []);
  const [other, setOther] = useState("");
  const [missing, setMissing] = useState("");
  const submit = (): void => {
    if (other.trim() === "") return setMissing(t("custody.scan_other"));
    setMissing("");
    void act.run(() => swap(attempt, { device: device.id, ...(custody ? { from: custody.id } : {}), ...told.told }, other.trim()));
  };
  return (
    <Frame title={t("custody.swap_title", { name: nameOf(device), holder: holderName(custody?.holder) })} action={t("custody.swap")} busy={act.busy} onSubmit={submit} onClose={onClose}>
      <Refusal problem={act.problem} held={held} cleared={act.reset} />
      <TextField label={t("custody.other")} hint={t("custody.other_hint")} error={missing || undefined} value={other} onValue={(text) => { setOther(text); setMissing(""); }} maxLength={64} autocomplete="off" spellcheck={false} autocapitalize="none" />
      <ToldFields it={told} kitLabel={t("custody.came_along")} />
    </Frame>
  );
}
