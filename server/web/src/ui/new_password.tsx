// Choosing a password: the rules are shown and tick themselves off. The server decides; this only helps early.
import { t } from "../lib/i18n";
import { Icon } from "./icons";
import { PasswordField } from "./controls";

const kLeastCharacters = 15;

interface Rule { text: string; met: boolean }

function rulesFor(name: string, old: string, fresh: string, again: string): Rule[] {
  const lower = fresh.toLowerCase();
  return [
    { text: t("password.rule_length", { n: kLeastCharacters }), met: [...fresh].length >= kLeastCharacters },
    { text: t("password.rule_new"), met: fresh !== "" && fresh !== old && (name === "" || !lower.includes(name.toLowerCase())) },
    { text: t("password.rule_same"), met: fresh !== "" && fresh === again },
  ];
}

// The first rule that is broken, or nothing.
export function passwordProblem(name: string, old: string, fresh: string, again: string): string {
  const broken = rulesFor(name, old, fresh, again).find((rule) => !rule.met);
  return broken ? t("password.broken", { rule: broken.text }) : "";
}

export function NewPasswordFields(props: { fresh: string; again: string; name: string; old: string; onFresh: (value: string) => void; onAgain: (value: string) => void }) {
  const rules = rulesFor(props.name, props.old, props.fresh, props.again);
  return (
    <>
      <PasswordField label={t("password.new")} hint={t("password.hint")} autocomplete="new-password" value={props.fresh} onValue={props.onFresh} maxLength={256} />
      <PasswordField label={t("password.again")} autocomplete="new-password" value={props.again} onValue={props.onAgain} maxLength={256} />
      <ul class="rules" aria-label={t("password.rules")}>
        {rules.map((rule) => (
          <li key={rule.text} class={rule.met ? "met" : ""}>
            <Icon name={rule.met ? "check" : "dot"} />{rule.text}<span class="hidden-text"> {t(rule.met ? "password.met" : "password.unmet")}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
