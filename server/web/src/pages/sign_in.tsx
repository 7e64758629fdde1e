// Signing in; a one-time password is changed in the same step, with the rules in sight.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../lib/api";
import { t } from "../lib/i18n";
import { signIn } from "../lib/session";
import { Button, PasswordField, TextField } from "../ui/controls";
import { describe } from "../ui/dialog";
import { NewPasswordFields, passwordProblem } from "../ui/new_password";
import { OfflineBanner } from "../ui/shell";
import { Note } from "../ui/states";

export function SignIn() {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [change, setChange] = useState(false);
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => { document.title = t("app.page_title", { page: t("sign_in.title") }); }, []);
  useEffect(() => { if (change) title.current?.focus(); }, [change]);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const wrong = change ? passwordProblem(name, password, fresh, again) : name.trim() === "" || password === "" ? t("sign_in.both") : "";
    setFailure(wrong);
    if (wrong) return;
    setBusy(true);
    const answer = await signIn(name.trim(), password, change ? fresh : undefined);
    setBusy(false);
    if (answer.ok) return;
    if (answer.problem.name === "password-change-required") setChange(true);
    else setFailure(explain(answer.problem));
  };

  return (
    <main id="main" class="alone-main" tabIndex={-1}>
      <OfflineBanner />
      <div class="sheet">
        <div class="stack">
          <h1 ref={title} tabIndex={-1}>{t(change ? "sign_in.change_title" : "sign_in.title")}</h1>
          {change && <p class="muted">{t("sign_in.change_lead")}</p>}
        </div>
        <form class="panel form" onSubmit={(event) => void submit(event)} noValidate>
          {failure && <Note tone="bad" alert>{failure}</Note>}
          {change ? (
            <>
              <input type="text" name="username" autocomplete="username" value={name} hidden readOnly />
              <NewPasswordFields fresh={fresh} again={again} onFresh={setFresh} onAgain={setAgain} name={name} old={password} />
            </>
          ) : (
            <>
              <TextField label={t("sign_in.name")} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} value={name} onValue={setName} maxLength={64} />
              <PasswordField label={t("sign_in.password")} name="password" autocomplete="current-password" value={password} onValue={setPassword} maxLength={256} />
            </>
          )}
          <Button type="submit" kind="primary" busy={busy}>{t(busy ? "sign_in.busy" : change ? "sign_in.change_action" : "sign_in.action")}</Button>
        </form>
        <p class="small muted">{t("sign_in.help")} <a href="/help/certificate">{t("sign_in.help_link")}</a></p>
      </div>
    </main>
  );
}

function explain(problem: Problem): string {
  if (problem.kind === "signed_out") return t("sign_in.wrong");
  if (problem.status === 429) return problem.detail || t("sign_in.too_many");
  return describe(problem);
}
