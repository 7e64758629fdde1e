// The catalog: what kinds of device the district owns, and how many of each.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { Attempt } from "../lib/attempt";
import { named, t } from "../lib/i18n";
import { deviceKindChoices, kitWords, money } from "../lib/inventory";
import { usePaged } from "../lib/paged";
import { fromQuery, setQuery } from "../lib/router";
import { mayEverywhere } from "../lib/session";
import { Button, SelectField } from "../ui/controls";
import { Confirm } from "../ui/dialog";
import { Download } from "../ui/download";
import { FilterBar, ListCount, SearchField } from "../ui/filters";
import { CountBar } from "../ui/inventory_badges";
import { Page } from "../ui/page";
import { Empty, Failed, Loading } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { toast } from "../ui/toasts";
import { EditModel } from "./model_form";

type Model = Schema["DeviceModel"];
type Asked = { what: "edit"; model: Model | null } | { what: "delete"; model: Model } | null;
const kPage = 200;

export const modelName = (model: Model): string => `${model.maker} ${model.name}`;

export function Models() {
  const query = { q: fromQuery("q"), kind: fromQuery("kind") };
  const models = usePaged(JSON.stringify(query), (cursor) => {
    const chosen = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
    return outcome(api.GET("/api/v1/models", { params: { query: { ...chosen, limit: kPage, ...(cursor ? { cursor } : {}) } } }));
  }, (model: Model) => model.id);
  const [asked, setAsked] = useState<Asked>(null);
  const filtered = query.q !== "" || query.kind !== "";
  const mayEdit = mayEverywhere("edit_inventory");
  // What was there may have another place in the list, or none.
  const done = (text: string): void => { setAsked(null); toast(text); void models.anew(); };
  return (
    <Page title={t("models.title")} lead={t("models.lead")} actions={mayEdit && <Button kind="primary" icon="plus" onClick={() => setAsked({ what: "edit", model: null })}>{t("models.add")}</Button>}>
      <FilterBar chosen={query.kind === "" ? 0 : 1} search={<SearchField hint={t("models.search_hint")} value={query.q} onEnter={() => undefined} />}>
        <SelectField label={t("inventory.kind")} options={[{ value: "", label: t("models.any_kind") }, ...deviceKindChoices()]} value={query.kind} onValue={(kind) => setQuery({ kind }, "push")} />
      </FilterBar>
      <ListCount text={models.items === null ? t("state.loading") : t("models.count", { n: models.items.length })} filtered={filtered} names={["q", "kind"]}><Download list="models" query={query} /></ListCount>
      {models.problem ? <Failed problem={models.problem} retry={() => void models.reload()} />
        : models.items === null ? <Loading />
        : models.items.length === 0 ? <Empty title={t(filtered ? "models.none_match" : "models.none")}><p>{t(filtered ? "models.none_match_text" : "models.none_text")}</p></Empty>
        : <Table label={t("models.title")} columns={columns(models.items, mayEdit, setAsked)} rows={models.items} rowKey={(model) => model.id} />}
      {models.more && <div><Button onClick={() => void models.more?.()}>{t("models.more")}</Button></div>}
      {asked?.what === "edit" && <EditModel model={asked.model} onClose={() => setAsked(null)} onDone={(model) => done(t("models.saved", { name: modelName(model) }))} />}
      {asked?.what === "delete" && <DeleteModel model={asked.model} onClose={() => setAsked(null)} onDone={() => done(t("models.deleted", { name: modelName(asked.model) }))} />}
    </Page>
  );
}

function columns(models: Model[], mayEdit: boolean, ask: (asked: Asked) => void): Column<Model>[] {
  const most = Math.max(...models.map((model) => model.devices ?? 0));
  const all: Column<Model>[] = [
    { key: "name", label: t("column.model"), kind: "head", cell: (model) => <div class="stack tight"><span>{modelName(model)}</span><span class="small muted">{named("device_kind", model.kind)}</span></div> },
    { key: "devices", label: t("models.devices"), cell: (model) => (model.devices ? <a class="bar-link" href={`/devices?${new URLSearchParams({ q: model.name })}`} aria-label={t("models.devices_of", { n: model.devices, name: modelName(model) })}><CountBar value={model.devices} of={most} /></a> : <CountBar value={0} of={most} />) },
    { key: "cost", label: t("models.cost"), kind: "num", cell: (model) => (model.cost_cents === undefined ? "" : money(model.cost_cents)) },
    { key: "warranty", label: t("models.warranty"), cell: (model) => months(model.warranty_months) },
    { key: "life", label: t("models.life"), cell: (model) => months(model.life_months) },
    { key: "kit", label: t("models.kit"), cell: (model) => <span class="small">{kitWords(model.kit)}</span> },
    { key: "actions", label: t("column.actions"), kind: "actions", cell: (model) => (
      <div class="row">
        <Button small kind="quiet" label={t("models.edit_this", { name: modelName(model) })} onClick={() => ask({ what: "edit", model })}>{t("action.edit")}</Button>
        <Button small kind="quiet danger" label={t("models.delete_this", { name: modelName(model) })} onClick={() => ask({ what: "delete", model })}>{t("models.delete")}</Button>
      </div>
    ) },
  ];
  return all.filter(({ key }) => key !== "actions" || mayEdit);
}

const months = (value: number | undefined): string => (value === undefined ? "" : value % 12 === 0 && value > 0 ? t("models.years", { n: value / 12 }) : t("models.months", { n: value }));

function DeleteModel({ model, onClose, onDone }: { model: Model; onClose: () => void; onDone: () => void }) {
  const [attempt] = useState(() => new Attempt());
  return (
    <Confirm title={t("models.delete_title", { name: modelName(model) })} action={t("models.delete")} onClose={onClose} onDone={onDone}
      run={() => attempt.run(["delete", model.id], (key) => api.DELETE("/api/v1/models/{id}", { params: { path: { id: model.id }, header: { "Idempotency-Key": key } } }))}>
      <p>{t("models.delete_text", { n: model.devices ?? 0 })}</p>
    </Confirm>
  );
}
