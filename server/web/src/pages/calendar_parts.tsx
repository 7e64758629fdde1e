// The parts that a year is made of, each with where it comes from: the district, or the school itself.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { clockTime, plainDate, weekdayName, weekdays, type Part, type Schedule } from "../lib/calendar";
import { useWriting, without } from "../lib/calendar_edit";
import { named, t } from "../lib/i18n";
import { Badge } from "../ui/badges";
import { Button } from "../ui/controls";
import { describe } from "../ui/dialog";
import { Section } from "../ui/page";
import { Note } from "../ui/states";
import { Facts, Table } from "../ui/table";
import { toast } from "../ui/toasts";
import type { Context } from "./calendar";
import { EditBells } from "./calendar_bells";
import { EditRotation } from "./calendar_rotation";
import { EditTerms, TakeTerms } from "./calendar_terms";
import { EditWeek, EditZone } from "./calendar_week";

// "From the district" or "This school's own"; nothing on the district's page.
export function Source({ context, own }: { context: Context; own: boolean }) {
  if (context.isDistrict) return null;
  return own ? <Badge tone="warn" icon="own">{t("calendar.own")}</Badge> : <Badge tone="mute" icon="district" plain>{t("calendar.from_district")}</Badge>;
}

// Back to what the district says.
function Back({ context, label, change }: { context: Context; label: string; change: Parameters<ReturnType<typeof useWriting>["write"]>[0] }) {
  const writing = useWriting(context);
  const go = async (): Promise<void> => {
    if (!(await writing.write(change))) return;
    toast(t("calendar.back_done"));
    await context.refresh();
  };
  return (
    <>
      <Button small kind="quiet" busy={writing.busy} label={label} onClick={() => void go()}>{t("calendar.back")}</Button>
      {writing.problem && <Note tone="bad" alert>{describe(writing.problem)}</Note>}
    </>
  );
}

interface PartProps { context: Context; part: Part; title: string; edit?: ComponentChildren; children: ComponentChildren }

function PartSection({ context, part, title, edit, children }: PartProps) {
  const own = context.view.own[part] !== undefined;
  return (
    <Section title={title} aside={<Source context={context} own={own} />}>
      {children}
      {context.mayEdit && (
        <div class="row">
          {edit}
          {own && !context.isDistrict && <Back context={context} label={t("calendar.back_of", { what: title })} change={(document) => without(document, part)} />}
        </div>
      )}
    </Section>
  );
}

const editLabel = (context: Context, own: boolean): string => t(context.isDistrict || own ? "action.edit" : "calendar.change_here");
// What is heard holds what is seen.
const editName = (context: Context, own: boolean, what: string): string => (context.isDistrict || own ? what : `${what}: ${editLabel(context, own)}`);

export function Bells({ context }: { context: Context }) {
  const [open, setOpen] = useState<Schedule | "new" | null>(null);
  const schedules = context.view.effective?.schedules ?? [];
  const ownIds = new Set((context.view.own.schedules ?? []).map(({ id }) => id));
  return (
    <Section title={t("bells.title")}>
      {schedules.map((schedule) => {
        const own = ownIds.has(schedule.id);
        return (
          <article class="panel stack tight" key={schedule.id} aria-label={schedule.name}>
            <div class="row spread"><h3>{schedule.name}</h3><Source context={context} own={own} /></div>
            <Periods schedule={schedule} />
            {context.mayEdit && (
              <div class="row">
                <Button small label={editName(context, own, t("bells.edit_this", { name: schedule.name }))} onClick={() => setOpen(schedule)}>{editLabel(context, own)}</Button>
                {own && !context.isDistrict && <Back context={context} label={t("calendar.back_of", { what: schedule.name })} change={(document) => dropSchedule(document, schedule.id)} />}
              </div>
            )}
          </article>
        );
      })}
      {context.mayEdit && <div><Button small icon="plus" onClick={() => setOpen("new")}>{t("bells.add")}</Button></div>}
      {open !== null && <EditBells context={context} schedule={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </Section>
  );
}

function dropSchedule(own: Context["view"]["own"], id: string): Context["view"]["own"] {
  const schedules = (own.schedules ?? []).filter((each) => each.id !== id);
  return schedules.length > 0 ? { ...own, schedules } : without(own, "schedules");
}

function Periods({ schedule }: { schedule: Schedule }) {
  return (
    <Table label={schedule.name} bare rows={schedule.periods} rowKey={(period) => period.name + period.start} columns={[
      { key: "name", label: t("bells.period"), kind: "head", cell: (period) => period.name },
      { key: "time", label: t("bells.time"), kind: "num", cell: (period) => <span class="nowrap">{clockTime(period.start)} – {clockTime(period.end)}</span> },
    ]} />
  );
}

export function Week({ context }: { context: Context }) {
  const [open, setOpen] = useState(false);
  const { effective, own } = context.view;
  const nameOf = (id: string | undefined): ComponentChildren =>
    id ? (effective?.schedules?.find((schedule) => schedule.id === id)?.name ?? id) : <span class="muted">{t("week.none")}</span>;
  return (
    <PartSection context={context} part="weekdays" title={t("week.title")}
      edit={<Button small label={editName(context, own.weekdays !== undefined, t("week.edit"))} onClick={() => setOpen(true)}>{editLabel(context, own.weekdays !== undefined)}</Button>}>
      <Facts facts={weekdays.map((weekday, index) => [weekdayName((index + 1) % 7), nameOf(effective?.weekdays?.[weekday])])} />
      {open && <EditWeek context={context} onClose={() => setOpen(false)} />}
    </PartSection>
  );
}

export function Terms({ context }: { context: Context }) {
  const [open, setOpen] = useState<"edit" | "take" | null>(null);
  const { effective, own } = context.view;
  const terms = effective?.terms ?? [];
  return (
    <PartSection context={context} part="terms" title={t("terms.title")} edit={
      <>
        <Button small label={editName(context, own.terms !== undefined, t("terms.edit"))} onClick={() => setOpen("edit")}>{editLabel(context, own.terms !== undefined)}</Button>
        <Button small onClick={() => setOpen("take")}>{t("terms.take")}</Button>
      </>
    }>
      {terms.length === 0 ? <p class="muted">{t("terms.none")}</p> : (
        <Table label={t("terms.title")} bare rows={terms} rowKey={(term) => term.id} columns={[
          { key: "name", label: t("terms.name"), kind: "head", cell: (term) => term.name },
          { key: "first", label: t("terms.days"), cell: (term) => <span>{plainDate(term.first)} – {plainDate(term.last)}</span> },
        ]} />
      )}
      {effective?.terms_from_roster && <p class="muted small">{t("terms.follows")}</p>}
      {open === "edit" && <EditTerms context={context} onClose={() => setOpen(null)} />}
      {open === "take" && <TakeTerms context={context} onClose={() => setOpen(null)} />}
    </PartSection>
  );
}

export function Rotation({ context }: { context: Context }) {
  const [open, setOpen] = useState(false);
  const { effective, own } = context.view;
  const rotation = effective?.rotation;
  const days = rotation?.days ?? [];
  const scheduleName = (id: string): string => effective?.schedules?.find((schedule) => schedule.id === id)?.name ?? id;
  return (
    <PartSection context={context} part="rotation" title={t("rotation.title")}
      edit={<Button small label={editName(context, own.rotation !== undefined, t("rotation.edit"))} onClick={() => setOpen(true)}>{editLabel(context, own.rotation !== undefined)}</Button>}>
      {days.length === 0 ? <p class="muted">{t("rotation.none")}</p> : (
        <Facts facts={[
          [t("rotation.days"), days.map((day) => day.name + (day.schedule ? ` (${scheduleName(day.schedule)})` : "")).join(", ")],
          [t("rotation.starts"), (rotation?.starts ?? []).map(plainDate).join("; ")],
          [t("rotation.counts"), named("counts", rotation?.counts ?? "planned_days")],
        ]} />
      )}
      {open && <EditRotation context={context} onClose={() => setOpen(false)} />}
    </PartSection>
  );
}

export function Zone({ context }: { context: Context }) {
  const [open, setOpen] = useState(false);
  const { effective, own } = context.view;
  return (
    <PartSection context={context} part="time_zone" title={t("zone.title")}
      edit={<Button small label={editName(context, own.time_zone !== undefined, t("zone.edit"))} onClick={() => setOpen(true)}>{editLabel(context, own.time_zone !== undefined)}</Button>}>
      <p>{effective?.time_zone}</p>
      {open && <EditZone context={context} onClose={() => setOpen(false)} />}
    </PartSection>
  );
}
