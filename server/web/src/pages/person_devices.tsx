// What a person has. What they had before is read only when somebody asks for it.
import { useState } from "preact/hooks";
import { api, outcome } from "../lib/api";
import type { Held } from "../lib/custody";
import { date } from "../lib/format";
import { named, t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { useResource } from "../lib/resource";
import { may } from "../lib/session";
import { Button } from "../ui/controls";
import { ConditionMark } from "../ui/inventory_badges";
import { Section } from "../ui/page";
import { Failed, Loading, Show } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { DeviceLink, HeldDevices } from "./held_devices";

export function PersonDevices({ id, mayReceive }: { id: string; mayReceive: boolean }) {
  const held = useResource(`${id} holds`, () => outcome(api.GET("/api/v1/people/{id}/devices", { params: { path: { id }, query: { limit: 500 } } })));
  const [past, setPast] = useState(false);
  return (
    <>
      <Section title={t("person.holds")} aside={may("move_custody") && mayReceive && <a class="button small" href={`/counter?${new URLSearchParams({ mode: "give", person: id })}`}>{t("person.give")}</a>}>
        <Show resource={held} lines={3}>
          {({ items }) => (items.length === 0 ? <p class="muted">{t("person.holds_nothing")}</p> : <HeldDevices label={t("person.holds")} items={items} changed={() => void held.reload()} />)}
        </Show>
      </Section>
      {past ? <Past id={id} /> : <div><Button onClick={() => setPast(true)}>{t("person.show_past")}</Button></div>}
    </>
  );
}

function Past({ id }: { id: string }) {
  const past = usePaged(`${id} held`, (cursor) => outcome(api.GET("/api/v1/people/{id}/devices", { params: { path: { id }, query: { which: "all", limit: 100, ...(cursor ? { cursor } : {}) } } })), (each: Held) => each.custody?.id ?? each.device.id);
  const before = past.items?.filter(({ custody }) => custody?.taken);
  return (
    <Section title={t("person.held")}>
      {past.problem ? <Failed problem={past.problem} retry={() => void past.reload()} />
        : !before ? <Loading lines={3} />
        : before.length === 0 && !past.more ? <p class="muted">{t("person.held_nothing")}</p>
        : <Table label={t("person.held")} rows={before} rowKey={({ custody }) => custody?.id ?? ""} columns={columns()} />}
      {past.more && <div><Button onClick={() => void past.more?.()}>{t("action.older")}</Button></div>}
    </Section>
  );
}

const columns = (): Column<Held>[] => [
  { key: "device", label: t("held.device"), kind: "head", cell: ({ device }) => <DeviceLink device={device} /> },
  { key: "from", label: t("custody.given"), cell: ({ custody }) => (custody ? date(custody.given.at_ms) : "") },
  { key: "to", label: t("custody.taken"), cell: ({ custody }) => (custody?.taken ? <div class="stack tight"><span>{date(custody.taken.at_ms)}</span><span class="small muted">{named("custody_reason", custody.taken.reason)}</span></div> : "") },
  { key: "condition", label: t("inventory.condition"), cell: ({ custody }) => (custody?.taken ? <ConditionMark condition={custody.taken.condition} /> : "") },
];
