// Holidays and other single days of a school year: the list, adding some, and importing a file after a look at it.
import { useState } from "preact/hooks";
import { api, outcome, type Problem, type Schema } from "../lib/api";
import { changeDays, changeOn, firstOfYear, lastOfYear, plainDate, shortDate, weekdayOf, weekdayName, type DayChange } from "../lib/calendar";
import { named, t } from "../lib/i18n";
import { Badge } from "../ui/badges";
import { Button, Field } from "../ui/controls";
import { Dialog, describe } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Section } from "../ui/page";
import { Note } from "../ui/states";
import { Table } from "../ui/table";
import { toast } from "../ui/toasts";
import type { Context } from "./calendar";
import { ChangeDays } from "./calendar_day";
import { EffectNote } from "./calendar_effects";
import { kindTone, ruleOf } from "./calendar_kinds";

interface Entry extends DayChange { layer: "planned" | "announced"; own: boolean }

function entriesOf({ view, isDistrict }: Context, year: number): Entry[] {
  const [first, last] = [firstOfYear(year), lastOfYear(year)];
  const of = (layer: "planned" | "announced"): Entry[] =>
    (view.effective?.[layer] ?? []).filter(({ date }) => date >= first && date <= last).map((change) => ({ ...change, layer, own: isDistrict || changeOn(view.own[layer], change.date) !== undefined }));
  return [...of("planned"), ...of("announced")].sort((one, other) => (one.date < other.date ? -1 : 1));
}

export function Holidays({ context, year }: { context: Context; year: number }) {
  const [open, setOpen] = useState<"add" | "import" | null>(null);
  const [failure, setFailure] = useState("");
  const entries = entriesOf(context, year);
  const remove = async ({ date, layer }: Entry): Promise<void> => {
    const answer = await changeDays(context.school, [date], { kind: "as_planned", layer });
    if (!answer.ok) return setFailure(describe(answer.problem));
    setFailure("");
    toast(t("day.changed", { n: answer.data.effects_total }));
    await context.refresh();
  };
  return (
    <Section title={t("holidays.title")} aside={`${year}–${String(year + 1).slice(2)}`}>
      {failure && <Note tone="bad" alert>{failure}</Note>}
      {entries.length === 0 ? <p class="muted">{t("holidays.none")}</p> : <Entries context={context} entries={entries} onRemove={(entry) => void remove(entry)} />}
      {context.mayEdit && <div class="row"><Button small icon="plus" onClick={() => setOpen("add")}>{t("day.add")}</Button><Button small onClick={() => setOpen("import")}>{t("holidays.import")}</Button></div>}
      {open === "add" && <Dialog title={t("day.add")} wide onClose={() => setOpen(null)}><ChangeDays context={context} first={context.view.today ?? ""} last={context.view.today ?? ""} dated onClose={() => setOpen(null)} /></Dialog>}
      {open === "import" && <ImportHolidays context={context} onClose={() => setOpen(null)} />}
    </Section>
  );
}

function Entries({ context, entries, onRemove }: { context: Context; entries: Entry[]; onRemove: (entry: Entry) => void }) {
  const schedules = context.view.effective?.schedules ?? [];
  return (
    <Table label={t("holidays.title")} rows={entries} rowKey={({ date, layer }) => date + layer} columns={[
      { key: "date", label: t("effects.date"), kind: "head", cell: ({ date }) => <span class="nowrap">{shortDate(date)}</span> },
      { key: "kind", label: t("day.kind"), cell: (entry) => <span class="row"><Badge tone={kindTone[entry.kind]} icon={entry.kind}>{named("day", entry.kind)}</Badge>{entry.name}<span class="muted">{ruleOf(entry, schedules)}</span></span> },
      { key: "by", label: t("day.said"), cell: ({ layer, own }) => (
        <span class="small muted">{layer === "announced" ? t("notice.announced") : ""} {context.isDistrict ? "" : own ? <span class="pair"><Icon name="own" />{t("calendar.own")}</span> : t("calendar.from_district")}</span>
      ) },
      { key: "actions", label: t("column.actions"), kind: "actions", cell: (entry) => context.mayEdit && entry.own && (
        <Button small kind="quiet danger" label={t("holidays.remove_this", { date: plainDate(entry.date) })} onClick={() => onRemove(entry)}>{t("holidays.remove")}</Button>
      ) },
    ]} />
  );
}

type Found = Schema["HolidayImport"];
const kMostBytes = 1_048_576;

function ImportHolidays({ context, onClose }: { context: Context; onClose: () => void }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const ask = (content: string, dry: boolean, dates?: string[]) =>
    outcome(api.POST("/api/v1/schools/{id}/calendar/import", { params: { path: { id: context.school } }, body: { text: content, dry_run: dry, ...(dates ? { dates } : {}) } }));
  const look = async (file: File | undefined): Promise<void> => {
    setFound(null);
    setProblem(null);
    setFailure("");
    if (!file) return;
    if (file.size > kMostBytes) return setFailure(t("holidays.too_large"));
    const content = await file.text();
    const answer = await ask(content, true);
    if (!answer.ok) return setProblem(answer.problem);
    setText(content);
    setFound(answer.data);
    setChosen(new Set(answer.data.holidays.filter(({ date }) => isWeekday(date)).map(({ date }) => date)));
  };
  const toggle = (date: string): void => setChosen((now) => { const next = new Set(now); if (!next.delete(date)) next.add(date); return next; });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy || !found) return;
    if (chosen.size === 0) return setFailure(t("holidays.choose"));
    setBusy(true);
    const answer = await ask(text, false, [...chosen]);
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    toast(t("day.changed", { n: answer.data.effects_total }));
    await context.refresh();
    onClose();
  };
  return (
    <Dialog title={t("holidays.import")} wide onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <Field label={t("holidays.file")} hint={t("holidays.file_hint")} error={failure || undefined}>
          {(attributes) => <input {...attributes} type="file" accept=".ics,.yaml,.yml,text/calendar" onChange={(event) => void look(event.currentTarget.files?.[0])} />}
        </Field>
        {problem && <Note tone="bad" alert>{describe(problem)}</Note>}
        {found && <Preview found={found} chosen={chosen} onToggle={toggle} />}
        <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button>{found && <Button type="submit" kind="primary" busy={busy}>{t("holidays.import_action", { n: chosen.size })}</Button>}</div>
      </form>
    </Dialog>
  );
}

const isWeekday = (date: string): boolean => weekdayOf(date) % 6 !== 0;

function Preview({ found, chosen, onToggle }: { found: Found; chosen: Set<string>; onToggle: (date: string) => void }) {
  return (
    <>
      <p>{t("holidays.found", { entries: found.entries, n: found.holidays.length })}</p>
      {found.notes.map((note) => <p key={note} class="muted small">{note}</p>)}
      <EffectNote change={found} />
      <fieldset class="choices">
        <legend class="legend">{t("holidays.which")}</legend>
        <div class="choice-list">
          {found.holidays.map(({ date, name }) => (
            <label key={date} class="choice"><input type="checkbox" checked={chosen.has(date)} onChange={() => onToggle(date)} /><span><strong>{plainDate(date)}</strong><span class="small muted">{weekdayName(weekdayOf(date))}: {name}</span></span></label>
          ))}
        </div>
      </fieldset>
    </>
  );
}
