// Devices that somebody or some place has, each with the way to take it back.
import { useState } from "preact/hooks";
import type { Held } from "../lib/custody";
import { t } from "../lib/i18n";
import { kitWords, makeOf } from "../lib/inventory";
import { may } from "../lib/session";
import { Button } from "../ui/controls";
import { ConditionMark, FlagBadges } from "../ui/inventory_badges";
import { Table, type Column } from "../ui/table";
import { When } from "../ui/time";
import { toast } from "../ui/toasts";
import { whatHappened } from "./device_custody";
import { nameOf } from "./devices";
import { TakeBack } from "./hand_over";

export function HeldDevices({ label, items, changed }: { label: string; items: Held[]; changed: () => void }) {
  const [taking, setTaking] = useState<Held | null>(null);
  const act = (held: Held) => (
    <Button small label={t("custody.take_back_this", { name: nameOf(held.device) })} onClick={() => setTaking(held)}>{t("custody.take_back")}</Button>
  );
  const columns: Column<Held>[] = [...heldColumns(), { key: "actions", label: t("column.actions"), kind: "actions", cell: act }];
  return (
    <>
      <Table label={label} rows={items} rowKey={(held) => held.custody?.id ?? held.device.id} columns={may("move_custody") ? columns : heldColumns()} />
      {taking && <TakeBack held={taking} onClose={() => setTaking(null)} onDone={(handed) => { setTaking(null); toast(whatHappened(handed)); changed(); }} />}
    </>
  );
}

const heldColumns = (): Column<Held>[] => [
  { key: "device", label: t("held.device"), kind: "head", cell: ({ device }) => <DeviceLink device={device} /> },
  { key: "condition", label: t("inventory.condition"), cell: ({ device }) => <span class="row"><ConditionMark condition={device.condition} />{device.flags.length > 0 && <FlagBadges flags={device.flags} />}</span> },
  { key: "since", label: t("held.since"), cell: ({ custody }) => <When ms={custody?.given.at_ms} /> },
  { key: "kit", label: t("custody.kit"), cell: ({ custody }) => <span class="small">{kitWords(custody?.given.kit ?? [])}</span> },
];

export function DeviceLink({ device }: { device: Held["device"] }) {
  return <div class="stack tight"><a href={`/devices/${device.id}`}>{nameOf(device)}</a><span class="small muted">{makeOf(device)}</span></div>;
}
