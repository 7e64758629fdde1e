// The way to everything from every page: type or scan a tag, a serial or student number, a name, a room or a model; Enter
// opens it. Ctrl+K comes here.
import { useEffect, useRef } from "preact/hooks";
import { t } from "../lib/i18n";
import { go } from "../lib/router";
import { pageOf } from "../lib/search";
import { Icon } from "./icons";
import { SearchBox } from "./search_box";

export function Find() {
  const field = useRef<HTMLInputElement>(null);
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
  return (
    <div class="find" role="search" aria-label={t("find.label")}>
      <Icon name="search" />
      <SearchBox field={field} kinds={null} attributes={{ "aria-label": t("find.label"), "aria-keyshortcuts": "Control+K", placeholder: t("find.hint") }}
        onPick={(hit) => go(pageOf(hit))} onNone={(text) => go(`/devices?${new URLSearchParams({ q: text })}`)} />
    </div>
  );
}
