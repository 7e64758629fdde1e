// One day: what it is and why, its bells, and for those who may what it shall be instead.
import { useState } from "preact/hooks";
import type { Problem } from "../lib/api";
import {
  changeDays, changeOn, clockTime, datesFrom, kDistrict, longDate, readDays, type Day, type DayChange, type WantedChange,
} from "../lib/calendar";
import { saidOf } from "../lib/calendar_edit";
import { named, t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { Button, SelectField, TextField } from "../ui/controls";
import { Dialog, describe } from "../ui/dialog";
import { Note, Show } from "../ui/states";
import { Facts, Table } from "../ui/table";
import { toast } from "../ui/toasts";
import { nameOf, type Context } from "./calendar";
import { KindBadge, ruleOf } from "./calendar_kinds";

type Layer = "planned" | "announced";
const layers: Layer[] = ["announced", "planned"];
const kinds = ["as_planned", "holiday", "closure", "late_start", "early_release", "school_day"] as const;

export function DayDialog({ context, day, onClose }: { context: Context; day: Day; onClose: () => void }) {
  const bells = useResource(`bells-${context.school}-${day.date}`, () => readDays(context.school, day.date, day.date, true));
  return (
    <Dialog title={longDate(day.date)} wide onClose={onClose}>
      <Facts facts={[
        [t("day.kind"), <KindBadge kind={day.kind} />],
        [t("day.name"), day.name],
        [t("day.said"), whoSaid(context, day)],
        [t("day.rotation_day"), day.rotation],
        [t("day.term"), day.term],
      ]} />
      {day.school && <Show resource={bells} lines={4}>{({ items }) => <BellTable day={items[0]} />}</Show>}
      {context.mayEdit && <ChangeDays context={context} first={day.date} last={day.date} onClose={onClose} />}
    </Dialog>
  );
}

function BellTable({ day }: { day: Day | undefined }) {
  if (!day?.bells) return null;
  return (
    <Table label={t("calendar.bells")} bare rows={day.bells} rowKey={(bell) => `${bell.name}${bell.start}`} columns={[
      { key: "name", label: t("bells.period"), kind: "head", cell: (bell) => bell.name },
      { key: "at", label: t("bells.time"), cell: (bell) => <span class="nowrap">{clockTime(bell.start)} – {clockTime(bell.end)}</span> },
    ]} />
  );
}

// Which calendar says so, where it is not the weekday and the terms.
function whoSaid({ view, school, isDistrict }: Context, day: Day): string {
  const schedules = view.effective?.schedules ?? [];
  for (const layer of layers) {
    const change = changeOn(view.effective?.[layer], day.date);
    if (!change) continue;
    const by = !isDistrict && changeOn(view.own[layer], day.date) ? nameOf(school) : nameOf(kDistrict);
    return [t(`day.by_${layer}`, { who: by }), ruleOf(change, schedules)].filter(Boolean).join("; ");
  }
  return "";
}

interface FormProps { context: Context; first: string; last: string; dated?: boolean; onClose: () => void }
interface Form { first: string; last: string; kind: (typeof kinds)[number]; name: string; minutes: string; schedule: string; layer: Layer }

// `dated`: the days are chosen here too.
export function ChangeDays({ context, first, last, dated, onClose }: FormProps) {
  const [form, setForm] = useState<Form>(() => begin(context, first, last, dated ?? false));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const set = <Name extends keyof Form>(name: Name) => (value: string) => setForm((now) => ({ ...now, [name]: value as Form[Name] }));
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const dates = datesFrom(form.first, form.last < form.first ? form.first : form.last);
    const answer = await changeDays(context.school, dates, wantedOf(form));
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    toast(t("day.changed", { n: answer.data.effects_total }));
    await context.refresh();
    onClose();
  };
  const moves = form.kind === "late_start" || form.kind === "early_release";
  const said = (part: string): string | undefined => saidOf(problem, `${form.layer}[${form.first}].${part}`);
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      <h3>{t(dated ? "day.add" : "day.change")}</h3>
      {problem && !said("minutes") && !said("schedule") && <Note tone="bad" alert>{describe(problem)}</Note>}
      {dated && (
        <div class="form-row">
          <TextField label={t("day.first")} type="date" value={form.first} onValue={set("first")} required />
          <TextField label={t("day.last")} type="date" value={form.last} onValue={set("last")} min={form.first} required />
        </div>
      )}
      <div class="form-row">
        <SelectField label={t("day.becomes")} options={kinds.filter((kind) => !dated || kind !== "as_planned").map((value) => ({ value, label: named("becomes", value) }))} value={form.kind} onValue={set("kind")} />
        <SelectField label={t("day.layer")} options={layers.map((value) => ({ value, label: t(`day.layer_${value}`) }))} value={form.layer} onValue={set("layer")} />
      </div>
      {moves && (
        <div class="form-row">
          <SelectField label={t("day.how")} options={[{ value: "", label: t("day.how_minutes") }, ...schedulesOf(context)]} value={form.schedule} onValue={set("schedule")} error={said("schedule")} />
          {form.schedule === "" && <TextField label={t("day.minutes")} type="number" min={1} max={720} value={form.minutes} onValue={set("minutes")} error={said("minutes")} />}
        </div>
      )}
      {form.kind === "school_day" && <SelectField label={t("day.bells")} options={[{ value: "", label: t("day.bells_usual") }, ...schedulesOf(context)]} value={form.schedule} onValue={set("schedule")} error={said("schedule")} />}
      {form.kind !== "as_planned" && <TextField label={t("day.name")} optional hint={t("notice.reason_hint")} value={form.name} onValue={set("name")} maxLength={100} autocomplete="off" />}
      <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary" busy={busy}>{t("action.save")}</Button></div>
    </form>
  );
}

const schedulesOf = (context: Context) => (context.view.effective?.schedules ?? []).map(({ id, name }) => ({ value: id, label: name }));

// With what the calendar says itself of the day, so that an edit begins where the last one ended.
function begin({ view }: Context, first: string, last: string, dated: boolean): Form {
  const layer = layers.find((each) => changeOn(view.own[each], first));
  const now: DayChange | undefined = layer && changeOn(view.own[layer], first);
  const soon = view.today !== undefined && first >= view.today && datesFrom(view.today, first).length <= 8;
  return {
    first, last, kind: now?.kind ?? "holiday", name: now?.name ?? "", minutes: String(now?.minutes ?? 120), schedule: now?.schedule ?? "",
    layer: layer ?? (soon && !dated ? "announced" : "planned"),
  };
}

function wantedOf(form: Form): WantedChange {
  const { kind, layer, schedule } = form;
  if (kind === "as_planned") return { kind, layer };
  const moves = kind === "late_start" || kind === "early_release";
  return {
    kind, layer,
    ...(form.name.trim() ? { name: form.name.trim() } : {}),
    ...(schedule && (moves || kind === "school_day") ? { schedule } : {}),
    ...(moves && !schedule ? { minutes: Math.round(Number(form.minutes)) } : {}),
  };
}
