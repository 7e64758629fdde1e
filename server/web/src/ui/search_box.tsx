// A field that finds things while somebody types: a combobox as the ARIA practices describe it. The focus stays in the
// field; arrow keys choose, Enter takes what is chosen, or else what was typed, Escape closes the list.
//
// A scanner types faster than any answer comes and ends with Enter: then the text of the field is asked for anew and all of
// it counts, whatever the list shows. Only another Enter takes its place: neither what is typed after it nor a suggestion
// that comes late.
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../lib/api";
import { named, t } from "../lib/i18n";
import { detailOf, isClose, meant, search, type Found, type Hit, type Kind } from "../lib/search";
import { Badge } from "./badges";
import { describe } from "./dialog";
import { Icon } from "./icons";

interface SearchBoxProps {
  // Of the field, as a label or Field gives them.
  attributes: Record<string, string | undefined>;
  kinds: readonly Kind[] | null;
  onPick: (hit: Hit) => void;
  // Enter, and what was typed is none of those that answer, or several.
  onNone?: (text: string) => void;
  field?: { current: HTMLInputElement | null };
}

const kDelayMs = 110;

type Shown = { found: Found; text: string } | null;

export function SearchBox({ attributes, kinds, onPick, onNone, field: outer }: SearchBoxProps) {
  const own = useRef<HTMLInputElement>(null);
  const field = outer ?? own;
  const id = useId();
  const [typed, setTyped] = useState("");
  const [shown, setShown] = useState<Shown>(null);
  const [at, setAt] = useState(-1);
  const [problem, setProblem] = useState<Problem | null>(null);
  const suggesting = useRef(0);
  const entering = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => { suggesting.current++; entering.current++; clearTimeout(timer.current); }, []);

  const close = (): void => { suggesting.current++; clearTimeout(timer.current); setShown(null); setAt(-1); };
  // What was typed meanwhile stays.
  const clear = (text: string): void => { close(); setProblem(null); setTyped((now) => (now === text ? "" : now)); };
  const ask = async (text: string, turn: { current: number }): Promise<Found | undefined> => {
    const mine = ++turn.current;
    const answer = await search(text, kinds);
    if (mine !== turn.current) return undefined;
    setProblem(answer.ok ? null : answer.problem);
    return answer.ok ? answer.data : undefined;
  };
  const type = (text: string): void => {
    setTyped(text);
    close();
    if (text.trim() === "") return;
    timer.current = setTimeout(() => void ask(text, suggesting).then((found) => { if (found) setShown({ found, text }); }), kDelayMs);
  };
  const hits = shown?.found.groups.flatMap((group) => group.items) ?? [];
  const enter = async (text: string): Promise<void> => {
    const chosen = hits[at];
    if (chosen && shown?.text === text) { clear(text); return onPick(chosen); }
    close();
    if (text.trim() === "") return;
    const found = await ask(text, entering);
    if (!found) return;
    const hit = meant(found);
    if (hit) { clear(text); onPick(hit); }
    else if (onNone && found.groups.length === 0) { clear(text); onNone(text.trim()); }
    else setShown({ found, text });
  };
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const text = field.current?.value ?? "";
    if (event.key === "Enter") { event.preventDefault(); void enter(text); }
    else if (event.key === "Escape" && shown) { event.preventDefault(); event.stopPropagation(); close(); }
    else if (step !== undefined && shown && hits.length > 0) {
      event.preventDefault();
      setAt((now) => (now + step + hits.length + (now < 0 && step < 0 ? 1 : 0)) % hits.length);
    } else if (step !== undefined && text.trim() !== "") {
      event.preventDefault();
      void ask(text, suggesting).then((found) => { if (found) { setShown({ found, text }); setAt(found.groups.length > 0 && step > 0 ? 0 : -1); } });
    }
  };
  const active = hits[at];
  return (
    <div class="search-box">
      <input {...attributes} ref={field} type="text" inputMode="search" role="combobox" aria-autocomplete="list" aria-expanded={hits.length > 0} aria-controls={hits.length > 0 ? `${id}-list` : undefined}
        aria-activedescendant={active ? optionId(id, active) : undefined} value={typed} autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={128}
        onInput={(event) => type(event.currentTarget.value)} onKeyDown={key} onBlur={close} />
      {shown && <List id={id} found={shown.found} active={active} field={field} onPick={(hit) => { clear(shown.text); onPick(hit); }} />}
      <span class="hidden-text" role="status">{problem ? describe(problem) : shown ? t("search.results", { n: hits.length }) : ""}</span>
      {problem && <span class="search-problem"><Icon name="alert" />{describe(problem)}</span>}
    </div>
  );
}

const optionId = (id: string, hit: Hit): string => `${id}-${hit.kind}-${hit.id}`;
const icons: Record<Kind, string> = { device: "devices", person: "people", place: "place", model: "model" };

interface ListProps { id: string; found: Found; active: Hit | undefined; field: { current: HTMLInputElement | null }; onPick: (hit: Hit) => void }

// Below its field and over everything else: the navigation that holds the field scrolls, and would cut it off.
function List({ id, found, active, field, onPick }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = (): void => {
      const list = box.current;
      const at = field.current?.getBoundingClientRect();
      if (!list || !at) return;
      const width = Math.min(Math.max(at.width, 448), innerWidth - 16);
      list.style.width = `${width}px`;
      list.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
      list.style.top = `${at.bottom + 4}px`;
      list.style.maxHeight = `${Math.max(120, innerHeight - at.bottom - 16)}px`;
    };
    place();
    addEventListener("resize", place);
    addEventListener("scroll", place, true);
    return () => { removeEventListener("resize", place); removeEventListener("scroll", place, true); };
  }, [found]);
  useEffect(() => { if (active) document.getElementById(optionId(id, active))?.scrollIntoView({ block: "nearest" }); }, [active]);
  return (
    // A press of the button must not take the focus from the field.
    <div class="search-list" ref={box} onMouseDown={(event) => event.preventDefault()}>
      {found.groups.length === 0 && <p class="search-note">{t("search.none")}</p>}
      {isClose(found) && <p class="search-note">{t("search.close")}</p>}
      {found.groups.length > 0 && <div role="listbox" class="search-options" id={`${id}-list`} aria-label={t("search.answers")}>
        {found.groups.map((group) => (
          <div role="group" key={group.kind} aria-label={named("search_kind", group.kind)}>
            <div class="search-kind" aria-hidden="true">{named("search_kind", group.kind)}</div>
            {group.items.map((hit) => (
              <div role="option" key={hit.id} id={optionId(id, hit)} class="search-hit" aria-selected={hit === active} onClick={() => onPick(hit)}>
                <Icon name={icons[hit.kind]} />
                <span class="search-words"><strong>{hit.title}</strong><span class="small muted">{detailOf(hit)}</span></span>
                {hit.state !== "active" && <Badge tone={hit.state === "missing" ? "warn" : "mute"} icon={hit.state === "missing" ? "alert" : "none"} plain>{named("search_state", hit.state)}</Badge>}
              </div>
            ))}
          </div>
        ))}
      </div>}
      {found.groups.some((group) => group.more) && <p class="search-note">{t("search.more")}</p>}
      {found.behind && <p class="search-note">{t("search.behind")}</p>}
    </div>
  );
}
