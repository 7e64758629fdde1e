// What became of one device that is not accounted for.
import { useState } from "preact/hooks";
import type { Problem } from "../lib/api";
import { Attempt } from "../lib/attempt";
import { named, t } from "../lib/i18n";
import { account, missingOutcomes, type Check, type CheckItem, type CheckOutcome } from "../lib/inventory_check";
import { Button, SelectField, TextField } from "../ui/controls";
import { describe, Dialog } from "../ui/dialog";
import { Note } from "../ui/states";
import { labelOf } from "./inventory_check";
import { placeLabel, usePlaces } from "./inventory_checks";

const toPlace: CheckOutcome[] = ["found_elsewhere", "in_repair"];

interface Props { check: Check; item: CheckItem; onClose: () => void; onDone: () => void }

export function AccountFor({ check, item, onClose, onDone }: Props) {
  return <Dialog title={t("check.account_title", { device: labelOf(item) })} onClose={onClose}><Form check={check} item={item} onClose={onClose} onDone={onDone} /></Dialog>;
}

function outcomesFor(item: CheckItem): CheckOutcome[] {
  if (item.expected) return missingOutcomes;
  return item.held ? ["moved_here", "noted"] : ["noted"];
}

function Form({ check, item, onClose, onDone }: Props) {
  const choices = outcomesFor(item);
  const [outcome, setOutcome] = useState<CheckOutcome>(choices[0] ?? "other");
  const [note, setNote] = useState("");
  const [attempt] = useState(() => new Attempt());
  const [person, setPerson] = useState("");
  const [place, setPlace] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const told = {
      item: item.item, outcome,
      ...(note.trim() ? { note: note.trim() } : {}),
      ...(outcome === "with_person" && person.trim() ? { person: person.trim() } : {}),
      ...(toPlace.includes(outcome) && place ? { place } : {}),
    };
    const answer = await account(attempt, check.id, told);
    setBusy(false);
    if (answer.ok) onDone();
    else setProblem(answer.problem);
  };
  const errorOf = (field: string): string | undefined => problem?.field === field ? describe(problem) : undefined;
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      {problem && !["note", "person", "outcome"].includes(problem.field) && <Note tone="bad" alert>{describe(problem)}</Note>}
      <SelectField label={t(item.expected ? "check.became" : "check.to_do")} options={choices.map((each) => ({ value: each, label: named("check_outcome", each) }))} value={outcome}
        onValue={(value) => setOutcome(value as CheckOutcome)} error={errorOf("outcome")} />
      <p class="small muted">{t(`check_outcome_text.${outcome}`)}</p>
      {outcome === "with_person" && <TextField label={t("check.person")} optional hint={t("check.person_hint")} value={person} onValue={setPerson} maxLength={64} error={errorOf("person")} autocomplete="off" />}
      {toPlace.includes(outcome) && <PlaceField but={check.place.id} value={place} onValue={setPlace} />}
      <TextField label={t("check.note")} optional={outcome !== "other" && outcome !== "noted"} value={note} onValue={setNote} maxLength={500} error={errorOf("note")} />
      <div class="form-actions">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button type="submit" kind="primary" busy={busy}>{t("check.account_action")}</Button>
      </div>
    </form>
  );
}

function PlaceField({ but, value, onValue }: { but: string; value: string; onValue: (value: string) => void }) {
  const places = usePlaces().state.value;
  const known = places.status === "ready" ? places.data.filter((place) => place.id !== but) : [];
  return <SelectField label={t("check.where")} hint={t("check.where_hint")} options={[{ value: "", label: t("check.where_none") }, ...known.map((place) => ({ value: place.id, label: placeLabel(place) }))]} value={value} onValue={onValue} />;
}
