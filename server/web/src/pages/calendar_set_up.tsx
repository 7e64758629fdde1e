// The first calendar of a district: time zone, one bell schedule, the weekdays. Everything else is added later.
import { useState } from "preact/hooks";
import { weekdayName, weekdays, type Calendar } from "../lib/calendar";
import { t } from "../lib/i18n";
import { Choices, SelectField, TextField } from "../ui/controls";
import type { Context } from "./calendar";
import { CalendarForm } from "./calendar_form";
import { zones } from "./calendar_week";

const kId = "regular";

export function SetUp({ context, onClose }: { context: Context; onClose: () => void }) {
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [name, setName] = useState(t("set_up.regular"));
  const [start, setStart] = useState("08:00");
  const [end, setEnd] = useState("15:00");
  const [days, setDays] = useState<string[]>(weekdays.slice(0, 5));
  const toggle = (day: string): void => setDays((now) => (now.includes(day) ? now.filter((each) => each !== day) : [...now, day]));
  const change = (own: Calendar): Calendar => ({
    ...own,
    time_zone: zone,
    schedules: [{ id: kId, name: name.trim(), periods: [{ name: t("set_up.period"), start, end }] }],
    weekdays: Object.fromEntries(days.map((day) => [day, kId])),
  });
  return (
    <CalendarForm title={t("calendar.set_up")} context={context} onClose={onClose} change={change}>
      {(said) => (
        <>
          <SelectField label={t("zone.title")} options={zones()} value={zone} onValue={setZone} error={said("time_zone")} />
          <TextField label={t("bells.name")} value={name} onValue={setName} maxLength={100} autocomplete="off" error={said("schedules[0].name")} />
          <div class="form-row">
            <TextField label={t("set_up.first_bell")} type="time" value={start} onValue={setStart} error={said("schedules[0].periods[0].start")} required />
            <TextField label={t("set_up.last_bell")} type="time" value={end} onValue={setEnd} error={said("schedules[0].periods[0].end")} required />
          </div>
          <Choices legend={t("set_up.weekdays")} error={said("weekdays")} options={weekdays.map((value, index) => ({ value, label: weekdayName((index + 1) % 7) }))} chosen={days} onToggle={toggle} />
          <p class="muted small">{t("set_up.later")}</p>
        </>
      )}
    </CalendarForm>
  );
}
