// Purchase orders, and what is wrong with what was delivered of them.
import { useState } from "preact/hooks";
import { calendarDay, count } from "../lib/format";
import { t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { linesName, readOrders, readTroubles, type Delivery, type Order } from "../lib/receiving";
import { fromQuery, go, setQuery } from "../lib/router";
import { schoolName } from "../lib/schools";
import { may } from "../lib/session";
import { Badge } from "../ui/badges";
import { Button, Tabs } from "../ui/controls";
import { Page } from "../ui/page";
import { Empty, Failed, Loading } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { OrderDialog } from "./receiving_form";

type View = "open" | "closed" | "troubles";
const views: View[] = ["open", "closed", "troubles"];

export function Receiving() {
  const [creating, setCreating] = useState(false);
  const view = views.find((each) => each === fromQuery("view")) ?? "open";
  const create = may("edit_inventory") && <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>{t("receiving.create")}</Button>;
  return (
    <Page title={t("receiving.title")} lead={t("receiving.lead")} actions={create}>
      <Tabs label={t("receiving.views")} tabs={views.map((value) => ({ value, label: t(`receiving.view_${value}`) }))} value={view} onValue={(value) => setQuery({ view: value }, "push")}>
        {view === "troubles" ? <Troubles /> : <Orders key={view} state={view} />}
      </Tabs>
      {creating && <OrderDialog onClose={() => setCreating(false)} onDone={(order) => go(`/receiving/${order.id}`)} />}
    </Page>
  );
}

function Orders({ state }: { state: "open" | "closed" }) {
  const orders = usePaged(`orders-${state}`, (cursor) => readOrders(state, cursor), (each: Order) => each.id);
  return (
    <div class="stack">
      {orders.problem ? <Failed problem={orders.problem} retry={() => void orders.reload()} />
        : orders.items === null ? <Loading />
        : orders.items.length === 0 ? <Empty title={t(state === "open" ? "receiving.none_open" : "receiving.none_closed")}>{state === "open" && <p>{t("receiving.none_text")}</p>}</Empty>
        : <Table label={t(`receiving.view_${state}`)} columns={orderColumns()} rows={orders.items} rowKey={(each) => each.id} />}
      {orders.more && <div><Button onClick={() => void orders.more?.()}>{t("action.older")}</Button></div>}
    </div>
  );
}

export function ShortBadge({ n }: { n: number }) {
  return n > 0 ? <Badge tone="warn" icon="alert">{t("receiving.short_n", { n })}</Badge> : <span class="muted">{t("receiving.complete")}</span>;
}

export const schoolOf = (school: string | undefined): string => schoolName(school) || t("receiving.district");

const orderColumns = (): Column<Order>[] => [
  { key: "number", label: t("receiving.number"), kind: "head", cell: (each) => <a href={`/receiving/${each.id}`}>{each.number}</a> },
  { key: "vendor", label: t("receiving.vendor"), cell: (each) => <span class="anywhere">{each.vendor}</span> },
  { key: "lines", label: t("receiving.ordered"), cell: (each) => <span class="anywhere">{linesName(each)}</span> },
  { key: "school", label: t("column.school"), cell: (each) => schoolOf(each.school) },
  { key: "expected", label: t("receiving.expected"), cell: (each) => each.expected && calendarDay(each.expected) },
  { key: "received", label: t("receiving.received"), kind: "num", cell: (each) => t("receiving.of", { n: each.counts.received, all: each.counts.ordered }) },
  { key: "ready", label: t("receiving.checked"), kind: "num", cell: (each) => count(each.counts.checked - each.counts.damaged) },
  { key: "damaged", label: t("receiving.damaged"), kind: "num", cell: (each) => count(each.counts.damaged) },
  { key: "short", label: t("receiving.missing"), cell: (each) => <ShortBadge n={each.counts.missing} /> },
];

function Troubles() {
  const troubles = usePaged("troubles", (cursor) => readTroubles("", cursor), (each: Delivery) => each.id);
  return (
    <div class="stack">
      {troubles.problem ? <Failed problem={troubles.problem} retry={() => void troubles.reload()} />
        : troubles.items === null ? <Loading />
        : troubles.items.length === 0 ? <Empty title={t("receiving.no_troubles")} />
        : <Table label={t("receiving.view_troubles")} columns={deliveryColumns(true)} rows={troubles.items} rowKey={(each) => each.id} />}
      {troubles.more && <div><Button onClick={() => void troubles.more?.()}>{t("action.older")}</Button></div>}
    </div>
  );
}

// `ofAll`: beside deliveries of other orders.
export function deliveryColumns(ofAll: boolean): Column<Delivery>[] {
  const own: Column<Delivery>[] = [
    { key: "announced", label: t("receiving.announced"), kind: "num", cell: (each) => count(each.announced) },
    { key: "received", label: t("receiving.received"), kind: "num", cell: (each) => count(each.received) },
    { key: "damaged", label: t("receiving.damaged"), kind: "num", cell: (each) => count(each.damaged) },
    { key: "short", label: t("receiving.missing"), cell: (each) => <ShortBadge n={each.missing} /> },
    { key: "slip", label: t("receiving.slip"), cell: (each) => each.reference && <span class="mono anywhere">{each.reference}</span> },
    { key: "note", label: t("receiving.note"), cell: (each) => each.note && <span class="anywhere">{each.note}</span> },
  ];
  if (!ofAll) return [{ key: "day", label: t("receiving.delivered"), kind: "head", cell: (each) => calendarDay(each.delivered) }, ...own];
  return [
    { key: "number", label: t("receiving.number"), kind: "head", cell: (each) => <a href={`/receiving/${each.order}`}>{each.number}</a> },
    { key: "vendor", label: t("receiving.vendor"), cell: (each) => <span class="anywhere">{each.vendor}</span> },
    { key: "day", label: t("receiving.delivered"), cell: (each) => calendarDay(each.delivered) },
    ...own,
  ];
}
