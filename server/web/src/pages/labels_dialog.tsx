// Printing labels: what they are printed on, and the file for it. What a label says is the server's business.
import { useEffect, useState } from "preact/hooks";
import { api, outcome, type Outcome, type Problem, type Schema } from "../lib/api";
import type { DeviceRow, ListQuery } from "../lib/device_list";
import { download } from "../lib/download";
import { t } from "../lib/i18n";
import { Button, SelectField, TextField } from "../ui/controls";
import { Dialog, describe } from "../ui/dialog";
import { Failed, Loading, Note } from "../ui/states";
import { toast } from "../ui/toasts";

type Labelled = Pick<DeviceRow, "id" | "tag">;
type On = "avery_5160" | "single" | "zpl_203" | "zpl_300";

const kMost = 3_000;
const kSheet = 30;
const kPage = 1_000;

// Of one device.
export function PrintLabel({ device, onClose }: { device: Labelled; onClose: () => void }) {
  return <Dialog title={t("labels.title", { n: 1 })} onClose={onClose}><LabelForm devices={[device]} onClose={onClose} /></Dialog>;
}

// Of every device that a list shows, in its order.
export function PrintLabels({ query, onClose }: { query: ListQuery; onClose: () => void }) {
  const [read, setRead] = useState<Outcome<Labelled[]> | null>(null);
  const look = (): void => { setRead(null); void everyDevice(query).then(setRead); };
  useEffect(look, []);
  return (
    <Dialog title={t("labels.title", { n: 2 })} onClose={onClose}>
      {!read && <Loading lines={4} />}
      {read?.ok === false && <Failed problem={read.problem} retry={look} />}
      {read?.ok && <LabelForm devices={read.data} onClose={onClose} />}
    </Dialog>
  );
}

// One more than can be printed is enough to know that there are too many.
async function everyDevice(query: ListQuery): Promise<Outcome<Labelled[]>> {
  const chosen = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
  const data: Labelled[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined && data.length <= kMost;) {
    const page: Outcome<{ items: DeviceRow[]; next_cursor?: string }> = await outcome(
      api.GET("/api/v1/devices", { params: { query: { ...chosen, limit: kPage, ...(cursor ? { cursor } : {}) } } }));
    if (!page.ok) return page;
    data.push(...page.data.items.map(({ id, tag }) => ({ id, tag })));
    cursor = page.data.next_cursor;
  }
  return { ok: true, data, etag: "" };
}

function LabelForm({ devices, onClose }: { devices: Labelled[]; onClose: () => void }) {
  const [on, setOn] = useState<On>("avery_5160");
  const [start, setStart] = useState("1");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [startError, setStartError] = useState("");
  const tagged = devices.filter((device) => device.tag !== "");
  const printable = tagged.length > 0 && tagged.length <= kMost;
  const isPdf = on === "avery_5160" || on === "single";

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const first = on === "avery_5160" ? Number(start) : 1;
    const wrong = Number.isInteger(first) && first >= 1 && first <= kSheet ? "" : t("labels.start_error", { most: kSheet });
    setStartError(wrong);
    if (wrong || busy) return;
    setBusy(true);
    setProblem(null);
    const how = isPdf ? { format: "pdf" as const, stock: on, start: first } : { format: "zpl" as const, dpi: on === "zpl_203" ? 203 as const : 300 as const };
    const answer = await outcome(api.POST("/api/v1/labels", { body: { devices: tagged.map(({ id }) => id), ...how } as Schema["LabelOrder"], parseAs: "blob" }));
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    const name = isPdf ? "labels.pdf" : "labels.zpl";
    download(answer.data as unknown as Blob, name);
    toast(t("labels.done", { name }));
    onClose();
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      {problem && <Note tone="bad" alert>{describe(problem)}</Note>}
      <p>{tagged.length > kMost ? t("labels.too_many", { most: kMost }) : t("labels.count", { n: tagged.length })} {devices.length > tagged.length && t("labels.untagged", { n: devices.length - tagged.length })}</p>
      <SelectField label={t("labels.on")} value={on} onValue={(value) => setOn(value as On)}
        options={(["avery_5160", "single", "zpl_203", "zpl_300"] as const).map((value) => ({ value, label: t(`labels.on_${value}`) }))} />
      {on === "avery_5160" && <TextField label={t("labels.start")} hint={t("labels.start_hint")} type="number" inputMode="numeric" min={1} max={kSheet} value={start} onValue={setStart} error={startError} />}
      <Note tone="calm">{t(isPdf ? "labels.actual_size" : "labels.raw")}</Note>
      <div class="form-actions">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        {printable && <Button type="submit" kind="primary" busy={busy}>{t("labels.action")}</Button>}
      </div>
    </form>
  );
}
