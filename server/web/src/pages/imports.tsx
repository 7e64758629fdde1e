// Rosters and lists of devices that came in: a form to hand one over, what waits for somebody, and what there was before.
import { api, outcome, type Schema } from "../lib/api";
import { count } from "../lib/format";
import { named, t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { useEffect } from "preact/hooks";
import { Button } from "../ui/controls";
import { Findings, type Finding } from "../ui/findings";
import { ImportBadge, isUnderWay } from "../ui/import_badges";
import { Page, Section } from "../ui/page";
import { Empty, Failed, Loading } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { When } from "../ui/time";
import { ImportForm } from "./import_form";

type Import = Schema["Import"];
const kLookMs = 2_000;

export function Imports() {
  const imports = usePaged("imports", (cursor) => outcome(api.GET("/api/v1/imports", { params: { query: { limit: 25, ...(cursor ? { cursor } : {}) } } })), (each: Import) => each.id);
  const busy = imports.items?.some((each) => isUnderWay(each.state)) ?? false;
  useEffect(() => {
    if (!busy) return;
    const timer = setInterval(() => { if (!document.hidden) void imports.reload(); }, kLookMs);
    return () => clearInterval(timer);
  }, [busy]);
  const waiting = (imports.items ?? []).filter((each) => each.until_ms !== undefined || isUnderWay(each.state)).map(findingOf);
  return (
    <Page title={t("imports.title")} lead={t("imports.lead")}>
      {waiting.length > 0 && <Findings label={t("imports.waiting")} findings={waiting} none="" />}
      <Section title={t("imports.new")}><ImportForm /></Section>
      <Section title={t("imports.earlier")}>
        {imports.problem ? <Failed problem={imports.problem} retry={() => void imports.reload()} />
          : imports.items === null ? <Loading />
          : imports.items.length === 0 ? <Empty title={t("imports.none")}><p>{t("imports.none_text")}</p></Empty>
          : <Table label={t("imports.earlier")} columns={columns()} rows={imports.items} rowKey={(each) => each.id} />}
        {imports.more && <div><Button onClick={() => void imports.more?.()}>{t("action.older")}</Button></div>}
      </Section>
    </Page>
  );
}

function findingOf(each: Import): Finding {
  const next = <a href={`/imports/${each.id}`}>{t(each.state === "held" ? "imports.decide" : each.state === "planned" ? "imports.look" : "imports.watch")}</a>;
  const common = { key: each.id, next, detail: each.error };
  if (each.state === "held") return { ...common, tone: "bad", icon: "alert", title: t("imports.held") };
  if (each.state === "planned") return { ...common, tone: each.error ? "warn" : "calm", icon: "eye", title: t("imports.compared") };
  return { ...common, tone: "calm", icon: "restart", title: t("imports.under_way") };
}

const sum = (each: Import, key: "new" | "changed" | "gone" | "errors"): number => each.files.reduce((all, file) => all + file[key], 0);

export const sourceOf = (each: Import): string => (each.source === "folder" ? t("imports.folder") : (each.started_by ?? t("imports.somebody")));

const columns = (): Column<Import>[] => [
  { key: "at", label: t("imports.at"), kind: "head", cell: (each) => <a href={`/imports/${each.id}`}><When ms={each.created_ms} /></a> },
  { key: "state", label: t("column.state"), cell: (each) => <ImportBadge state={each.state} /> },
  { key: "kind", label: t("imports.kind"), cell: (each) => named("import_kind", each.kind) },
  { key: "source", label: t("imports.by"), cell: (each) => <span class="anywhere">{sourceOf(each)}</span> },
  { key: "new", label: t("imports.new_n"), kind: "num", cell: (each) => count(sum(each, "new")) },
  { key: "changed", label: t("imports.changed_n"), kind: "num", cell: (each) => count(sum(each, "changed")) },
  { key: "gone", label: t("imports.gone_n"), kind: "num", cell: (each) => each.kind === "devices" ? "" : count(sum(each, "gone")) },
  { key: "errors", label: t("imports.errors_n"), kind: "num", cell: (each) => count(sum(each, "errors")) },
];
