// A model of the catalog, new or changed.
import { api, outcome, type Schema } from "../lib/api";
import { t } from "../lib/i18n";
import { accessoryChoices, centsOf, centsText, deviceKindChoices, wholeOf } from "../lib/inventory";
import { Choices, SelectField, TextField } from "../ui/controls";
import { RecordForm } from "../ui/record_form";

type Model = Schema["DeviceModel"];
// Named as the API names them, so that what it refuses is shown at its field.
interface Form { maker: string; name: string; kind: string; warranty_months: string; life_months: string; cost_cents: string; kit: string[] }

const formOf = (model: Model): Form => ({
  maker: model.maker, name: model.name, kind: model.kind, warranty_months: String(model.warranty_months ?? ""), life_months: String(model.life_months ?? ""),
  cost_cents: centsText(model.cost_cents), kit: [...model.kit],
});

function wrong(form: Form): { field: string; text: string } | null {
  if (form.maker.trim() === "") return { field: "maker", text: t("models.maker_error") };
  if (form.name.trim() === "") return { field: "name", text: t("models.name_error") };
  for (const field of ["warranty_months", "life_months"] as const) {
    const value = wholeOf(form[field]);
    if (value === undefined || (value ?? 0) > 240) return { field, text: t("models.months_error") };
  }
  return centsOf(form.cost_cents) === undefined ? { field: "cost_cents", text: t("inventory.cost_error") } : null;
}

const bodyOf = (form: Form) => ({
  maker: form.maker.trim(), name: form.name.trim(), kind: form.kind as Model["kind"], warranty_months: wholeOf(form.warranty_months) ?? null, life_months: wholeOf(form.life_months) ?? null,
  cost_cents: centsOf(form.cost_cents) ?? null, kit: form.kit as Model["kit"],
});

export function EditModel({ model, onClose, onDone }: { model: Model | null; onClose: () => void; onDone: (model: Model) => void }) {
  const path = { id: model?.id ?? "" };
  return (
    <RecordForm<Model, Form> title={model ? t("models.edit_title", { name: `${model.maker} ${model.name}` }) : t("models.add")} onClose={onClose} onDone={onDone} formOf={formOf} wrong={wrong}
      empty={{ maker: "", name: "", kind: "laptop", warranty_months: "", life_months: "", cost_cents: "", kit: ["charger"] }}
      read={model && (() => outcome(api.GET("/api/v1/models/{id}", { params: { path } })))}
      send={(form, etag, attempt) => {
        const body = bodyOf(form);
        return attempt.run([body, etag], (key) => (model
          ? api.PATCH("/api/v1/models/{id}", { params: { path, header: { "If-Match": etag, "Idempotency-Key": key } }, body })
          // The client's types take the fields that are required for fields that must not be there.
          : api.POST("/api/v1/models", { params: { header: { "Idempotency-Key": key } }, body: body as never })));
      }}>
      {(form, put, errorOf) => (
        <>
          <div class="form-row">
            <TextField label={t("models.maker")} error={errorOf("maker")} value={form.maker} onValue={(maker) => put({ maker })} maxLength={128} autocomplete="off" />
            <TextField label={t("models.name")} hint={t("models.name_hint")} error={errorOf("name")} value={form.name} onValue={(name) => put({ name })} maxLength={128} autocomplete="off" />
          </div>
          <div class="form-row">
            <SelectField label={t("inventory.kind")} value={form.kind} onValue={(kind) => put({ kind })} options={deviceKindChoices()} />
            <TextField label={t("models.cost")} error={errorOf("cost_cents")} optional inputMode="decimal" value={form.cost_cents} onValue={(cost_cents) => put({ cost_cents })} maxLength={16} autocomplete="off" />
          </div>
          <div class="form-row">
            <TextField label={t("models.warranty_months")} error={errorOf("warranty_months")} optional inputMode="numeric" value={form.warranty_months} onValue={(warranty_months) => put({ warranty_months })} maxLength={3} autocomplete="off" />
            <TextField label={t("models.life_months")} hint={t("models.life_hint")} error={errorOf("life_months")} optional inputMode="numeric" value={form.life_months} onValue={(life_months) => put({ life_months })} maxLength={3} autocomplete="off" />
          </div>
          <Choices legend={t("models.kit")} options={accessoryChoices()} chosen={form.kit} onToggle={(value) => put({ kit: form.kit.includes(value) ? form.kit.filter((each) => each !== value) : [...form.kit, value] })} />
        </>
      )}
    </RecordForm>
  );
}
