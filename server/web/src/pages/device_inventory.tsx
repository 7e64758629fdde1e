// A device as the district's property: its papers, and who had it.
import { api, outcome, type Schema } from "../lib/api";
import { calendarDay, date } from "../lib/format";
import { named, t } from "../lib/i18n";
import { kitWords, makeOf, money } from "../lib/inventory";
import { usePaged } from "../lib/paged";
import { schoolName } from "../lib/schools";
import { Badge } from "../ui/badges";
import { Button } from "../ui/controls";
import { ConditionMark, FlagBadges, Lifespan } from "../ui/inventory_badges";
import { Section } from "../ui/page";
import { Failed, Loading } from "../ui/states";
import { Facts, Table, type Column } from "../ui/table";
import { At } from "../ui/time";
import { HolderKindMark, HolderLink } from "./device_custody";

type Device = Schema["Device"];
type Custody = Schema["Custody"];

export function DeviceInventory({ device }: { device: Device }) {
  const { asset } = device;
  return (
    <div class="columns wide-left">
      <div class="stack sections"><Section title={t("custody.history")}><History device={device} /></Section></div>
      <div class="stack sections">
        <Section title={t("inventory.what")}>
          <Facts facts={[
            [t("column.tag"), device.tag && <span class="mono">{device.tag}</span>],
            [t("column.serial"), device.serial && <span class="mono">{device.serial}</span>],
            [t("column.model"), makeOf(device)],
            [t("inventory.kind"), named("device_kind", device.kind)],
            [t("column.school"), schoolName(device.school)],
            [t("inventory.kit"), kitWords(asset.kit)],
            [t("inventory.listed"), asset.listed_ms === undefined ? t("inventory.not_listed") : date(asset.listed_ms)],
          ]} />
        </Section>
        <Section title={t("inventory.standing")}>
          <Facts facts={[
            [t("inventory.lifecycle"), named("lifecycle", device.lifecycle)],
            [t("inventory.condition"), <ConditionMark condition={device.condition} />],
            [t("inventory.flags"), device.flags.length > 0 && <FlagBadges flags={device.flags} />],
            [t("inventory.lost_since"), asset.lost_ms !== undefined && <At ms={asset.lost_ms} />],
            [t("inventory.stolen_since"), asset.stolen_ms !== undefined && <At ms={asset.stolen_ms} />],
            [t("inventory.hold_since"), asset.on_hold_ms !== undefined && <At ms={asset.on_hold_ms} />],
            [t("inventory.hold_reason"), asset.hold_reason],
          ]} />
        </Section>
        <Section title={t("inventory.papers")}>
          <Facts facts={[
            [t("inventory.ownership"), named("ownership", asset.ownership)],
            [t("inventory.funding"), asset.funding_source],
            [t("inventory.order"), asset.purchase_order],
            [t("inventory.cost"), asset.cost_cents !== undefined && money(asset.cost_cents)],
            [t("inventory.purchased"), asset.purchased && calendarDay(asset.purchased)],
            [t("inventory.warranty"), asset.warranty_end && <Lifespan from={asset.purchased} to={asset.warranty_end} />],
            [t("inventory.lease"), asset.lease_end && <Lifespan from={asset.purchased} to={asset.lease_end} />],
            [t("inventory.insurance"), asset.insurance],
            [t("inventory.note"), asset.note && <span class="anywhere">{asset.note}</span>],
          ]} />
        </Section>
      </div>
    </div>
  );
}

function History({ device }: { device: Device }) {
  // Another custody is another history: it begins anew.
  const history = usePaged(`${device.id} ${device.custody?.id ?? ""}`,
    (cursor) => outcome(api.GET("/api/v1/devices/{id}/custody", { params: { path: { id: device.id }, query: { limit: 50, ...(cursor ? { cursor } : {}) } } })),
    (row: Custody) => row.id);
  if (history.problem) return <Failed problem={history.problem} retry={() => void history.reload()} />;
  if (history.items === null) return <Loading lines={6} />;
  if (history.items.length === 0) return <p class="muted">{t("custody.never")}</p>;
  return (
    <>
      <Table label={t("custody.history")} rows={history.items} rowKey={(row) => row.id} columns={columns()} />
      {history.more && <div><Button onClick={() => void history.more?.()}>{t("action.older")}</Button></div>}
    </>
  );
}

const columns = (): Column<Custody>[] => [
  { key: "holder", label: t("custody.holder"), kind: "head", cell: ({ holder }) => <div class="stack tight"><HolderLink holder={holder} /><HolderKindMark kind={holder.kind} /></div> },
  { key: "given", label: t("custody.given"), cell: ({ given }) => <End end={given} /> },
  { key: "taken", label: t("custody.taken"), cell: ({ taken }) => (taken ? <End end={taken} /> : <Badge tone="good" icon="good">{t("custody.still")}</Badge>) },
  { key: "kit", label: t("custody.kit"), cell: (row) => <Kit row={row} /> },
];

function End({ end }: { end: Custody["given"] }) {
  return (
    <div class="stack tight">
      <span><At ms={end.at_ms} /></span>
      <span class="small muted">{[named("custody_reason", end.reason), end.by && t("custody.by", { who: end.by })].filter(Boolean).join(" · ")}</span>
      <span class="small"><ConditionMark condition={end.condition} /></span>
      {end.note && <span class="small anywhere">{end.note}</span>}
    </div>
  );
}

// What went along, and what of it did not come back.
function Kit({ row }: { row: Custody }) {
  const absent = row.taken ? row.given.kit.filter((each) => !row.taken?.kit.includes(each)) : [];
  return (
    <div class="stack tight">
      {row.given.kit.length > 0 && <span class="small">{kitWords(row.given.kit)}</span>}
      {absent.length > 0 && <span class="small warn-text">{t("custody.not_back", { what: kitWords(absent).toLowerCase() })}</span>}
    </div>
  );
}
