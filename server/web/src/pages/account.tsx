// One's own account: changing the password.
import { useState } from "preact/hooks";
import { api, outcome } from "../lib/api";
import { named, t } from "../lib/i18n";
import { dateTime } from "../lib/format";
import { session } from "../lib/session";
import { Button, PasswordField } from "../ui/controls";
import { describe } from "../ui/dialog";
import { NewPasswordFields, passwordProblem } from "../ui/new_password";
import { Page, Section } from "../ui/page";
import { Note } from "../ui/states";
import { Facts } from "../ui/table";
import { toast } from "../ui/toasts";

export function Account() {
  const who = session.value;
  if (!who) return null;
  return (
    <Page title={t("account.title")}>
      <div class="columns">
        <Section title={t("account.who")}>
          <Facts facts={[[t("accounts.name"), who.user.name], [t("accounts.role"), named("role", who.user.role)], [t("account.until"), dateTime(who.expires_ms)]]} />
        </Section>
        <Section title={t("account.password")}><PasswordForm name={who.user.name} /></Section>
      </div>
    </Page>
  );
}

function PasswordForm({ name }: { name: string }) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const wrong = passwordProblem(name, old, fresh, again);
    setFailure(wrong);
    if (wrong || busy) return;
    setBusy(true);
    const answer = await outcome(api.PUT("/api/v1/session/password", { body: { password: old, new_password: fresh } }));
    setBusy(false);
    if (!answer.ok) return setFailure(describe(answer.problem));
    session.value = answer.data;
    for (const clear of [setOld, setFresh, setAgain]) clear("");
    toast(t("account.changed"));
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)} noValidate>
      {failure && <Note tone="bad" alert>{failure}</Note>}
      <PasswordField label={t("account.old")} autocomplete="current-password" value={old} onValue={setOld} maxLength={256} />
      <NewPasswordFields fresh={fresh} again={again} name={name} old={old} onFresh={setFresh} onAgain={setAgain} />
      <div><Button type="submit" kind="primary" busy={busy}>{t("account.action")}</Button></div>
      <p class="small muted">{t("account.others")}</p>
    </form>
  );
}
