// Who or what is to have a device: a person, a room, a cart, a pool, the bench, a vendor; found by name, number or scan.
import { useRef } from "preact/hooks";
import { t } from "../lib/i18n";
import type { Receiver } from "../lib/custody";
import { detailOf, type Hit, type Kind } from "../lib/search";
import { may } from "../lib/session";
import { Button, Field } from "./controls";
import { Icon } from "./icons";
import { SearchBox } from "./search_box";

export interface Chosen extends Receiver { detail: string }

export const chosenOf = (hit: Hit): Chosen => ({ kind: hit.kind === "person" ? "person" : "place", id: hit.id, name: hit.title, detail: detailOf(hit) });

// Names are looked for by those who may see them; places by everybody.
export const receiverKinds = (): Kind[] => (may("view_people") ? ["person", "place"] : ["place"]);

interface ReceiverFieldProps { label: string; hint: string; kinds: readonly Kind[]; chosen: Chosen | null; onChosen: (chosen: Chosen | null) => void; optional?: boolean; error?: string | undefined }

export function ReceiverField({ label, hint, kinds, chosen, onChosen, optional, error }: ReceiverFieldProps) {
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  // The focus goes where the next step is, and never gets lost with what was focused.
  const choose = (next: Chosen | null): void => {
    onChosen(next);
    requestAnimationFrame(() => (next ? box.current?.querySelector<HTMLElement>("button") : field.current)?.focus());
  };
  if (chosen) {
    return (
      <div class="field" ref={box} role="group" aria-label={label}>
        <span class="legend">{label}</span>
        <div class="chosen">
          <Icon name={chosen.kind === "person" ? "people" : "place"} />
          <span class="search-words"><strong>{chosen.name}</strong><span class="small muted">{chosen.detail}</span></span>
          <Button small kind="quiet" label={t("receiver.change_this", { name: chosen.name })} onClick={() => choose(null)}>{t("receiver.change")}</Button>
        </div>
      </div>
    );
  }
  return (
    <Field label={label} hint={hint} optional={optional ?? false} error={error}>
      {(attributes) => <SearchBox attributes={attributes} field={field} kinds={kinds} onPick={(hit) => choose(chosenOf(hit))} />}
    </Field>
  );
}
