// A school's year: what today is, snow with one click, the months, bells, terms and holidays. The district's calendar
// is everybody's; a school's page says where it differs.
import { useState } from "preact/hooks";
import { kDistrict, readCalendar, schoolYearOf, type View } from "../lib/calendar";
import { t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { fromQuery, go } from "../lib/router";
import { schoolName, schools } from "../lib/schools";
import { may, session } from "../lib/session";
import { Button, SelectField } from "../ui/controls";
import { Page } from "../ui/page";
import { Empty, Failed, Loading } from "../ui/states";
import { Bells, Rotation, Terms, Week, Zone } from "./calendar_parts";
import { Holidays } from "./calendar_holidays";
import { CalendarMonths } from "./calendar_months";
import { Schools } from "./calendar_schools";
import { SetUp } from "./calendar_set_up";
import { ShortNotice } from "./calendar_today";

// What every part of the page is handed.
export interface Context {
  school: string;  // an id, or kDistrict
  isDistrict: boolean;
  mayEdit: boolean;
  view: View;
  etag: string;
  changed: number;  // goes up when something was changed: whoever read days reads them again
  refresh: () => Promise<void>;
}

const reachesDistrict = (): boolean => session.value?.user.scope.kind === "district";
const home = (): string => (reachesDistrict() ? kDistrict : (session.value?.user.scope.ids?.[0] ?? kDistrict));
export const pageOf = (school: string): string => (school === kDistrict ? "/calendar/district" : `/calendar/${encodeURIComponent(school)}`);
export const nameOf = (school: string): string => (school === kDistrict ? t("calendar.district") : schoolName(school));

export function SchoolCalendar({ id }: { id: string }) {
  const school = id || home();
  const [changed, setChanged] = useState(0);
  const calendar = useResource(`calendar-${school}`, () => readCalendar(school));
  const now = calendar.state.value;
  const refresh = async (): Promise<void> => {
    await calendar.reload();
    setChanged((turn) => turn + 1);
  };
  return (
    <Page title={t("calendar.title")} lead={t("calendar.lead")} actions={<Chooser school={school} />}>
      {now.status === "loading" && <Loading lines={14} />}
      {now.status === "failed" && <Failed problem={now.problem} retry={() => void calendar.reload()} />}
      {now.status === "ready" && (
        <Shown context={{ school, isDistrict: school === kDistrict, mayEdit: may("edit_calendar") && (school !== kDistrict || reachesDistrict()), view: now.data, etag: now.etag, changed, refresh }} />
      )}
    </Page>
  );
}

function Chooser({ school }: { school: string }) {
  const options = [{ value: kDistrict, label: t("calendar.district") }, ...schools.value.map(({ id, name }) => ({ value: id, label: name }))];
  return <SelectField label={t("calendar.of")} bare options={options} value={school} onValue={(value) => go(pageOf(value))} />;
}

function Shown({ context }: { context: Context }) {
  const { view, isDistrict } = context;
  const [date, setDate] = useState(view.today ?? "");
  if (!view.effective || view.today === undefined) return <Nothing context={context} />;
  const year = Number(fromQuery("year")) || schoolYearOf(view.today);
  return (
    <>
      <ShortNotice context={context} today={view.today} date={date || view.today} onDate={setDate} />
      {isDistrict && <Schools context={context} date={date || view.today} />}
      <CalendarMonths context={context} today={view.today} year={year} />
      <div class="columns">
        <Bells context={context} />
        <Week context={context} />
        <Terms context={context} />
        <Holidays context={context} year={year} />
        <Rotation context={context} />
        <Zone context={context} />
      </div>
    </>
  );
}

function Nothing({ context }: { context: Context }) {
  const [open, setOpen] = useState(false);
  return (
    <Empty title={t("calendar.none")}>
      <p>{t("calendar.none_text")}</p>
      {context.mayEdit && context.isDistrict && <Button kind="primary" onClick={() => setOpen(true)}>{t("calendar.set_up")}</Button>}
      {!context.isDistrict && <a class="button" href={pageOf(kDistrict)}>{t("calendar.to_district")}</a>}
      {open && <SetUp context={context} onClose={() => setOpen(false)} />}
    </Empty>
  );
}
