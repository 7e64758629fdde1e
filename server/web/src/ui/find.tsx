// The way to one laptop from every page: type or scan its tag or serial number, Enter opens it. Ctrl+K comes here.
import { useEffect, useRef, useState } from "preact/hooks";
import { whereIs } from "../lib/find_device";
import { t } from "../lib/i18n";
import { go } from "../lib/router";
import { Icon } from "./icons";

export function Find() {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      // Not from behind an open dialog, and of the two (beside the page, in the drawer) only the one that is seen.
      const inDialog = field.current?.closest("dialog");
      if (document.querySelector("dialog[open]") !== (inDialog ?? null) || !field.current?.checkVisibility()) return;
      event.preventDefault();
      field.current.focus();
      field.current.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const find = async (event: Event): Promise<void> => {
    event.preventDefault();
    // What the field holds now: a scanner types faster than anything is drawn.
    const where = await whereIs(field.current?.value ?? "");
    setTyped("");
    go(where);
  };
  return (
    <form class="find" role="search" aria-label={t("find.label")} onSubmit={(event) => void find(event)}>
      <Icon name="search" />
      <input ref={field} type="text" inputMode="search" aria-label={t("find.label")} aria-keyshortcuts="Control+K" placeholder={t("find.hint")} value={typed}
        autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={128} onInput={(event) => setTyped(event.currentTarget.value)} />
    </form>
  );
}
