// Which bells ring on which weekday, and where the clocks are.
import { useState } from "preact/hooks";
import { weekdayName, weekdays } from "../lib/calendar";
import { t } from "../lib/i18n";
import { SelectField } from "../ui/controls";
import type { Context } from "./calendar";
import { CalendarForm } from "./calendar_form";

type WeekOf = NonNullable<Context["view"]["own"]["weekdays"]>;

export function EditWeek({ context, onClose }: { context: Context; onClose: () => void }) {
  const { effective } = context.view;
  const [week, setWeek] = useState<WeekOf>(effective?.weekdays ?? {});
  const options = [{ value: "", label: t("week.none") }, ...(effective?.schedules ?? []).map(({ id, name }) => ({ value: id, label: name }))];
  const set = (weekday: (typeof weekdays)[number], id: string): void => setWeek((now) => {
    const { [weekday]: _, ...rest } = now;
    return id === "" ? rest : { ...rest, [weekday]: id };
  });
  return (
    <CalendarForm title={t("week.edit")} context={context} onClose={onClose} change={(own) => ({ ...own, weekdays: week })}>
      {(said) => (
        <div class="form-row">
          {weekdays.map((weekday, index) => (
            <SelectField key={weekday} label={weekdayName((index + 1) % 7)} options={options} value={week[weekday] ?? ""} onValue={(id) => set(weekday, id)}
              error={said(`weekdays.${weekday}`) ?? (index === 0 ? said("weekdays") : undefined)} />
          ))}
        </div>
      )}
    </CalendarForm>
  );
}

// Of the United States first, as most districts look for theirs.
const kUsual = ["America/New_York", "America/Detroit", "America/Indiana/Indianapolis", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"];
export const zones = (): { value: string; label: string }[] =>
  [...new Set([...kUsual, ...Intl.supportedValuesOf("timeZone")])].map((value) => ({ value, label: value.replaceAll("_", " ") }));

export function EditZone({ context, onClose }: { context: Context; onClose: () => void }) {
  const [zone, setZone] = useState(context.view.effective?.time_zone ?? "");
  return (
    <CalendarForm title={t("zone.edit")} context={context} onClose={onClose} change={(own) => ({ ...own, time_zone: zone })}>
      {(said) => <SelectField label={t("zone.title")} hint={t("zone.hint")} options={zones()} value={zone} onValue={setZone} error={said("time_zone")} />}
    </CalendarForm>
  );
}
