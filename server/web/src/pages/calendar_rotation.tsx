// A rotation of days such as A and B: their order, where it begins, and what moves it on.
import { useState } from "preact/hooks";
import type { Calendar } from "../lib/calendar";
import type { Schema } from "../lib/api";
import { named, t } from "../lib/i18n";
import { SelectField, TextField } from "../ui/controls";
import type { Context } from "./calendar";
import { CalendarForm, Rows } from "./calendar_form";

interface Day { name: string; schedule: string }
interface Start { date: string }
type Counts = Schema["RotationCounts"];

const counts: Counts[] = ["planned_days", "school_days", "weekdays"];
const kMostDays = 10;
const kMostStarts = 64;
const letter = (index: number): string => String.fromCharCode(65 + index);

export function EditRotation({ context, onClose }: { context: Context; onClose: () => void }) {
  const now = context.view.effective?.rotation;
  const [on, setOn] = useState((now?.days?.length ?? 0) > 0);
  const [days, setDays] = useState<Day[]>((now?.days ?? [{ name: "A" }, { name: "B" }]).map(({ name, schedule }) => ({ name, schedule: schedule ?? "" })));
  const [starts, setStarts] = useState<Start[]>((now?.starts ?? [context.view.today ?? ""]).map((date) => ({ date })));
  const [by, setBy] = useState<Counts>(now?.counts ?? "planned_days");
  const change = (own: Calendar): Calendar => ({
    ...own,
    rotation: on
      ? { days: days.map(({ name, schedule }) => ({ name: name.trim(), ...(schedule ? { schedule } : {}) })), starts: starts.map(({ date }) => date).sort(), counts: by }
      : { none: true },
  });
  const options = [{ value: "", label: t("rotation.bells_weekday") }, ...(context.view.effective?.schedules ?? []).map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <CalendarForm title={t("rotation.edit")} wide context={context} onClose={onClose} change={change}>
      {(said) => (
        <>
          <label class="choice"><input type="checkbox" checked={on} onChange={() => setOn(!on)} /><span><strong>{t("rotation.on")}</strong><span class="small muted">{t("rotation.on_hint")}</span></span></label>
          {on && (
            <>
              <Rows legend={t("rotation.days")} rows={days} onRows={setDays} fresh={() => ({ name: letter(days.length), schedule: "" })} most={kMostDays} error={said("rotation.days")}
                add={t("rotation.add_day")} remove={(day) => t("rotation.remove_day", { name: day.name })}>
                {(day, index, set) => (
                  <>
                    <TextField label={t("rotation.day")} value={day.name} onValue={(name) => set({ name })} maxLength={100} autocomplete="off" error={said(`rotation.days[${index}].name`)} />
                    <SelectField label={t("day.bells")} options={options} value={day.schedule} onValue={(schedule) => set({ schedule })} error={said(`rotation.days[${index}].schedule`)} />
                  </>
                )}
              </Rows>
              <Rows legend={t("rotation.starts")} rows={starts} onRows={setStarts} fresh={() => ({ date: "" })} most={kMostStarts} error={said("rotation.starts")}
                add={t("rotation.add_start")} remove={(start) => t("rotation.remove_start", { date: start.date })}>
                {(start, index, set) => <TextField label={t("rotation.start")} type="date" value={start.date} onValue={(date) => set({ date })} error={said(`rotation.starts[${index}]`)} required />}
              </Rows>
              <SelectField label={t("rotation.counts")} hint={t("rotation.counts_hint")} options={counts.map((value) => ({ value, label: named("counts", value) }))} value={by} onValue={(value) => setBy(value as Counts)} error={said("rotation.counts")} />
            </>
          )}
        </>
      )}
    </CalendarForm>
  );
}
