// Editing a device. When somebody else was faster, both versions are shown and the person decides.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { t } from "../lib/i18n";
import { schoolName, schools } from "../lib/schools";
import { Button, SelectField, TextField } from "../ui/controls";
import { Dialog, describe } from "../ui/dialog";
import { Note } from "../ui/states";
import { nameOf } from "./devices";

type Device = Schema["Device"];
interface Theirs { device: Device; etag: string }
interface EditProps { device: Device; etag: string; onClose: () => void; onSaved: () => void }

export function EditDevice({ device, etag, onClose, onSaved }: EditProps) {
  const [tag, setTag] = useState(device.tag);
  const [school, setSchool] = useState(device.school ?? "");
  // What the person started from: the page may read a newer device meanwhile, and must not overwrite it unseen.
  const [base, setBase] = useState(etag);
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const path = { id: device.id };

  const conflict = async (): Promise<void> => {
    const answer = await outcome(api.GET("/api/v1/devices/{id}", { params: { path } }));
    if (!answer.ok) return setFailure(describe(answer.problem));
    setTheirs({ device: answer.data, etag: answer.etag });
    setBase(answer.etag);
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure("");
    const answer = await outcome(api.PATCH("/api/v1/devices/{id}", { params: { path, header: { "If-Match": base } }, body: { tag: tag.trim(), school } }));
    if (answer.ok) onSaved();
    else if (answer.problem.status === 412) await conflict();
    else setFailure(describe(answer.problem));
    setBusy(false);
  };
  const takeTheirs = (now: Theirs): void => { setTag(now.device.tag); setSchool(now.device.school ?? ""); setTheirs(null); };

  return (
    <Dialog title={t("edit.title", { name: nameOf(device) })} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        {failure && <Note tone="bad" alert>{failure}</Note>}
        {theirs && <Conflict now={theirs} take={() => takeTheirs(theirs)} />}
        <TextField label={t("column.tag")} hint={t("edit.tag_hint")} value={tag} onValue={setTag} maxLength={64} autocomplete="off" spellcheck={false} />
        <SelectField label={t("column.school")} value={school} onValue={setSchool} options={[{ value: "", label: t("school.none") }, ...schools.value.map(({ id, name }) => ({ value: id, label: name }))]} />
        <div class="form-actions">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" kind="primary" busy={busy}>{t(theirs ? "edit.mine" : "action.save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function Conflict({ now, take }: { now: Theirs; take: () => void }) {
  return (
    <Note tone="warn" title={t("edit.conflict")} alert>
      <p>{t("edit.conflict_text", { tag: now.device.tag || t("edit.empty"), school: schoolName(now.device.school) || t("school.none") })}</p>
      <div class="row"><Button small onClick={take}>{t("edit.theirs")}</Button></div>
    </Note>
  );
}
