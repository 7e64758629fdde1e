// Who has a device, and what can be done about it.
import { useState } from "preact/hooks";
import type { Schema } from "../lib/api";
import { Attempt } from "../lib/attempt";
import { holderName, holderPage, undo, undoable, type Handed, type Held, type Holder } from "../lib/custody";
import { named, t } from "../lib/i18n";
import { kitWords } from "../lib/inventory";
import { may } from "../lib/session";
import { Button } from "../ui/controls";
import { describe } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Note } from "../ui/states";
import { When } from "../ui/time";
import { toast } from "../ui/toasts";
import { nameOf } from "./devices";
import { HandOver, Swap, TakeBack } from "./hand_over";

type Device = Schema["Device"];
type Act = "give" | "take" | "swap" | null;

export function HolderLink({ holder }: { holder: Holder }) {
  const where = holderPage(holder);
  const name = holderName(holder);
  return where === undefined || (holder.kind === "person" && !may("view_people")) ? <span>{name}</span> : <a href={where}>{name}</a>;
}

export function HolderKindMark({ kind }: { kind: Schema["HolderKind"] }) {
  return <span class="pair muted small"><Icon name={kind === "person" ? "people" : kind === "nobody" ? "empty" : "place"} />{named("holder", kind)}</span>;
}

const inventoryDevice = (device: Device): Held["device"] => ({
  id: device.id, tag: device.tag, serial: device.serial, manufacturer: device.manufacturer, model: device.model, kind: device.kind,
  lifecycle: device.lifecycle, condition: device.condition, flags: device.flags, held_by: device.held_by, ...(device.school ? { school: device.school } : {}),
});

export function DeviceCustody({ device, reload }: { device: Device; reload: () => void }) {
  const [asked, setAsked] = useState<Act>(null);
  const [failure, setFailure] = useState("");
  const held: Held = { device: inventoryDevice(device), ...(device.custody ? { custody: device.custody } : {}) };
  const close = (): void => setAsked(null);
  const done = (handed: Handed): void => {
    close();
    setFailure("");
    toast(whatHappened(handed));
    reload();
  };
  return (
    <section class="panel custody" aria-label={t("custody.title")}>
      <WhoHasIt held={held} />
      {may("move_custody") && <Acts device={device} ask={setAsked} done={done} failed={setFailure} />}
      {failure && <Note tone="bad" alert>{failure}</Note>}
      {asked === "give" && <HandOver held={held} kit={device.asset.kit} onClose={close} onDone={done} />}
      {asked === "take" && <TakeBack held={held} onClose={close} onDone={done} />}
      {asked === "swap" && <Swap held={held} onClose={close} onDone={done} />}
    </section>
  );
}

function WhoHasIt({ held: { custody } }: { held: Held }) {
  if (!custody) return <div class="custody-who"><HolderKindMark kind="nobody" /><p class="custody-name">{t("custody.nobody_has_it")}</p></div>;
  const { given } = custody;
  return (
    <div class="custody-who">
      <HolderKindMark kind={custody.holder.kind} />
      <p class="custody-name"><HolderLink holder={custody.holder} /></p>
      <p class="small muted">{t("custody.since")} <When ms={given.at_ms} />{given.by && ` · ${t("custody.by", { who: given.by })}`}{given.kit.length > 0 && ` · ${t("custody.with_kit", { what: kitWords(given.kit).toLowerCase() })}`}</p>
      {given.note && <p class="small">{given.note}</p>}
    </div>
  );
}

function Acts({ device, ask, done, failed }: { device: Device; ask: (act: Act) => void; done: (handed: Handed) => void; failed: (text: string) => void }) {
  const act = undoable(device.id);
  const [attempt] = useState(() => new Attempt());
  const takeBack = async (): Promise<void> => {
    if (act === undefined) return;
    const answer = await undo(attempt, act);
    if (answer.ok) done(answer.data);
    else failed(describe(answer.problem));
  };
  const isHeld = device.custody !== undefined;
  return (
    <div class="row">
      {isHeld && <Button kind="primary" onClick={() => ask("take")}>{t("custody.take_back")}</Button>}
      <Button kind={isHeld ? undefined! : "primary"} onClick={() => ask("give")}>{t(isHeld ? "custody.move" : "custody.give")}</Button>
      {isHeld && <Button onClick={() => ask("swap")}>{t("custody.swap")}</Button>}
      {act !== undefined && <Button kind="quiet" icon="undo" onClick={() => void takeBack()}>{t("custody.undo")}</Button>}
    </div>
  );
}

// "LAP-0012 is with Ana Silva now." for each device of an act.
export function whatHappened(handed: Handed): string {
  return handed.devices.map(({ device, custody }) => (custody
    ? t("custody.done_with", { name: nameOf(device), holder: holderName(custody.holder) })
    : t("custody.done_free", { name: nameOf(device) }))).join(" ");
}
