// What was ordered: a new order, or a change of one.
import { useState } from "preact/hooks";
import { api, outcome, type Problem, type Schema } from "../lib/api";
import { Attempt, keyed } from "../lib/attempt";
import { t } from "../lib/i18n";
import { createOrder, editOrder, type Order } from "../lib/receiving";
import { useResource } from "../lib/resource";
import { schools } from "../lib/schools";
import { reachesDistrict } from "../lib/session";
import { Button, SelectField, TextField } from "../ui/controls";
import { describe, Dialog } from "../ui/dialog";
import { Note, Show } from "../ui/states";

type Model = Schema["DeviceModel"];
interface LineForm { line?: number; model: string; quantity: string; cost: string }
interface Form { number: string; vendor: string; funding: string; school: string; expected: string; tag: string; note: string; lines: LineForm[] }

async function everyModel() {
  const items: Model[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await outcome(api.GET("/api/v1/models", { params: { query: { limit: 500, ...(cursor ? { cursor } : {}) } } }));
    if (!page.ok) return page;
    items.push(...page.data.items);
    cursor = page.data.next_cursor;
    if (cursor === undefined) return { ...page, data: items };
  }
}

interface Props { order?: Order; etag?: string; onClose: () => void; onDone: (order: Order) => void }

export function OrderDialog(props: Props) {
  const models = useResource("receiving-models", everyModel);
  return (
    <Dialog title={t(props.order ? "receiving.edit" : "receiving.create")} wide onClose={props.onClose}>
      <Show resource={models} lines={4}>{(all) => all.length === 0 ? <NewModel onDone={() => void models.reload()} /> : <OrderForm {...props} models={all} />}</Show>
    </Dialog>
  );
}

// An order needs a model of the catalog; without any, the first one is made here.
function NewModel({ onDone }: { onDone: () => void }) {
  const [maker, setMaker] = useState("");
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt] = useState(() => new Attempt());
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = { maker: maker.trim(), name: name.trim(), kind: "laptop" };
    const answer = await attempt.submit(["model", body], (key) => api.POST("/api/v1/models", { params: { header: keyed(key) }, body: body as never }));
    if (answer.ok) onDone();
    else setProblem(answer.problem);
  };
  const errorOf = (field: string): string | undefined => problem?.field === field ? describe(problem) : undefined;
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      <p>{t("receiving.no_models")}</p>
      {problem && !["maker", "name"].includes(problem.field) && <Note tone="bad" alert>{describe(problem)}</Note>}
      <TextField label={t("receiving.maker")} value={maker} onValue={setMaker} maxLength={128} error={errorOf("maker")} />
      <TextField label={t("receiving.model")} value={name} onValue={setName} maxLength={128} error={errorOf("name")} />
      <div class="form-actions"><Button type="submit" kind="primary">{t("receiving.add_model")}</Button></div>
    </form>
  );
}

const formOf = (order: Order | undefined, models: Model[]): Form => ({
  number: order?.number ?? "", vendor: order?.vendor ?? "", funding: order?.funding_source ?? "", expected: order?.expected ?? "", tag: order?.next_tag ?? "", note: order?.note ?? "",
  school: order?.school ?? (reachesDistrict() ? "" : (schools.value[0]?.id ?? "")),
  lines: order?.lines.map(({ line, model, quantity, unit_cost_cents: cents }) => ({ line, model: model.id, quantity: String(quantity), cost: cents === undefined ? "" : (cents / 100).toFixed(2) }))
    ?? [{ model: models[0]?.id ?? "", quantity: "1", cost: "" }],
});

// "289" and "289.50" are dollars; nothing else is.
const centsOf = (text: string): number | null | undefined => {
  if (text.trim() === "") return null;
  return /^\d+(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text) * 100) : undefined;
};

function OrderForm({ order, etag, models, onClose, onDone }: Props & { models: Model[] }) {
  const [form, setForm] = useState(() => formOf(order, models));
  // The version that the form shows, whatever is read behind it.
  const [seen] = useState(etag ?? "");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt] = useState(() => new Attempt());
  const set = (name: Exclude<keyof Form, "lines">) => (value: string) => setForm((now) => ({ ...now, [name]: value }));
  const setLine = (index: number, change: Partial<LineForm>): void => setForm((now) => ({ ...now, lines: now.lines.map((line, each) => (each === index ? { ...line, ...change } : line)) }));
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const bad = form.lines.some(({ quantity, cost }) => !/^[1-9]\d{0,4}$/.test(quantity.trim()) || centsOf(cost) === undefined);
    setWrong(bad ? t("receiving.lines_wrong") : "");
    if (bad || busy) return;
    setBusy(true);
    const lines = form.lines.map(({ line, model, quantity, cost }) => {
      const cents = centsOf(cost);
      return { ...(line === undefined ? {} : { line }), model_id: model, quantity: Number(quantity), ...(typeof cents === "number" ? { unit_cost_cents: cents } : {}) };
    });
    const fields = { vendor: form.vendor.trim(), funding_source: form.funding.trim(), note: form.note.trim(), next_tag: form.tag.trim(), expected: form.expected, lines };
    const answer = order ? await editOrder(attempt, order.id, seen, fields)
      : await createOrder(attempt, { ...fields, number: form.number.trim(), ...(form.school ? { school: form.school } : {}) });
    setBusy(false);
    if (answer.ok) onDone(answer.data);
    else setProblem(answer.problem);
  };
  const known = ["number", "vendor", "funding_source", "next_tag", "expected", "note", "school"];
  const errorOf = (field: string): string | undefined => problem?.field === field ? describe(problem) : undefined;
  const options = [...(reachesDistrict() ? [{ value: "", label: t("receiving.district") }] : []), ...schools.value.map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      {problem && !known.includes(problem.field) && <Note tone="bad" alert>{describe(problem)}</Note>}
      {wrong && <Note tone="bad" alert>{wrong}</Note>}
      <div class="form-row">
        {order ? null : <TextField label={t("receiving.number")} value={form.number} onValue={set("number")} maxLength={128} error={errorOf("number")} autocomplete="off" />}
        <TextField label={t("receiving.vendor")} value={form.vendor} onValue={set("vendor")} maxLength={128} error={errorOf("vendor")} />
      </div>
      <div class="form-row">
        <TextField label={t("receiving.funding")} optional value={form.funding} onValue={set("funding")} maxLength={128} error={errorOf("funding_source")} />
        <TextField label={t("receiving.expected")} optional type="date" value={form.expected} onValue={set("expected")} error={errorOf("expected")} />
      </div>
      {order ? null : <SelectField label={t("column.school")} options={options} value={form.school} onValue={set("school")} error={errorOf("school")} />}
      {form.lines.map((line, index) => (
        <fieldset class="choices order-line" key={index}>
          <legend class="legend">{t("receiving.line_n", { n: index + 1 })}</legend>
          <SelectField label={t("receiving.model")} options={models.map(({ id, maker, name }) => ({ value: id, label: `${maker} ${name}` }))} value={line.model} onValue={(model) => setLine(index, { model })} />
          <TextField label={t("receiving.quantity")} inputMode="numeric" value={line.quantity} onValue={(quantity) => setLine(index, { quantity })} />
          <TextField label={t("receiving.cost")} optional inputMode="decimal" value={line.cost} onValue={(cost) => setLine(index, { cost })} />
          {form.lines.length > 1 && <Button small kind="quiet danger" label={t("receiving.drop_line_n", { n: index + 1 })} onClick={() => setForm((now) => ({ ...now, lines: now.lines.filter((_, each) => each !== index) }))}>{t("receiving.drop_line")}</Button>}
        </fieldset>
      ))}
      <div><Button small icon="plus" onClick={() => setForm((now) => ({ ...now, lines: [...now.lines, { model: models.find(({ id }) => !now.lines.some(({ model }) => model === id))?.id ?? "", quantity: "1", cost: "" }] }))}>{t("receiving.add_line")}</Button></div>
      <TextField label={t("receiving.next_tag")} optional hint={t("receiving.next_tag_hint")} value={form.tag} onValue={set("tag")} maxLength={64} error={errorOf("next_tag")} autocomplete="off" class="mono" />
      <TextField label={t("receiving.note")} optional value={form.note} onValue={set("note")} maxLength={500} error={errorOf("note")} />
      <div class="form-actions">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button type="submit" kind="primary" busy={busy}>{t("receiving.save")}</Button>
      </div>
    </form>
  );
}
