// A bell schedule: its name and its periods.
import { useState } from "preact/hooks";
import type { Calendar, Schedule } from "../lib/calendar";
import { t } from "../lib/i18n";
import { TextField } from "../ui/controls";
import type { Context } from "./calendar";
import { CalendarForm, Rows } from "./calendar_form";

type Period = Schedule["periods"][number];

const kMostPeriods = 40;

export function EditBells({ context, schedule, onClose }: { context: Context; schedule: Schedule | null; onClose: () => void }) {
  const [name, setName] = useState(schedule?.name ?? "");
  const [periods, setPeriods] = useState<Period[]>(schedule?.periods ?? [{ name: "1", start: "08:00", end: "08:50" }]);
  const known = [...(context.view.effective?.schedules ?? []), ...(context.view.own.schedules ?? [])].map(({ id }) => id);
  const id = schedule?.id ?? freeId(name, known);
  const place = (own: Calendar): number => {
    const at = (own.schedules ?? []).findIndex((each) => each.id === id);
    return at < 0 ? (own.schedules ?? []).length : at;
  };
  const change = (own: Calendar): Calendar => {
    const schedules = (own.schedules ?? []).slice();
    schedules[place(own)] = { id, name: name.trim(), periods: inOrder(periods) };
    return { ...own, schedules };
  };
  const at = `schedules[${place(context.view.own)}]`;
  return (
    <CalendarForm title={schedule ? t("bells.edit_this", { name: schedule.name }) : t("bells.add")} wide context={context} onClose={onClose} change={change}>
      {(said) => (
        <>
          <TextField label={t("bells.name")} value={name} onValue={setName} maxLength={100} autocomplete="off" error={said(`${at}.name`)} />
          <Rows legend={t("bells.periods")} rows={periods} onRows={setPeriods} fresh={() => after(periods)} most={kMostPeriods} error={said(`${at}.periods`)}
            add={t("bells.add_period")} remove={(period, index) => t("bells.remove_period", { name: period.name || String(index + 1) })}>
            {(period, index, set) => {
              const field = `${at}.periods[${inOrder(periods).indexOf(period)}]`;
              return (
                <>
                  <TextField label={t("bells.period")} value={period.name} onValue={(value) => set({ name: value })} maxLength={100} autocomplete="off" error={said(`${field}.name`)} />
                  <TextField label={t("bells.start")} type="time" value={period.start} onValue={(value) => set({ start: value })} error={said(`${field}.start`)} required />
                  <TextField label={t("bells.end")} type="time" value={period.end} onValue={(value) => set({ end: value })} error={said(`${field}.end`)} required key={index} />
                </>
              );
            }}
          </Rows>
          <p class="muted small">{t("bells.hint")}</p>
        </>
      )}
    </CalendarForm>
  );
}

const inOrder = (periods: Period[]): Period[] =>
  periods.slice().sort((one, other) => (one.start + one.end < other.start + other.end ? -1 : one.start + one.end > other.start + other.end ? 1 : 0));

// The next period begins five minutes behind the last and is as long.
function after(periods: Period[]): Period {
  const last = inOrder(periods).pop();
  if (!last) return { name: "1", start: "08:00", end: "08:50" };
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const text = (value: number): string => `${String(Math.floor(value / 60)).padStart(2, "0")}:${String(value % 60).padStart(2, "0")}`;
  const start = Math.min(minutes(last.end) + 5, 23 * 60);
  const name = Number(last.name) > 0 ? String(Number(last.name) + 1) : "";
  return { name, start: text(start), end: text(Math.min(start + minutes(last.end) - minutes(last.start), 23 * 60 + 59)) };
}

function freeId(name: string, known: string[]): string {
  const base = name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 48) || "bells";
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!known.includes(id)) return id;
  }
}
