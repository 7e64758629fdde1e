// One student or member of staff, as the roster has them. Opening it is recorded.
import type { ComponentChildren } from "preact";
import { api, outcome, type Schema } from "../lib/api";
import { calendarDay, date, list } from "../lib/format";
import { named, t } from "../lib/i18n";
import { gradeName } from "../lib/people";
import { useResource } from "../lib/resource";
import { schoolName } from "../lib/schools";
import { Page, Section } from "../ui/page";
import { PersonStateBadge } from "../ui/person_badges";
import { Failed, Loading, Note } from "../ui/states";
import { Facts, Table, type Column } from "../ui/table";
import { At, When } from "../ui/time";
import { PersonDevices } from "./person_devices";

type Detail = Schema["PersonDetail"];
type Class = Schema["ClassOfPerson"];

export function Person({ id }: { id: string }) {
  const person = useResource(id, () => outcome(api.GET("/api/v1/people/{id}", { params: { path: { id } } })));
  const now = person.state.value;
  const known = now.status === "ready" ? now.data : null;
  return (
    <Page title={known?.name ?? t("person.title")} lead={known && subtitle(known)} above={<a class="small above" href="/people">{t("person.all")}</a>}>
      {now.status === "loading" && <Loading lines={10} />}
      {now.status === "failed" && <Failed problem={now.problem} retry={() => void person.reload()} />}
      {known && <Known person={known} />}
    </Page>
  );
}

const subtitle = (person: Detail): string => [named("person_role", person.role), gradeName(person.grade), schoolName(person.school)].filter(Boolean).join(" · ");

function Known({ person }: { person: Detail }) {
  const others = person.schools.filter((id) => id !== person.school).map(schoolName);
  return (
    <>
      <dl class="key-facts">
        <div><dt>{t("column.state")}</dt><dd><PersonStateBadge state={person.state} /></dd>{person.missing_ms !== undefined && <dd class="small muted">{t("person.since", { when: date(person.missing_ms) })}</dd>}</div>
        <div><dt>{t("column.school")}</dt><dd>{schoolName(person.school) || t("school.none")}</dd>{others.length > 0 && <dd class="small muted">{t("person.also", { schools: list(others) })}</dd>}</div>
        <div><dt>{t("people.grade")}</dt><dd>{gradeName(person.grade) || t("person.no_grade")}</dd></div>
        <div><dt>{t("people.number")}</dt><dd class="mono">{person.student_number ?? t("person.no_number")}</dd></div>
      </dl>
      {person.state !== "active" && <Note tone={person.state === "missing" ? "warn" : "calm"} title={t(`person.${person.state}`)}><p>{t(`person.${person.state}_text`)}</p></Note>}
      <div class="columns wide-left">
        <div class="stack sections"><PersonDevices id={person.id} mayReceive={person.state === "active"} /><Classes person={person} /></div>
        <div class="stack sections">
          <Section title={t("person.names")}><Facts facts={names(person)} /></Section>
          <Section title={t("person.source")}>
            <Facts facts={[
              [t("person.as_of"), person.roster_ms !== undefined && <At ms={person.roster_ms} />],
              [t("person.source_id"), <span class="mono small">{person.source_id}</span>],
              [t("person.first_seen"), <At ms={person.created_ms} />],
              [t("person.missing_since"), person.missing_ms !== undefined && <When ms={person.missing_ms} />],
            ]} />
            <p class="small muted measure">{t("person.source_text")}</p>
          </Section>
        </div>
      </div>
    </>
  );
}

function names(person: Detail): [string, ComponentChildren][] {
  const inRoster = [person.given_name, person.family_name].filter(Boolean).join(" ");
  return [
    [t("person.goes_by"), person.name],
    [t("person.in_roster"), inRoster === person.name ? undefined : inRoster],
    [t("person.email"), person.email && <span class="anywhere">{person.email}</span>],
  ];
}

const keyOf = (each: Class): string => `${each.term?.title ?? ""} ${each.term?.first_day ?? ""}`;

// Term by term, as the server orders them.
function Classes({ person }: { person: Detail }) {
  const terms = new Map<string, Class[]>();
  for (const each of person.classes) terms.set(keyOf(each), [...(terms.get(keyOf(each)) ?? []), each]);
  if (terms.size === 0) return <Section title={t("person.classes")}><p class="muted">{t("person.no_classes")}</p></Section>;
  return (
    <>
      {[...terms].map(([key, classes]) => (
        <Section key={key} title={t("person.classes_in", { term: classes[0]?.term?.title ?? t("person.no_term") })} aside={spanOf(classes[0]?.term)}>
          <Table label={t("person.classes_in", { term: classes[0]?.term?.title ?? t("person.no_term") })} columns={columns(person)} rows={classes} rowKey={(each) => `${each.title} ${each.code ?? ""} ${each.periods ?? ""} ${each.role} ${each.first_day ?? ""}`} />
        </Section>
      ))}
    </>
  );
}

const spanOf = (span: { first_day?: string; last_day?: string } | undefined): string =>
  span?.first_day && span.last_day ? t("person.span", { from: calendarDay(span.first_day), to: calendarDay(span.last_day) }) : "";

function columns(person: Detail): Column<Class>[] {
  const all: Column<Class>[] = [
    { key: "title", label: t("person.class"), kind: "head", cell: (each) => <span class="anywhere">{each.title}</span> },
    { key: "code", label: t("person.code"), cell: (each) => <span class="mono small">{each.code}</span> },
    { key: "periods", label: t("person.periods"), cell: (each) => each.periods },
    { key: "role", label: t("people.role"), cell: (each) => named("person_role", each.role) },
    { key: "school", label: t("column.school"), cell: (each) => schoolName(each.school) },
    { key: "days", label: t("person.days"), cell: (each) => <span class="small">{spanOf(each)}</span> },
  ];
  // A column that would be the same or empty in every row says nothing.
  const says: Record<string, (each: Class) => boolean> = {
    code: (each) => each.code !== undefined, periods: (each) => each.periods !== undefined, role: (each) => each.role !== person.role,
    school: (each) => each.school !== person.school, days: (each) => spanOf(each) !== "" && (each.first_day !== each.term?.first_day || each.last_day !== each.term?.last_day),
  };
  return all.filter(({ key }) => says[key] === undefined || person.classes.some(says[key]));
}
