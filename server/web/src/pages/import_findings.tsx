// What is wrong with the rows, by what is wrong; every single one is in the file that can be downloaded.
import { api, outcome, type Schema } from "../lib/api";
import { count } from "../lib/format";
import { named, t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { Badge } from "../ui/badges";
import { Icon } from "../ui/icons";
import { Section } from "../ui/page";
import { Show } from "../ui/states";
import { Table, type Column } from "../ui/table";

type Group = Schema["FindingGroup"];

const columns = (): Column<Group>[] => [
  { key: "reason", label: t("import_findings.reason"), kind: "head", cell: (each) => <span class="anywhere">{each.column && <span class="mono">{each.column} </span>}{each.reason}</span> },
  { key: "severity", label: t("import_findings.severity"), cell: (each) => <Badge tone={each.severity === "error" ? "bad" : "warn"} icon="alert">{named("severity", each.severity)}</Badge> },
  { key: "file", label: t("import_findings.file"), cell: (each) => each.file },
  { key: "count", label: t("import_findings.count"), kind: "num", cell: (each) => count(each.count) },
  { key: "line", label: t("import_findings.first_line"), kind: "num", cell: (each) => (each.first_line === undefined ? "" : count(each.first_line)) },
];

export function ImportFindings({ id, total }: { id: string; total: number }) {
  const groups = useResource(id, () => outcome(api.GET("/api/v1/imports/{id}/findings", { params: { path: { id } } })));
  return (
    <Section title={t("import_findings.title")} aside={t("import_findings.total", { n: total })}>
      <p class="measure">{t("import_findings.next")}</p>
      <p><a class="button" href={`/api/v1/imports/${id}/findings.csv`} download="findings.csv"><Icon name="import" />{t("import_findings.download")}</a></p>
      <Show resource={groups}>{({ items }) => <Table label={t("import_findings.title")} columns={columns()} rows={items} rowKey={(each) => `${each.file} ${each.column ?? ""} ${each.severity} ${each.reason}`} />}</Show>
    </Section>
  );
}
