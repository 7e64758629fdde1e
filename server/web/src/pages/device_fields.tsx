// The newest facts under the names that the agent uses: what is stored is what is shown.
import { api, outcome } from "../lib/api";
import { t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { Empty, Failed, Loading } from "../ui/states";
import { Table } from "../ui/table";
import { At } from "../ui/time";

interface Leaf { path: string; value: string }

function leaves(value: unknown, path: string, into: Leaf[]): Leaf[] {
  if (Array.isArray(value)) value.forEach((each, index) => leaves(each, `${path}[${index}]`, into));
  else if (typeof value === "object" && value !== null) for (const [name, each] of Object.entries(value)) leaves(each, path === "" ? name : `${path}.${name}`, into);
  else into.push({ path, value: String(value) });
  return into;
}

export function EveryField({ id }: { id: string }) {
  const latest = useResource(id, () => outcome(api.GET("/api/v1/devices/{id}/reports/latest", { params: { path: { id } } })),
    (news) => news.kind === "devices" && news.ids.includes(id));
  const now = latest.state.value;
  if (now.status === "loading") return <Loading lines={12} />;
  if (now.status === "failed") {
    return now.problem.kind === "missing" ? <Empty title={t("fields.none")} /> : <Failed problem={now.problem} retry={() => void latest.reload()} />;
  }
  return (
    <div class="stack">
      <p class="muted">{t("fields.received")} <At ms={now.data.received_ms} />. {t("fields.explained")} <a href="/collected">{t("nav.collected")}</a></p>
      <Table bare label={t("device.fields")} rows={leaves(now.data.report, "", [])} rowKey={(leaf) => leaf.path} columns={[
        { key: "path", label: t("collected.path"), kind: "head", cell: (leaf) => <code class="small anywhere">{leaf.path}</code> },
        { key: "value", label: t("fields.value"), cell: (leaf) => <span class="anywhere">{leaf.value}</span> },
      ]} />
    </div>
  );
}
