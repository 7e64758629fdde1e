// Every change, by whom and when. Nothing here can be edited.
import { api, outcome, type Schema } from "../lib/api";
import { named, t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { Badge } from "../ui/badges";
import { Button } from "../ui/controls";
import { Page } from "../ui/page";
import { Empty, Failed, Loading } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { At } from "../ui/time";

type Entry = Schema["AuditEntry"];

const columns = (): Column<Entry>[] => [
  { key: "at", label: t("audit.at"), cell: (entry) => <span class="nowrap"><At ms={entry.at_ms} /></span> },
  { key: "actor", label: t("audit.actor"), cell: (entry) => <span class="anywhere">{entry.actor_name ?? entry.actor}</span> },
  { key: "action", label: t("audit.action"), cell: (entry) => <span class="row"><span>{named("action", entry.action)}</span>{entry.outcome !== "ok" && <Badge tone="warn" icon="alert">{named("outcome", entry.outcome)}</Badge>}</span> },
  { key: "target", label: t("audit.target"), cell: (entry) => target(entry) },
  { key: "detail", label: t("audit.detail"), cell: (entry) => <span class="anywhere small">{entry.detail}</span> },
];

function target(entry: Entry) {
  const [kind, id] = entry.target.split(":");
  const text = <span class="mono small anywhere">{entry.target}</span>;
  return kind === "device" && id && entry.action !== "device.delete" ? <a href={`/devices/${id}`}>{text}</a> : text;
}

export function Audit() {
  const audit = usePaged("audit", (cursor) => outcome(api.GET("/api/v1/audit", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })), (entry: Entry) => String(entry.seq));
  return (
    <Page title={t("audit.title")} lead={t("audit.lead")}>
      {audit.problem ? <Failed problem={audit.problem} retry={() => void audit.reload()} />
        : audit.items === null ? <Loading />
        : audit.items.length === 0 ? <Empty title={t("audit.none")} />
        : <Table label={t("audit.title")} columns={columns()} rows={audit.items} rowKey={(entry) => String(entry.seq)} />}
      {audit.more && <div><Button onClick={() => void audit.more?.()}>{t("action.older")}</Button></div>}
    </Page>
  );
}
