// Accounts: who may sign in, and as what.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { named, t } from "../lib/i18n";
import { everyPage } from "../lib/paged";
import { useResource } from "../lib/resource";
import { schoolName, schools } from "../lib/schools";
import { may, session } from "../lib/session";
import { Badge } from "../ui/badges";
import { Button, Choices, Secret, SelectField, TextField } from "../ui/controls";
import { Confirm, Dialog, describe } from "../ui/dialog";
import { Download } from "../ui/download";
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

const roles: Role[] = ["admin", "school_admin", "technician", "viewer"];
const reachOf = (scope: Scope): string => scope.kind === "school" ? (scope.ids ?? []).map(schoolName).join(", ") : named("reach", scope.kind);
const roleOptions = () => roles.map((role) => ({ value: role, label: `${named("role", role)}: ${named("role_may", role)}` }));

export function Accounts() {
  const accounts = useResource("accounts", () => everyPage((query) => outcome(api.GET("/api/v1/users", { params: { query } }))));
  const [act, setAct] = useState<Act>(null);
  const [issued, setIssued] = useState<Issued | null>(null);
  const done = (text: string, answer?: Schema["UserWithPassword"]): void => {
    setAct(null);
    if (answer?.one_time_password) setIssued({ name: answer.user.name, password: answer.one_time_password });
    else toast(text);
    void accounts.reload();
  };
  return (
    <Page title={t("accounts.title")} lead={t("accounts.lead")} actions={<><Download list="users" />{may("edit_users") && <Button kind="primary" icon="people" onClick={() => setAct({ what: "create" })}>{t("accounts.create")}</Button>}</>}>
      <Show resource={accounts}>{({ items }) => <Table label={t("accounts.title")} columns={columns(setAct)} rows={items} rowKey={(user) => user.id} />}</Show>
      {act?.what === "create" && <CreateAccount onClose={() => setAct(null)} onDone={(answer) => done(t("accounts.created"), answer)} />}
      {act?.what === "role" && <ChangeRole user={act.user} onClose={() => setAct(null)} onDone={() => done(t("accounts.role_changed", { name: act.user.name }))} />}
      {act && act.what !== "create" && act.what !== "role" && <Ask act={act.what} user={act.user} onClose={() => setAct(null)} onDone={done} />}
      {issued && (
        <Dialog title={t("accounts.password_title", { name: issued.name })} onClose={() => setIssued(null)}>
          <Note tone="warn" title={t("accounts.password_once")}><p>{t("accounts.password_text")}</p></Note>
          <Secret label={t("accounts.one_time")} text={issued.password} primary />
          <div class="form-actions"><Button onClick={() => setIssued(null)}>{t("token.close")}</Button></div>
        </Dialog>
      )}
    </Page>
  );
}

function columns(act: (act: Act) => void): Column<User>[] {
  const isSelf = (user: User): boolean => user.id === session.value?.user.id;
  return [
    { key: "name", label: t("accounts.name"), kind: "head", cell: (user) => <span>{user.name}{isSelf(user) && <span class="muted"> {t("accounts.you")}</span>}</span> },
    { key: "role", label: t("accounts.role"), cell: (user) => `${named("role", user.role)}, ${reachOf(user.scope)}` },
    { key: "state", label: t("column.state"), cell: (user) => status(user) },
    { key: "seen", label: t("accounts.last_sign_in"), cell: (user) => <When ms={user.last_sign_in_ms} /> },
    { key: "actions", label: t("column.actions"), kind: "actions", cell: (user) => may("edit_users") && (
      <div class="row">
        <Button small kind="quiet" label={t("accounts.role_button", { name: user.name })} onClick={() => act({ what: "role", user })}>{t("accounts.change_role")}</Button>
        <Button small kind="quiet" label={t("accounts.reset_of", { name: user.name })} onClick={() => act({ what: "reset", user })}>{t("accounts.reset")}</Button>
        {!isSelf(user) && (user.disabled
          ? <Button small kind="quiet" label={t("accounts.enable_this", { name: user.name })} onClick={() => act({ what: "enable", user })}>{t("accounts.enable")}</Button>
          : <Button small kind="quiet danger" label={t("accounts.disable_this", { name: user.name })} onClick={() => act({ what: "disable", user })}>{t("accounts.disable")}</Button>)}
      </div>
    ) },
  ];
}

function status(user: User) {
  if (user.disabled) return <Badge tone="mute" icon="close">{t("accounts.disabled")}</Badge>;
  if (user.must_change_password) return <Badge tone="warn" icon="clock">{t("accounts.waiting")}</Badge>;
  return <Badge tone="good" icon="check">{t("accounts.active")}</Badge>;
}

// The whole district, or those schools that are ticked.
function Reach({ scope, onScope, error }: { scope: Scope; onScope: (scope: Scope) => void; error?: string | undefined }) {
  const ids = scope.ids ?? [];
  const tick = (id: string): void => onScope({ kind: "school", ids: ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id] });
  return (
    <>
      <SelectField label={t("accounts.reach")} hint={t("accounts.reach_hint")} value={scope.kind}
        options={[{ value: "district", label: t("reach.district") }, { value: "school", label: t("accounts.reach_schools") }]}
        onValue={(kind) => onScope(kind === "school" ? { kind, ids } : { kind: "district" })} />
      {scope.kind === "school" && (
        <Choices legend={t("accounts.schools")} error={error} options={schools.value.map(({ id, name }) => ({ value: id, label: name }))} chosen={ids} onToggle={tick} />
      )}
    </>
  );
}
const reachesNobody = (scope: Scope): boolean => scope.kind === "school" && (scope.ids ?? []).length === 0;

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
    <Confirm title={t(`accounts.${act}_title`, { name: user.name })} action={t(`accounts.${act}`)} onClose={onClose} run={run} onDone={() => onDone(t(`accounts.${act}_done`, { name: user.name }), result)}>
      <p>{t(`accounts.${act}_text`)}</p>
    </Confirm>
  );
}

function CreateAccount({ onClose, onDone }: { onClose: () => void; onDone: (answer: Schema["UserWithPassword"]) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("technician");
  const [scope, setScope] = useState<Scope>({ kind: "district" });
  const [missing, setMissing] = useState("");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    if (name.trim() === "") return setFailure(t("accounts.name_error"));
    if (reachesNobody(scope)) return setMissing(t("accounts.schools_error"));
    setBusy(true);
    const answer = await outcome(api.POST("/api/v1/users", { body: { name: name.trim(), role, scope } }));
    setBusy(false);
    if (answer.ok) onDone(answer.data);
    else setFailure(describe(answer.problem));
  };
  return (
    <Dialog title={t("accounts.create")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <TextField label={t("accounts.name")} hint={t("accounts.name_hint")} value={name} onValue={setName} maxLength={64} autocomplete="off" autocapitalize="none" spellcheck={false} error={failure || undefined} />
        <SelectField label={t("accounts.role")} options={roleOptions()} value={role} onValue={(value) => setRole(value as Role)} />
        <Reach scope={scope} onScope={setScope} error={missing || undefined} />
        <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary" busy={busy}>{t("accounts.create_action")}</Button></div>
      </form>
    </Dialog>
  );
}

function ChangeRole({ user, onClose, onDone }: { user: User; onClose: () => void; onDone: () => void }) {
  const [role, setRole] = useState<Role>(user.role);
  const [scope, setScope] = useState<Scope>(user.scope);
  const [missing, setMissing] = useState("");
  const [failure, setFailure] = useState("");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (reachesNobody(scope)) return setMissing(t("accounts.schools_error"));
    const answer = await change(user, { role, scope });
    if (answer.ok) onDone();
    else setFailure(describe(answer.problem));
  };
  return (
    <Dialog title={t("accounts.role_of", { name: user.name })} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <SelectField label={t("accounts.role")} options={roleOptions()} value={role} onValue={(value) => setRole(value as Role)} error={failure || undefined} />
        <Reach scope={scope} onScope={setScope} error={missing || undefined} />
        <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary">{t("action.save")}</Button></div>
      </form>
    </Dialog>
  );
}
