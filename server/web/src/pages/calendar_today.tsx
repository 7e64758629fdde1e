// A bad morning: one day, and what is to be said of it on short notice. One click does it, one click takes it back.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { addDays, changeDays, changeOn, kDistrict, longDate, readDays, shortDate, type Day, type DayChange, type WantedChange } from "../lib/calendar";
import type { Schema } from "../lib/api";
import { t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { Button, SelectField, TextField } from "../ui/controls";
import { describe } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Note, Show } from "../ui/states";
import { toast } from "../ui/toasts";
import { nameOf, pageOf, type Context } from "./calendar";
import { factsOf, KindBadge, wordsOf } from "./calendar_kinds";

type Kept = Schema["CalendarChange"]["kept"];

const kDays = 8;
const kLate = ["60", "90", "120", "180"];

interface Props { context: Context; today: string; date: string; onDate: (date: string) => void }

export function ShortNotice({ context, today, date, onDate }: Props) {
  const days = useResource(`soon-${context.school}-${today}`, () => readDays(context.school, today, addDays(today, kDays - 1)));
  useEffect(() => { if (context.changed > 0) void days.reload(); }, [context.changed]);
  return (
    <section class="panel notice" aria-label={t("notice.title")}>
      <Show resource={days} lines={3}>{({ items }) => {
        const day = items.find((each) => each.date === date) ?? items[0];
        return day && <Chosen key={day.date} context={context} day={day} days={items} onDate={onDate} />;
      }}</Show>
    </section>
  );
}

const dayLabel = (date: string, index: number): string => (index < 2 ? t(index === 0 ? "notice.today" : "notice.tomorrow", { date: shortDate(date) }) : shortDate(date));

function Chosen({ context, day, days, onDate }: { context: Context; day: Day; days: Day[]; onDate: (date: string) => void }) {
  return (
    <>
      <div class="notice-day">
        <SelectField label={t("notice.day")} bare options={days.map(({ date }, index) => ({ value: date, label: dayLabel(date, index) }))} value={day.date} onValue={onDate} />
        <h2>{longDate(day.date)}</h2>
        <p class="row"><KindBadge kind={day.kind} />{day.announced && <span class="pair"><Icon name="announced" />{t("notice.announced")}</span>}{day.name && <strong>{day.name}</strong>}</p>
        <p class="muted">{factsOf(day)}</p>
      </div>
      {context.mayEdit && <Acts context={context} day={day} />}
    </>
  );
}

// What was announced before the last click, so that Undo brings that back and not only the plan.
interface Done { before: DayChange | undefined }

function Acts({ context, day }: { context: Context; day: Day }) {
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState("120");
  const [done, setDone] = useState<Done | null>(null);
  const [kept, setKept] = useState<Kept>([]);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const own = changeOn(context.view.own.announced, day.date);
  const send = async (wanted: WantedChange, said: string, before: Done | null): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setFailure("");
    const answer = await changeDays(context.school, [day.date], wanted);
    if (answer.ok) {
      setDone(before);
      setKept(answer.data.kept);
      await context.refresh();
      toast(said);
      // The button that was pressed is gone; what takes it back stands in its place.
      requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("button")?.focus());
    } else {
      setFailure(describe(answer.problem));
    }
    setBusy(false);
  };
  const announce = (wanted: WantedChange, said: string): void =>
    void send({ ...wanted, ...(reason.trim() ? { name: reason.trim() } : {}) }, said, { before: own });
  const undo = (): void => {
    const before = done?.before;
    void send(before ? wantedOf(before) : { kind: "as_planned" }, t("notice.undone", { date: shortDate(day.date) }), null);
  };
  const where = { where: context.isDistrict ? t("notice.every_school") : nameOf(context.school), date: shortDate(day.date) };
  return (
    <div class="notice-acts" ref={box}>
      {own
        ? <Taken what={t("notice.said", { what: wordsOf({ date: day.date, school: day.school, kind: own.kind, ...(own.name ? { name: own.name } : {}) }) })}><Button kind="primary" icon="undo" busy={busy} onClick={undo}>{t("notice.undo")}</Button></Taken>
        : day.announced
          ? <Taken what={t("notice.said_by_district")}>
              <Button busy={busy} onClick={() => announce({ kind: "school_day" }, t("notice.held_done", where))}>{t("notice.hold")}</Button>
              <a class="button quiet" href={pageOf(kDistrict)}>{t("calendar.to_district")}</a>
            </Taken>
          : day.school
            ? <>
                <div class="notice-click">
                  <Button kind="danger primary" icon="closure" busy={busy} onClick={() => announce({ kind: "closure" }, t("notice.closed_done", where))}>{t(context.isDistrict ? "notice.close_all" : "notice.close")}</Button>
                  <Button icon="late_start" busy={busy} onClick={() => announce({ kind: "late_start", minutes: Number(minutes) }, t("notice.late_done", where))}>{t("notice.late")}</Button>
                  <SelectField label={t("notice.late_by")} bare options={kLate.map((value) => ({ value, label: t(`notice.late_${value}` as "notice.late_60") }))} value={minutes} onValue={setMinutes} />
                </div>
                <TextField label={t("notice.reason")} optional hint={t("notice.reason_hint")} value={reason} onValue={setReason} maxLength={100} autocomplete="off" />
              </>
            : <p class="muted">{t("notice.no_school")}</p>}
      {kept.length > 0 && <KeptNote kept={kept} />}
      {failure && <Note tone="bad" alert>{failure}</Note>}
    </div>
  );
}

const wantedOf = ({ kind, name, minutes, schedule }: DayChange): WantedChange =>
  ({ kind, ...(name ? { name } : {}), ...(minutes ? { minutes } : {}), ...(schedule ? { schedule } : {}) });

function Taken({ what, children }: { what: string; children: ComponentChildren }) {
  return <div class="stack"><p>{what}</p><div class="row">{children}</div></div>;
}

function KeptNote({ kept }: { kept: Kept }) {
  return (
    <Note tone="warn" title={t("notice.kept")} alert>
      <ul>{kept.map(({ school, day }) => <li key={school}><a href={pageOf(school)}>{nameOf(school)}</a>: {wordsOf(day)}</li>)}</ul>
    </Note>
  );
}
