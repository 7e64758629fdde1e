// Accounts: who may sign in, and as what.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { named, t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { schoolName, schools } from "../lib/schools";
import { may, session } from "../lib/session";
import { Badge } from "../ui/badges";
import { Button, Secret, SelectField, TextField } from "../ui/controls";
import { Confirm, Dialog, describe } from "../ui/dialog";
import { Page } from "../ui/page";
import { Note, Show } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { When } from "../ui/time";
import { toast } from "../ui/toasts";

type User = Schema["User"];
type Role = Schema["Role"];
type Scope = Schema["PersonScope"];
interface Issued { name: string; password: string }
type Act = { what: "create" } | { what: "role" | "disable" | "enable" | "reset"; user: User } | null;

const roles: Role[] = ["admin", "technician", "viewer"];
const reachOf = (scope: Scope): string => scope.kind === "school" ? schoolName(scope.id) : named("reach", scope.kind);
// A select holds one text: the school's id, or nothing for the whole district.
const scopeOf = (school: string): Scope => (school === "" ? { kind: "district" } : { kind: "school", id: school });
const reachOptions = () => [{ value: "", label: t("reach.district") }, ...schools.value.map(({ id, name }) => ({ value: id, label: name }))];
const roleOptions = () => roles.map((role) => ({ value: role, label: `${named("role", role)}: ${named("role_may", role)}` }));

export function People() {
  const people = useResource("people", () => outcome(api.GET("/api/v1/users")));
  const [act, setAct] = useState<Act>(null);
  const [issued, setIssued] = useState<Issued | null>(null);
  const done = (text: string, answer?: Schema["UserWithPassword"]): void => {
    setAct(null);
    if (answer?.one_time_password) setIssued({ name: answer.user.name, password: answer.one_time_password });
    else toast(text);
    void people.reload();
  };
  return (
    <Page title={t("people.title")} lead={t("people.lead")} actions={may("edit_users") && <Button kind="primary" icon="people" onClick={() => setAct({ what: "create" })}>{t("people.create")}</Button>}>
      <Show resource={people}>{({ items }) => <Table label={t("people.title")} columns={columns(setAct)} rows={items} rowKey={(user) => user.id} />}</Show>
      {act?.what === "create" && <CreatePerson onClose={() => setAct(null)} onDone={(answer) => done(t("people.created"), answer)} />}
      {act?.what === "role" && <ChangeRole user={act.user} onClose={() => setAct(null)} onDone={() => done(t("people.role_changed", { name: act.user.name }))} />}
      {act && act.what !== "create" && act.what !== "role" && <Ask act={act.what} user={act.user} onClose={() => setAct(null)} onDone={done} />}
      {issued && (
        <Dialog title={t("people.password_title", { name: issued.name })} onClose={() => setIssued(null)}>
          <Note tone="warn" title={t("people.password_once")}><p>{t("people.password_text")}</p></Note>
          <Secret label={t("people.one_time")} text={issued.password} primary />
          <div class="form-actions"><Button onClick={() => setIssued(null)}>{t("token.close")}</Button></div>
        </Dialog>
      )}
    </Page>
  );
}

function columns(act: (act: Act) => void): Column<User>[] {
  const isSelf = (user: User): boolean => user.id === session.value?.user.id;
  return [
    { key: "name", label: t("people.name"), kind: "head", cell: (user) => <span>{user.name}{isSelf(user) && <span class="muted"> {t("people.you")}</span>}</span> },
    { key: "role", label: t("people.role"), cell: (user) => `${named("role", user.role)}, ${reachOf(user.scope)}` },
    { key: "state", label: t("column.state"), cell: (user) => status(user) },
    { key: "seen", label: t("people.last_sign_in"), cell: (user) => <When ms={user.last_sign_in_ms} /> },
    { key: "actions", label: t("column.actions"), kind: "actions", cell: (user) => may("edit_users") && (
      <div class="row">
        <Button small kind="quiet" label={t("people.role_button", { name: user.name })} onClick={() => act({ what: "role", user })}>{t("people.change_role")}</Button>
        <Button small kind="quiet" label={t("people.reset_of", { name: user.name })} onClick={() => act({ what: "reset", user })}>{t("people.reset")}</Button>
        {!isSelf(user) && (user.disabled
          ? <Button small kind="quiet" label={t("people.enable_this", { name: user.name })} onClick={() => act({ what: "enable", user })}>{t("people.enable")}</Button>
          : <Button small kind="quiet danger" label={t("people.disable_this", { name: user.name })} onClick={() => act({ what: "disable", user })}>{t("people.disable")}</Button>)}
      </div>
    ) },
  ];
}

function status(user: User) {
  if (user.disabled) return <Badge tone="mute" icon="close">{t("people.disabled")}</Badge>;
  if (user.must_change_password) return <Badge tone="warn" icon="clock">{t("people.waiting")}</Badge>;
  return <Badge tone="good" icon="check">{t("people.active")}</Badge>;
}

const change = (user: User, body: { role?: Role; scope?: Scope; disabled?: boolean; reset_password?: boolean }) =>
  outcome(api.PATCH("/api/v1/users/{id}", { params: { path: { id: user.id } }, body }));

function Ask({ act, user, onClose, onDone }: { act: "disable" | "enable" | "reset"; user: User; onClose: () => void; onDone: (text: string, answer?: Schema["UserWithPassword"]) => void }) {
  const [result, setResult] = useState<Schema["UserWithPassword"]>();
  const run = async () => {
    const answer = await change(user, act === "reset" ? { reset_password: true } : { disabled: act === "disable" });
    if (answer.ok) setResult(answer.data);
    return answer;
  };
  return (
    <Confirm title={t(`people.${act}_title`, { name: user.name })} action={t(`people.${act}`)} onClose={onClose} run={run} onDone={() => onDone(t(`people.${act}_done`, { name: user.name }), result)}>
      <p>{t(`people.${act}_text`)}</p>
    </Confirm>
  );
}

function CreatePerson({ onClose, onDone }: { onClose: () => void; onDone: (answer: Schema["UserWithPassword"]) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("technician");
  const [school, setSchool] = useState("");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    if (name.trim() === "") return setFailure(t("people.name_error"));
    setBusy(true);
    const answer = await outcome(api.POST("/api/v1/users", { body: { name: name.trim(), role, scope: scopeOf(school) } }));
    setBusy(false);
    if (answer.ok) onDone(answer.data);
    else setFailure(describe(answer.problem));
  };
  return (
    <Dialog title={t("people.create")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <TextField label={t("people.name")} hint={t("people.name_hint")} value={name} onValue={setName} maxLength={64} autocomplete="off" autocapitalize="none" spellcheck={false} error={failure || undefined} />
        <SelectField label={t("people.role")} options={roleOptions()} value={role} onValue={(value) => setRole(value as Role)} />
        <SelectField label={t("people.reach")} hint={t("people.reach_hint")} options={reachOptions()} value={school} onValue={setSchool} />
        <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary" busy={busy}>{t("people.create_action")}</Button></div>
      </form>
    </Dialog>
  );
}

function ChangeRole({ user, onClose, onDone }: { user: User; onClose: () => void; onDone: () => void }) {
  const [role, setRole] = useState<Role>(user.role);
  const [school, setSchool] = useState(user.scope.kind === "school" ? (user.scope.id ?? "") : "");
  const [failure, setFailure] = useState("");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const answer = await change(user, { role, scope: scopeOf(school) });
    if (answer.ok) onDone();
    else setFailure(describe(answer.problem));
  };
  return (
    <Dialog title={t("people.role_of", { name: user.name })} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <SelectField label={t("people.role")} options={roleOptions()} value={role} onValue={(value) => setRole(value as Role)} error={failure || undefined} />
        <SelectField label={t("people.reach")} hint={t("people.reach_hint")} options={reachOptions()} value={school} onValue={setSchool} />
        <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary">{t("action.save")}</Button></div>
      </form>
    </Dialog>
  );
}
