// Terms: typed, or taken from the roster after a look at what that changes.
import { useEffect, useState } from "preact/hooks";
import { api, outcome, type Problem, type Schema } from "../lib/api";
import { plainDate, type Calendar, type Term } from "../lib/calendar";
import { without } from "../lib/calendar_edit";
import { t } from "../lib/i18n";
import { Badge } from "../ui/badges";
import { Button, TextField } from "../ui/controls";
import { Dialog, describe } from "../ui/dialog";
import { Loading, Note } from "../ui/states";
import { Table } from "../ui/table";
import { toast } from "../ui/toasts";
import type { Context } from "./calendar";
import { EffectNote } from "./calendar_effects";
import { CalendarForm, Rows } from "./calendar_form";

const kMostTerms = 64;

export function EditTerms({ context, onClose }: { context: Context; onClose: () => void }) {
  const { effective, own } = context.view;
  const [terms, setTerms] = useState<Term[]>(effective?.terms ?? []);
  const [follow, setFollow] = useState(own.terms_from_roster ?? false);
  const change = (document: Calendar): Calendar => ({ ...without(document, "terms"), terms, ...(follow ? { terms_from_roster: true } : {}) });
  return (
    <CalendarForm title={t("terms.edit")} wide context={context} onClose={onClose} change={change}>
      {(said) => (
        <>
          <Rows legend={t("terms.title")} rows={terms} onRows={setTerms} fresh={() => ({ id: freeId(terms), name: "", first: "", last: "" })} most={kMostTerms} error={said("terms")}
            add={t("terms.add")} remove={(term, index) => t("terms.remove", { name: term.name || String(index + 1) })}>
            {(term, index, set) => (
              <>
                <TextField label={t("terms.name")} value={term.name} onValue={(name) => set({ name })} maxLength={100} autocomplete="off" error={said(`terms[${index}].name`)} />
                <TextField label={t("terms.first")} type="date" value={term.first} onValue={(first) => set({ first })} error={said(`terms[${index}].first`)} required />
                <TextField label={t("terms.last")} type="date" value={term.last} onValue={(last) => set({ last })} error={said(`terms[${index}].last`)} required />
              </>
            )}
          </Rows>
          {terms.length === 0 && <p class="muted small">{t("terms.none")}</p>}
          {own.terms_from_roster && <Follow on={follow} onFollow={setFollow} />}
        </>
      )}
    </CalendarForm>
  );
}

function freeId(terms: Term[]): string {
  for (let number = terms.length + 1; ; number++) if (!terms.some(({ id }) => id === `term-${number}`)) return `term-${number}`;
}

function Follow({ on, onFollow }: { on: boolean; onFollow: (on: boolean) => void }) {
  return <label class="choice"><input type="checkbox" checked={on} onChange={() => onFollow(!on)} /><span><strong>{t("terms.follow")}</strong><span class="small muted">{t("terms.follow_hint")}</span></span></label>;
}

type Taken = Schema["TakenTerms"];

export function TakeTerms({ context, onClose }: { context: Context; onClose: () => void }) {
  const [taken, setTaken] = useState<Taken | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [follow, setFollow] = useState(context.view.own.terms_from_roster ?? true);
  const [busy, setBusy] = useState(false);
  const ask = (dry: boolean) =>
    outcome(api.POST("/api/v1/schools/{id}/calendar/terms", { params: { path: { id: context.school } }, body: dry ? { dry_run: true } : { follow, dry_run: false } }));
  useEffect(() => {
    void ask(true).then((answer) => { if (answer.ok) setTaken(answer.data); else setProblem(answer.problem); });
  }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const answer = await ask(false);
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    toast(t("calendar.saved"));
    await context.refresh();
    onClose();
  };
  return (
    <Dialog title={t("terms.take")} wide onClose={onClose}>
      {!taken && !problem && <Loading lines={4} />}
      {problem && <Note tone="bad" alert>{describe(problem)}</Note>}
      {taken && (
        <form class="form" onSubmit={(event) => void submit(event)}>
          <Table label={t("terms.take")} rows={compare(taken)} rowKey={({ term }) => term.id} columns={[
            { key: "name", label: t("terms.name"), kind: "head", cell: ({ term }) => term.name },
            { key: "days", label: t("terms.days"), cell: ({ term }) => `${plainDate(term.first)} – ${plainDate(term.last)}` },
            { key: "change", label: t("terms.change"), cell: ({ change }) => <Badge tone={change === "same" ? "mute" : change === "gone" ? "warn" : "good"} icon={change === "same" ? "none" : change === "gone" ? "closure" : "check"}>{t(`terms.${change}`)}</Badge> },
          ]} />
          {taken.notes.map((note) => <p key={note} class="muted small">{note}</p>)}
          <EffectNote change={taken} />
          <Follow on={follow} onFollow={setFollow} />
          <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary" busy={busy}>{t("terms.take_action")}</Button></div>
        </form>
      )}
    </Dialog>
  );
}

// What the roster has against what the calendar has so far.
function compare({ before, after }: Taken): { term: Term; change: "new" | "moved" | "same" | "gone" }[] {
  const was = new Map(before.map((term) => [term.id, term]));
  const is = new Set(after.map(({ id }) => id));
  const changeOf = (term: Term): "new" | "moved" | "same" => {
    const old = was.get(term.id);
    return old === undefined ? "new" : old.first === term.first && old.last === term.last && old.name === term.name ? "same" : "moved";
  };
  return [...after.map((term) => ({ term, change: changeOf(term) })), ...before.filter(({ id }) => !is.has(id)).map((term) => ({ term, change: "gone" as const }))];
}
