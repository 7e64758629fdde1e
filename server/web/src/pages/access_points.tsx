// How well access points serve, told by the laptops that hear them. Sums only: which laptop was where is not kept.
import { api, outcome, type Schema } from "../lib/api";
import { count } from "../lib/format";
import { t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { schoolName } from "../lib/schools";
import { Download } from "../ui/download";
import { Page } from "../ui/page";
import { Empty, Show } from "../ui/states";
import { Signal } from "../ui/signal";
import { Table, type Column } from "../ui/table";
import { When } from "../ui/time";

type AccessPoint = Schema["AccessPoint"];

const columns = (): Column<AccessPoint>[] => [
  { key: "bssid", label: t("access_points.bssid"), kind: "head", cell: (each) => <span class="mono">{each.bssid}</span> },
  { key: "ssid", label: t("access_points.ssid"), cell: (each) => <span class="anywhere">{each.ssid}</span> },
  { key: "school", label: t("column.school"), cell: (each) => schoolName(each.school) || <span class="muted">{t("school.none")}</span> },
  { key: "signal", label: t("access_points.signal"), cell: (each) => <Signal dbm={each.signal_dbm} /> },
  { key: "worst", label: t("access_points.worst"), kind: "num", cell: (each) => each.worst_signal_dbm === undefined ? "" : t("unit.dbm", { value: count(each.worst_signal_dbm) }) },
  { key: "reports", label: t("access_points.reports"), kind: "num", cell: (each) => count(each.reports) },
  { key: "seen", label: t("access_points.seen"), cell: (each) => <When ms={each.last_seen_ms} /> },
];

export function AccessPoints() {
  const points = useResource("access_points", () => outcome(api.GET("/api/v1/access-points")));
  return (
    <Page title={t("access_points.title")} lead={t("access_points.lead")} actions={<Download list="access-points" />}>
      <Show resource={points} lines={12}>
        {({ items }) => items.length === 0
          ? <Empty title={t("access_points.none")}><p>{t("access_points.none_text")}</p></Empty>
          : <Table label={t("access_points.title")} columns={columns()} rows={weakestFirst(items)} rowKey={(each) => each.bssid} />}
      </Show>
    </Page>
  );
}

// Whoever opens this page looks for weak ones; those without a signal told come last.
const weakestFirst = (items: AccessPoint[]): AccessPoint[] => items.slice().sort((one, other) => (one.signal_dbm ?? 0) - (other.signal_dbm ?? 0));
