// Everything that an agent can send, as the server's own vocabulary lists it, and what is never collected.
import { api, outcome, type Schema } from "../lib/api";
import { named, t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { Icon } from "../ui/icons";
import { Page, Section } from "../ui/page";
import { Show } from "../ui/states";
import { Table, type Column } from "../ui/table";

type Field = Schema["Collected"]["groups"][number]["fields"][number];

const columns = (): Column<Field>[] => [
  { key: "meaning", label: t("collected.meaning"), kind: "head", cell: (field) => field.meaning },
  { key: "kind", label: t("collected.kind"), cell: (field) => [named("kind", field.kind), field.unit].filter(Boolean).join(", ") },
  { key: "path", label: t("collected.path"), cell: (field) => <span class="anywhere"><code class="small">{field.path}</code> <span class="muted small">{t("collected.key", { key: field.key })}</span></span> },
];

export function Collected() {
  const collected = useResource("collected", () => outcome(api.GET("/api/v1/collected")));
  return (
    <Page title={t("collected.title")} lead={t("collected.lead")}>
      <Show resource={collected} lines={12}>
        {({ groups, never }) => (
          <>
            <Section title={t("collected.never")}>
              <ul class="never">{never.map((what) => <li key={what} class="row"><Icon name="close" /><span>{what}</span></li>)}</ul>
            </Section>
            {groups.map((group) => (
              <Section key={group.name} title={named("collector", group.name)} aside={t("collected.fields", { n: group.fields.length })}>
                <Table label={named("collector", group.name)} bare columns={columns()} rows={group.fields} rowKey={(field) => field.path} />
              </Section>
            ))}
          </>
        )}
      </Show>
    </Page>
  );
}
