// A form for one record of a catalog, new or known: sends once under its key, shows what is wrong at its field, and asks
// again with what is there now when somebody else was faster.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Outcome, type Problem } from "../lib/api";
import { Attempt } from "../lib/attempt";
import { t } from "../lib/i18n";
import { Button } from "./controls";
import { Dialog, describe, focusWrong } from "./dialog";
import { Loading, Note } from "./states";

interface RecordFormProps<Record, Form> {
  title: string;
  // What the form begins with when there is no record yet.
  empty: Form;
  // Null: it is a new one. It is read anew, because an edit needs to know which version was seen.
  read: (() => Promise<Outcome<Record>>) | null;
  formOf: (record: Record) => Form;
  // The text that says what is wrong with a field, or nothing.
  wrong: (form: Form) => { field: string; text: string } | null;
  send: (form: Form, etag: string, attempt: Attempt) => Promise<Outcome<Record>>;
  onClose: () => void;
  onDone: (record: Record) => void;
  children: (form: Form, put: (change: Partial<Form>) => void, errorOf: (field: string) => string | undefined) => ComponentChildren;
}

export function RecordForm<Record, Form extends object>(props: RecordFormProps<Record, Form>) {
  const [form, setForm] = useState<Form | null>(props.read ? null : props.empty);
  const [etag, setEtag] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrong, setWrong] = useState<{ field: string; text: string } | null>(null);
  const [changed, setChanged] = useState(false);
  const [busy, setBusy] = useState(false);
  const [attempt] = useState(() => new Attempt());
  const load = async (keep: boolean): Promise<void> => {
    const answer = await props.read?.();
    if (!answer) return;
    if (!answer.ok) return setProblem(answer.problem);
    setEtag(answer.etag);
    if (!keep) setForm(props.formOf(answer.data));
  };
  useEffect(() => { void load(false); }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy || !form) return;
    const found = props.wrong(form);
    setWrong(found);
    if (found) return focusWrong();
    setBusy(true);
    setProblem(null);
    const answer = await props.send(form, etag, attempt);
    setBusy(false);
    if (answer.ok) return props.onDone(answer.data);
    setChanged(answer.problem.status === 412);
    if (answer.problem.status === 412) return load(true);
    if (answer.problem.field !== "" && answer.problem.field in form) { setWrong({ field: answer.problem.field, text: describe(answer.problem) }); focusWrong(); }
    else setProblem(answer.problem);
  };
  const put = (change: Partial<Form>): void => { setForm((now) => (now ? { ...now, ...change } : now)); setWrong(null); };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      {!form && !problem && <Loading lines={5} />}
      {problem && <Note tone="bad" alert>{describe(problem)}</Note>}
      {form && (
        <form class="form" noValidate onSubmit={(event) => void submit(event)}>
          {changed && <Note tone="warn" alert>{t("record.changed")}</Note>}
          {props.children(form, put, (field) => (wrong?.field === field ? wrong.text : undefined))}
          <div class="form-actions"><Button onClick={props.onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary" busy={busy}>{t(changed ? "edit.mine" : "action.save")}</Button></div>
        </form>
      )}
    </Dialog>
  );
}
