// Physical audits: those that are open, those that were, and a new one.
import { useState } from "preact/hooks";
import { api, outcome, type Problem, type Schema } from "../lib/api";
import { Attempt } from "../lib/attempt";
import { count } from "../lib/format";
import { named, t } from "../lib/i18n";
import { readChecks, startCheck, type Check } from "../lib/inventory_check";
import { usePaged } from "../lib/paged";
import { useResource } from "../lib/resource";
import { go } from "../lib/router";
import { schoolName } from "../lib/schools";
import { may, reachesDistrict } from "../lib/session";
import { Badge, type Tone } from "../ui/badges";
import { Button, SelectField, TextField } from "../ui/controls";
import { describe, Dialog } from "../ui/dialog";
import { Page } from "../ui/page";
import { Empty, Failed, Loading, Note, Show } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { When } from "../ui/time";

type Place = Schema["Place"];
const looks: Record<Check["state"], [Tone, string]> = { open: ["calm", "clock"], closed: ["good", "check"], abandoned: ["mute", "close"] };

export function CheckBadge({ state }: { state: Check["state"] }) {
  return <Badge tone={looks[state][0]} icon={looks[state][1]}>{named("check_state", state)}</Badge>;
}

export function InventoryChecks() {
  const checks = usePaged("checks", (cursor) => readChecks(cursor), (each: Check) => each.id);
  const [starting, setStarting] = useState(false);
  const start = may("audit_rooms") && <Button kind="primary" icon="plus" onClick={() => setStarting(true)}>{t("check.start")}</Button>;
  return (
    <Page title={t("check.title")} lead={t("check.lead")} actions={start}>
      {checks.problem ? <Failed problem={checks.problem} retry={() => void checks.reload()} />
        : checks.items === null ? <Loading />
        : checks.items.length === 0 ? <Empty title={t("check.none")}><p>{t("check.none_text")}</p></Empty>
        : <Table label={t("check.title")} columns={columns()} rows={checks.items} rowKey={(each) => each.id} />}
      {checks.more && <div><Button onClick={() => void checks.more?.()}>{t("action.older")}</Button></div>}
      {starting && <StartCheck onClose={() => setStarting(false)} />}
    </Page>
  );
}

const columns = (): Column<Check>[] => [
  { key: "place", label: t("check.place"), kind: "head", cell: (each) => <a href={`/physical-audits/${each.id}`}>{each.place.name}</a> },
  { key: "kind", label: t("check.place_kind"), cell: (each) => named("check_place", each.place.kind) },
  { key: "school", label: t("column.school"), cell: (each) => schoolName(each.school) || t("check.district") },
  { key: "state", label: t("column.state"), cell: (each) => <CheckBadge state={each.state} /> },
  { key: "started", label: t("check.started"), cell: (each) => <When ms={each.started_ms} /> },
  { key: "expected", label: t("check.expected"), kind: "num", cell: (each) => count(each.counts.expected) },
  { key: "scanned", label: t("check_status.scanned"), kind: "num", cell: (each) => count(each.counts.scanned) },
  { key: "missing", label: t("check.not_found"), kind: "num", cell: (each) => count(each.counts.missing + each.counts.explained) },
  { key: "unexpected", label: t("check_status.unexpected"), kind: "num", cell: (each) => count(each.counts.unexpected + each.counts.settled) },
];

async function everyPlace() {
  const items: Place[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await outcome(api.GET("/api/v1/places", { params: { query: { limit: 500, ...(cursor ? { cursor } : {}) } } }));
    if (!page.ok) return page;
    items.push(...page.data.items);
    cursor = page.data.next_cursor;
    if (cursor === undefined) return { ...page, data: items };
  }
}

export const usePlaces = () => useResource("check-places", everyPlace);

export const placeLabel = (place: Place): string =>
  [place.name, named("check_place", place.kind), schoolName(place.school) || t("check.district")].join(" · ");

function StartCheck({ onClose }: { onClose: () => void }) {
  const places = usePlaces();
  return (
    <Dialog title={t("check.start")} onClose={onClose}>
      <Show resource={places} lines={3}>{(all) => {
        const mine = all.filter((place) => place.school !== undefined || reachesDistrict());
        return mine.length === 0 ? <p>{t("check.no_places")}</p> : <StartForm places={mine} onClose={onClose} />;
      }}</Show>
    </Dialog>
  );
}

function StartForm({ places, onClose }: { places: Place[]; onClose: () => void }) {
  const [place, setPlace] = useState(places[0]?.id ?? "");
  const [note, setNote] = useState("");
  const [attempt] = useState(() => new Attempt());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const answer = await startCheck(attempt, place, note.trim());
    setBusy(false);
    if (answer.ok) go(`/physical-audits/${answer.data.id}`);
    else setProblem(answer.problem);
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      {problem && <Note tone="bad" alert>{describe(problem)}</Note>}
      <SelectField label={t("check.place")} options={places.map((each) => ({ value: each.id, label: placeLabel(each) }))} value={place} onValue={setPlace} />
      <TextField label={t("check.note")} optional value={note} onValue={setNote} maxLength={500} />
      <p class="small muted">{t("check.start_text")}</p>
      <div class="form-actions">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button type="submit" kind="primary" busy={busy}>{t("check.start_action")}</Button>
      </div>
    </form>
  );
}
