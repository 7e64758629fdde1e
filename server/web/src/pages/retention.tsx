// What is kept for how long, and when the next clearing is.
import { api, outcome, type Schema } from "../lib/api";
import { t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { Page, Section } from "../ui/page";
import { Show } from "../ui/states";
import { Facts, Table, type Column } from "../ui/table";
import { At } from "../ui/time";

type Item = Schema["Retention"]["items"][number];

const columns = (): Column<Item>[] => [
  { key: "what", label: t("retention.what"), kind: "head", cell: (item) => item.what },
  { key: "keep", label: t("retention.keep"), cell: (item) => item.keep_days === undefined ? t("retention.forever") : t("retention.days", { n: item.keep_days }) },
  { key: "why", label: t("retention.why"), cell: (item) => item.why },
];

export function Retention() {
  const retention = useResource("retention", () => outcome(api.GET("/api/v1/retention")));
  return (
    <Page title={t("retention.title")} lead={t("retention.lead")}>
      <Show resource={retention}>
        {(schedule) => (
          <>
            <Table label={t("retention.title")} columns={columns()} rows={schedule.items} rowKey={(item) => item.what} />
            <Section title={t("retention.clearing")}>
              <Facts facts={[
                [t("retention.oldest"), schedule.oldest_report_ms !== undefined && <At ms={schedule.oldest_report_ms} />],
                [t("retention.last"), schedule.last_run_ms !== undefined ? <At ms={schedule.last_run_ms} /> : t("retention.not_yet")],
                [t("retention.next"), schedule.next_run_ms !== undefined && <At ms={schedule.next_run_ms} />],
              ]} />
            </Section>
          </>
        )}
      </Show>
    </Page>
  );
}
