// What narrows a list: a search that writes itself into the address, and choices. On a small screen the choices wait
// behind a button.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../lib/i18n";
import { isSmall, setQuery } from "../lib/router";
import { Button, TextField } from "./controls";
import { Icon } from "./icons";

const kSearchDelayMs = 180;

interface FilterBarProps {
  search: ComponentChildren;
  chosen: number;  // how many choices are made
  children: ComponentChildren;
}

export function FilterBar({ search, chosen, children }: FilterBarProps) {
  const [open, setOpen] = useState(false);
  return (
    <search class="filters" aria-label={t("filters.label")}>
      {search}
      {isSmall.value && (
        <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}><Icon name={open ? "up" : "down"} />{chosen > 0 ? t("filters.n", { n: chosen }) : t("filters.button")}</button>
      )}
      {(open || !isSmall.value) && children}
    </search>
  );
}

// `value` is what the address says (q); `onEnter` gets the field's text: a scanner ends with Enter and types faster than
// anything is drawn.
export function SearchField({ hint, value, onEnter }: { hint: string; value: string; onEnter: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const written = useRef(value);
  // The address changed by itself (back, a link): the field follows. While somebody types it does not.
  if (value !== written.current) {
    written.current = value;
    setTyped(value);
  }
  const type = (text: string): void => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => { written.current = text.trim(); setQuery({ q: text.trim() }); }, kSearchDelayMs);
  };
  return (
    <div class="search">
      <TextField label={t("filters.search")} type="search" value={typed} onValue={type} placeholder={hint} autocomplete="off" spellcheck={false} maxLength={128}
        onKeyDown={(event) => { if (event.key === "Enter") onEnter(event.currentTarget.value); }} />
      <Icon name="search" />
    </div>
  );
}

// How many there are, and the way back to all of them; `names` are the filters that may stand in the address.
export function ListCount({ text, filtered, names, children }: { text: string; filtered: boolean; names: string[]; children?: ComponentChildren }) {
  return (
    <div class="listbar">
      <p role="status" class="row">
        <strong>{text}</strong>
        {filtered && <Button kind="quiet" small icon="close" onClick={() => setQuery(Object.fromEntries(names.map((name) => [name, ""])), "push")}>{t("filters.clear")}</Button>}
      </p>
      {children}
    </div>
  );
}
