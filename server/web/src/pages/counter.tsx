// The counter: hand out, take back, swap and move by scanning, without leaving the screen. One plain field, Enter commits,
// each scan says at once what came of it.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { api, outcome } from "../lib/api";
import { rereads } from "../lib/connection";
import { Counter, modes, type Mode, type To } from "../lib/counter";
import { holderName } from "../lib/custody";
import { t } from "../lib/i18n";
import { conditionChoices } from "../lib/inventory";
import { fromQuery, setQuery } from "../lib/router";
import { may } from "../lib/session";
import { sound } from "../lib/sound";
import { keepUnsent } from "../lib/unsent";
import { Button, Field, SelectField } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { ReceiverField, receiverKinds } from "../ui/receiver";
import { Failed } from "../ui/states";
import { Scans } from "./counter_scans";

const modeIcons: Record<Mode, string> = { give: "right", take: "undo", swap: "restart", move: "place" };
const modeOf = (text: string): Mode => modes.find((mode) => mode === text) ?? "give";
const forbidden = { kind: "forbidden", status: 403, title: "", detail: "", field: "", name: "", blockers: [] } as const;

export function CounterPage() {
  if (!may("move_custody")) return <Page title={t("counter.title")}><Failed problem={{ ...forbidden, blockers: [] }} /></Page>;
  return <Desk />;
}

function Desk() {
  const counter = useMemo(() => keepUnsent("counter", () => new Counter(receiverKinds())), []);
  const field = useRef<HTMLInputElement>(null);
  const focus = (): void => field.current?.focus();
  const mode = modeOf(fromQuery("mode"));
  useEffect(() => counter.setMode(mode), [mode]);
  usePreset(counter);
  useWaiting(counter);
  useTypingAnywhere(field);
  return (
    <Page title={t("counter.title")} lead={t("counter.lead")} actions={<label class="choice small"><input type="checkbox" checked={sound.value} onChange={() => { sound.value = !sound.value; }} />{t("counter.sound")}</label>}>
      <div class="counter">
        <div class="stack counter-desk">
          <Modes mode={mode} onMode={(next) => { setQuery({ mode: next, person: "", place: "" }); focus(); }} />
          <ScanField counter={counter} field={field} />
          <Told counter={counter} focus={focus} />
        </div>
        <Scans counter={counter} focus={focus} />
      </div>
    </Page>
  );
}

// Whom the address names: a person's or a place's page leads here.
function usePreset(counter: Counter): void {
  const person = fromQuery("person");
  const place = fromQuery("place");
  useEffect(() => {
    const take = (to: To): void => { counter.to.value = to; counter.keep.value = true; };
    if (place) void outcome(api.GET("/api/v1/places/{id}", { params: { path: { id: place } } })).then((answer) => { if (answer.ok) take({ kind: "place", id: place, name: answer.data.name, detail: "" }); });
    else if (person) void outcome(api.GET("/api/v1/people/{id}", { params: { path: { id: person } } })).then((answer) => { if (answer.ok) take({ kind: "person", id: person, name: answer.data.name, detail: answer.data.student_number ?? "" }); });
  }, [person, place]);
}

// What is not sent yet is sent when the server is back, or when whoever scanned it is back on this page.
function useWaiting(counter: Counter): void {
  useEffect(() => {
    let seen = rereads.peek();
    counter.resume();
    return rereads.subscribe((now) => { if (now !== seen) { seen = now; counter.resume(); } });
  }, [counter]);
}

// After a press beside everything the next scan still lands in the field.
function useTypingAnywhere(field: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    field.current?.focus();
    const onKey = (event: KeyboardEvent): void => {
      const nowhere = document.activeElement === document.body || document.activeElement?.tagName === "H1";
      if (nowhere && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) field.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function Modes({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) {
  return (
    <fieldset class="modes">
      <legend class="hidden-text">{t("counter.mode")}</legend>
      {modes.map((each) => (
        <label key={each} class={each === mode ? "mode chosen" : "mode"}>
          <input type="radio" name="mode" value={each} checked={each === mode} onChange={() => onMode(each)} />
          <Icon name={modeIcons[each]} />{t(`counter.mode_${each}`)}
        </label>
      ))}
    </fieldset>
  );
}

function ScanField({ counter, field }: { counter: Counter; field: { current: HTMLInputElement | null } }) {
  const awaited = counter.awaited();
  const to = counter.to.value;
  const incoming = counter.incoming.value;
  const name = to?.name ?? "";
  const submit = (event: Event): void => {
    event.preventDefault();
    const input = field.current;
    if (!input) return;
    // What the field holds now: a scanner types faster than anything is drawn.
    counter.scan(input.value);
    input.value = "";
  };
  return (
    <form class="scan" noValidate onSubmit={submit}>
      {to && (
        <div class="chosen scan-for"><Icon name={to.kind === "person" ? "people" : "place"} /><span class="search-words"><strong>{to.name}</strong><span class="small muted">{to.detail}</span></span>
          <Button small kind="quiet" label={t("receiver.change_this", { name: to.name })} onClick={() => { counter.to.value = null; field.current?.focus(); }}>{t("receiver.change")}</Button></div>
      )}
      {incoming && (
        <div class="chosen scan-for"><Icon name="devices" /><span class="search-words"><strong>{t("counter.comes_in", { name: incoming.device.tag || incoming.device.serial, holder: holderName(incoming.custody?.holder) })}</strong></span>
          <Button small kind="quiet" onClick={() => { counter.start(false); field.current?.focus(); }}>{t("receiver.change")}</Button></div>
      )}
      <Field label={awaited === "device" && name !== "" ? t("counter.scan_device_for", { name }) : t(`counter.scan_${awaited}`)} hint={t(`counter.hint_${awaited}`)}>
        {(attributes) => <input {...attributes} ref={field} class="scan-input" type="text" autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={64} onKeyDown={(event) => { if (event.key === "Escape") counter.start(true); }} />}
      </Field>
      <button type="submit" class="hidden-text" tabIndex={-1}>{t("counter.commit")}</button>
    </form>
  );
}

// What stays as it is until somebody changes it.
function Told({ counter, focus }: { counter: Counter; focus: () => void }) {
  const mode = counter.mode.value;
  const hands = mode === "give" || mode === "move";
  return (
    <div class="stack told">
      {hands && <label class="choice"><input type="checkbox" checked={counter.keep.value} onChange={() => { counter.keep.value = !counter.keep.value; focus(); }} />{t("counter.keep")}</label>}
      <SelectField label={t("inventory.condition")} options={[{ value: "", label: t("custody.same_condition") }, ...conditionChoices()]} value={counter.condition.value} onValue={(value) => { counter.condition.value = value; focus(); }} />
      {!hands && <ReceiverField label={t("custody.goes_to")} hint={t("custody.goes_to_hint")} kinds={["place"]} optional chosen={counter.back.value && { ...counter.back.value }} onChosen={(place) => { counter.back.value = place; if (place) requestAnimationFrame(() => requestAnimationFrame(focus)); }} />}
    </div>
  );
}
