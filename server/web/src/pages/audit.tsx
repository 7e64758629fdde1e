// Every change, by whom and when. Nothing here can be edited.
import { api, outcome, type Schema } from "../lib/api";
import { named, t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { Badge } from "../ui/badges";
import { Button } from "../ui/controls";
import { Download } from "../ui/download";
import { Page } from "../ui/page";
import { Empty, Failed, Loading } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { At } from "../ui/time";

type Entry = Schema["AuditEntry"];

const columns = (): Column<Entry>[] => [
  { key: "at", label: t("audit.at"), cell: (entry) => <span class="nowrap"><At ms={entry.at_ms} /></span> },
  { key: "actor", label: t("audit.actor"), cell: (entry) => <Reference text={entry.actor} name={entry.actor_name} /> },
  { key: "action", label: t("audit.action"), cell: (entry) => <span class="row"><span>{named("action", entry.action)}</span>{entry.outcome !== "ok" && <Badge tone="warn" icon="alert">{named("outcome", entry.outcome)}</Badge>}</span> },
  { key: "target", label: t("audit.target"), cell: (entry) => <Reference text={entry.target} linked={!entry.action.endsWith(".delete")} /> },
  { key: "detail", label: t("audit.detail"), cell: (entry) => <span class="anywhere small"><Detail entry={entry} /></span> },
];

const pages: Record<string, string> = { device: "/devices/", place: "/places/" };

// "device:01J…" as a kind and the end of its id, which is what tells ids of one day apart.
function Reference({ text, name, linked }: { text: string; name?: string | undefined; linked?: boolean }) {
  const [kind = "", id] = text.split(":");
  if (name !== undefined) return <span class="anywhere">{name}</span>;
  if (id === undefined) return <span class="anywhere">{named("reference", kind)}</span>;
  const short = <span title={text}>{named("reference", kind)} <code class="small">…{id.slice(-6)}</code></span>;
  const page = pages[kind];
  return page !== undefined && linked ? <a href={page + id}>{short}</a> : short;
}

// The server's words; an id of a device within them leads there.
function Detail({ entry }: { entry: Entry }) {
  const parts = entry.detail.split(/((?:device|place):[0-9A-Z]{26})/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <Reference key={index} text={part} linked={!entry.action.endsWith(".delete")} /> : part))}</>;
}

export function Audit() {
  const audit = usePaged("audit", (cursor) => outcome(api.GET("/api/v1/audit", { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } } })), (entry: Entry) => String(entry.seq));
  return (
    <Page title={t("audit.title")} lead={t("audit.lead")} actions={<Download list="audit" />}>
      {audit.problem ? <Failed problem={audit.problem} retry={() => void audit.reload()} />
        : audit.items === null ? <Loading />
        : audit.items.length === 0 ? <Empty title={t("audit.none")} />
        : <Table label={t("audit.title")} columns={columns()} rows={audit.items} rowKey={(entry) => String(entry.seq)} />}
      {audit.more && <div><Button onClick={() => void audit.more?.()}>{t("action.older")}</Button></div>}
    </Page>
  );
}
