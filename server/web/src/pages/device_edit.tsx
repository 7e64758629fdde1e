// Editing what people know of a device. When somebody else was faster, what they changed is shown and the person decides.
import { useEffect, useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { Attempt } from "../lib/attempt";
import { changedKeys, changeOf, formKeyOf, formOf, type DeviceForm, type DeviceFormKey } from "../lib/device_facts";
import { list } from "../lib/format";
import { named, t, type MessageKey } from "../lib/i18n";
import { accessoryChoices, conditionChoices, deviceKindChoices, lifecycleChoices, ownershipChoices } from "../lib/inventory";
import { schoolName, schools } from "../lib/schools";
import { Button, Choices, Field, SelectField, TextField } from "../ui/controls";
import { Dialog, describe, focusWrong } from "../ui/dialog";
import { Note } from "../ui/states";
import { nameOf } from "./devices";

type Device = Schema["Device"];
type Model = Schema["DeviceModel"];
interface Seen { device: Device; etag: string }
// What both changed, and what they made of it.
interface Theirs extends Seen { both: DeviceFormKey[] }
interface EditProps { device: Device; etag: string; onClose: () => void; onSaved: () => void }
type Put = <Key extends DeviceFormKey>(key: Key, value: DeviceForm[Key]) => void;
interface Part { form: DeviceForm; put: Put; errors: Partial<Record<string, string>> }

export function EditDevice({ device, etag, onClose, onSaved }: EditProps) {
  // What the person started from: the page may read a newer device meanwhile, and must not overwrite it unseen.
  const [base, setBase] = useState<Seen>({ device, etag });
  const [form, setForm] = useState(() => formOf(device));
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const [failure, setFailure] = useState("");
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const [attempt] = useState(() => new Attempt());
  const models = useModels();
  const path = { id: device.id };
  const put: Put = (key, value) => { setForm((now) => ({ ...now, [key]: value })); setErrors({}); };

  // What only they changed is taken over; what the person changed stays as it was typed.
  const conflict = async (): Promise<void> => {
    const answer = await outcome(api.GET("/api/v1/devices/{id}", { params: { path } }));
    if (!answer.ok) return setFailure(describe(answer.problem));
    const now = formOf(answer.data);
    const before = formOf(base.device);
    const mine = changedKeys(before, form);
    const both = changedKeys(before, now).filter((key) => mine.includes(key));
    setForm((typed) => ({ ...now, ...Object.fromEntries(mine.map((key) => [key, typed[key]])) }));
    setTheirs({ device: answer.data, etag: answer.etag, both });
    setBase({ device: answer.data, etag: answer.etag });
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const keys = changedKeys(formOf(base.device), form);
    if (keys.length === 0) return onClose();
    const change = changeOf(form, keys);
    setErrors("field" in change ? { [change.field]: change.error } : {});
    if ("field" in change) return focusWrong();
    setBusy(true);
    setFailure("");
    const answer = await attempt.run([change.body, base.etag], (key) =>
      api.PATCH("/api/v1/devices/{id}", { params: { path, header: { "If-Match": base.etag, "Idempotency-Key": key } }, body: change.body }));
    if (answer.ok) onSaved();
    else if (answer.problem.status === 412) await conflict();
    else if (formKeyOf(answer.problem.field) in form) { setErrors({ [formKeyOf(answer.problem.field)]: describe(answer.problem) }); focusWrong(); }
    else setFailure(describe(answer.problem));
    setBusy(false);
  };
  const takeTheirs = (now: Theirs): void => { setForm(formOf(now.device)); setTheirs(null); };
  const part: Part = { form, put, errors };
  return (
    <Dialog title={t("edit.title", { name: nameOf(device) })} wide onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        {failure && <Note tone="bad" alert>{failure}</Note>}
        {theirs && <Conflict now={theirs} take={() => takeTheirs(theirs)} />}
        <What {...part} models={models} />
        <Standing {...part} />
        <Papers {...part} />
        <div class="form-actions">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" kind="primary" busy={busy}>{t(theirs ? "edit.mine" : "action.save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

// The catalog is small; without it the model is typed.
function useModels(): Model[] {
  const [models, setModels] = useState<Model[]>([]);
  useEffect(() => { void outcome(api.GET("/api/v1/models", { params: { query: { limit: 500 } } })).then((answer) => { if (answer.ok) setModels(answer.data.items); }); }, []);
  return models;
}

type TextKey = { [Key in DeviceFormKey]: DeviceForm[Key] extends string ? Key : never }[DeviceFormKey];

function Text({ form, put, errors, name, label, hint, type, most = 128 }: Part & { name: TextKey; label: string; hint?: string; type?: string; most?: number }) {
  return <TextField label={label} hint={hint} error={errors[name]} type={type ?? "text"} value={form[name]} onValue={(value) => put(name, value)} maxLength={most} autocomplete="off" spellcheck={false} />;
}

function What({ models, ...part }: Part & { models: Model[] }) {
  const { form, put, errors } = part;
  const options = [{ value: "", label: t("edit.no_model") }, ...models.map((model) => ({ value: model.id, label: `${model.maker} ${model.name}` }))];
  return (
    <fieldset class="form-part">
      <legend>{t("inventory.what")}</legend>
      <div class="form-row">
        <Text {...part} name="tag" label={t("column.tag")} hint={t("edit.tag_hint")} most={64} />
        <SelectField label={t("column.school")} error={errors["school"]} value={form.school} onValue={(value) => put("school", value)} options={[{ value: "", label: t("school.none") }, ...schools.value.map(({ id, name }) => ({ value: id, label: name }))]} />
        <Text {...part} name="serial" label={t("column.serial")} most={64} />
      </div>
      <div class="form-row">
        {(models.length > 0 || form.model_id !== "") && <SelectField label={t("edit.model")} error={errors["model_id"]} value={form.model_id} onValue={(value) => put("model_id", value)} options={options} />}
        {form.model_id === "" && <Text {...part} name="manufacturer" label={t("models.maker")} />}
        {form.model_id === "" && <Text {...part} name="model" label={t("column.model")} />}
        <SelectField label={t("inventory.kind")} value={form.kind} onValue={(value) => put("kind", value)} options={deviceKindChoices()} />
      </div>
      <Choices legend={t("inventory.kit")} options={accessoryChoices()} chosen={form.kit} onToggle={(value) => put("kit", form.kit.includes(value) ? form.kit.filter((each) => each !== value) : [...form.kit, value])} />
    </fieldset>
  );
}

function Standing(part: Part) {
  const { form, put, errors } = part;
  return (
    <fieldset class="form-part">
      <legend>{t("inventory.standing")}</legend>
      <div class="form-row">
        <SelectField label={t("inventory.lifecycle")} error={errors["lifecycle"]} value={form.lifecycle} onValue={(value) => put("lifecycle", value)} options={lifecycleChoices()} />
        <SelectField label={t("inventory.condition")} value={form.condition} onValue={(value) => put("condition", value)} options={conditionChoices()} />
      </div>
      <div class="row">
        {(["lost", "stolen", "on_hold"] as const).map((flag) => (
          <label key={flag} class="choice"><input type="checkbox" checked={form[flag]} onChange={() => put(flag, !form[flag])} />{named("flag", flag)}</label>
        ))}
      </div>
      {form.on_hold && <Text {...part} name="hold_reason" label={t("inventory.hold_reason")} />}
    </fieldset>
  );
}

function Papers(part: Part) {
  const { form, put, errors } = part;
  return (
    <fieldset class="form-part">
      <legend>{t("inventory.papers")}</legend>
      <div class="form-row">
        <SelectField label={t("inventory.ownership")} value={form.ownership} onValue={(value) => put("ownership", value)} options={ownershipChoices()} />
        <Text {...part} name="funding_source" label={t("inventory.funding")} />
        <Text {...part} name="purchase_order" label={t("inventory.order")} />
        <Text {...part} name="cost" label={t("inventory.cost")} most={16} />
      </div>
      <div class="form-row">
        <Text {...part} name="purchased" label={t("inventory.purchased")} type="date" />
        <Text {...part} name="warranty_end" label={t("inventory.warranty")} type="date" />
        <Text {...part} name="lease_end" label={t("inventory.lease")} type="date" />
        <Text {...part} name="insurance" label={t("inventory.insurance")} />
      </div>
      <Field label={t("inventory.note")} error={errors["note"]} optional>
        {(attributes) => <textarea {...attributes} value={form.note} rows={2} maxLength={1000} onInput={(event) => put("note", event.currentTarget.value)} />}
      </Field>
    </fieldset>
  );
}

const words: Record<DeviceFormKey, MessageKey> = {
  tag: "column.tag", serial: "column.serial", school: "column.school", model_id: "edit.model", manufacturer: "models.maker", model: "column.model", kind: "inventory.kind",
  lifecycle: "inventory.lifecycle", condition: "inventory.condition", lost: "flag.lost", stolen: "flag.stolen", on_hold: "flag.on_hold", hold_reason: "inventory.hold_reason",
  ownership: "inventory.ownership", funding_source: "inventory.funding", purchase_order: "inventory.order", cost: "inventory.cost", purchased: "inventory.purchased",
  warranty_end: "inventory.warranty", lease_end: "inventory.lease", insurance: "inventory.insurance", kit: "inventory.kit", note: "inventory.note",
};

function Conflict({ now, take }: { now: Theirs; take: () => void }) {
  const theirs = formOf(now.device);
  const shown = (key: DeviceFormKey): string => {
    const value = key === "school" ? schoolName(theirs.school) : theirs[key];
    return typeof value === "boolean" ? t(value ? "value.yes" : "value.no") : Array.isArray(value) ? list(value) : value;
  };
  return (
    <Note tone="warn" title={t("edit.conflict")} alert>
      <p>{t("edit.conflict_text")}</p>
      <ul>{now.both.map((key) => <li key={key}>{t(shown(key) === "" ? "edit.they_emptied" : "edit.they_have", { field: t(words[key]), value: shown(key) })}</li>)}</ul>
      <div class="row"><Button small onClick={take}>{t("edit.theirs")}</Button></div>
    </Note>
  );
}
