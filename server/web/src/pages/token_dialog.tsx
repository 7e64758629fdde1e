// Making a token. Its text leaves the server once: the result stays open until the person closes it.
import { useState } from "preact/hooks";
import { api, outcome, type Problem, type Schema } from "../lib/api";
import { download } from "../lib/download";
import { dateTime } from "../lib/format";
import { t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { schools } from "../lib/schools";
import { Button, Field, Secret, SelectField, TextField } from "../ui/controls";
import { Dialog, describe } from "../ui/dialog";
import { Note } from "../ui/states";

interface Made { token: Schema["Token"]; text: string; command: string }
interface Form { note: string; uses: string; valid: string; school: string; serials: string }

const kLifetimes = [3_600, 86_400, 604_800, 2_592_000, 31_536_000];
const kMostUses = 100_000;

const serialsOf = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

export function CreateToken({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<Made | null>(null);
  return made
    ? <Dialog key="made" title={t("token.made_title")} wide onClose={onClose}><Result made={made} onClose={onClose} /></Dialog>
    : <Dialog key="form" title={t("tokens.create")} onClose={onClose}><TokenForm onMade={setMade} onClose={onClose} /></Dialog>;
}

function TokenForm({ onMade, onClose }: { onMade: (made: Made) => void; onClose: () => void }) {
  const [form, setForm] = useState<Form>({ note: "", uses: "1", valid: "86400", school: "", serials: "" });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [usesError, setUsesError] = useState("");
  const set = (name: keyof Form) => (value: string) => setForm((now) => ({ ...now, [name]: value }));
  const serials = serialsOf(form.serials);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const uses = Number(form.uses);
    const wrong = Number.isInteger(uses) && uses >= 1 && uses <= kMostUses ? "" : t("token.uses_error", { most: kMostUses });
    setUsesError(wrong);
    if (wrong || busy) return;
    setBusy(true);
    const body = { note: form.note.trim(), max_uses: uses, life_ms: Number(form.valid) * 1_000, serials, ...(form.school ? { school: form.school } : {}) };
    const answer = await outcome(api.POST("/api/v1/tokens", { body }));
    setBusy(false);
    if (answer.ok) onMade(answer.data);
    else setProblem(answer.problem);
  };
  const errorOf = (field: string): string | undefined => problem?.field.startsWith(field) ? describe(problem) : undefined;
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      {problem && !problem.field && <Note tone="bad" alert>{describe(problem)}</Note>}
      <TextField label={t("tokens.note")} optional hint={t("token.note_hint")} value={form.note} onValue={set("note")} maxLength={200} error={errorOf("note")} />
      <div class="form-row">
        <TextField label={t("token.uses")} type="number" inputMode="numeric" min={1} max={kMostUses} value={form.uses} onValue={set("uses")} error={usesError || errorOf("max_uses")} />
        <SelectField label={t("token.valid")} value={form.valid} onValue={set("valid")} error={errorOf("life_ms")}
          options={kLifetimes.map((seconds) => ({ value: String(seconds), label: t(`token.valid_${seconds}` as "token.valid_3600") }))} />
      </div>
      <SelectField label={t("token.school")} hint={t("token.school_hint")} value={form.school} onValue={set("school")} error={errorOf("school")}
        options={[{ value: "", label: t("token.school_none") }, ...schools.value.map(({ id, name }) => ({ value: id, label: name }))]} />
      <Field label={t("token.serials")} optional hint={serials.length > 0 ? t("token.serials_count", { n: serials.length }) : t("token.serials_hint")} error={errorOf("serials")}>
        {(attributes) => <textarea {...attributes} class="mono" spellcheck={false} value={form.serials} onInput={(event) => set("serials")(event.currentTarget.value)} />}
      </Field>
      <div class="form-actions">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button type="submit" kind="primary" busy={busy}>{t("token.action")}</Button>
      </div>
    </form>
  );
}

function Result({ made, onClose }: { made: Made; onClose: () => void }) {
  return (
    <>
      <Note tone="warn" title={t("token.once")}><p>{t("token.once_text", { n: made.token.max_uses, until: dateTime(made.token.expires_ms) })}</p></Note>
      <Secret label={t("token.command")} text={made.command} primary />
      <Secret label={t("token.text")} text={made.text} />
      <EnrollFile token={made.text} />
      <p class="small muted">{t("token.next")} <a href="/help/enroll">{t("nav.enroll")}</a></p>
      <div class="form-actions"><Button onClick={onClose}>{t("token.close")}</Button></div>
    </>
  );
}

// What imaging leaves on many laptops; the agent's manual page describes it.
function EnrollFile({ token }: { token: string }) {
  const where = useResource("enrollment", () => outcome(api.GET("/api/v1/enrollment"))).state.value;
  if (where.status !== "ready") return null;
  const save = (): void => download(new Blob([`server: ${where.data.agents_url}\ntoken: ${token}\n`]), "enroll.yaml");
  return (
    <div class="row">
      <Button onClick={save}>{t("token.file")}</Button>
      <span class="small muted">{t("token.file_hint")}</span>
    </div>
  );
}
