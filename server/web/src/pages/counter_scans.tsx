// What came of each scan, newest first: done, or what is in the way and how it is cleared.
import type { Schema } from "../lib/api";
import type { Counter, Scan } from "../lib/counter";
import { undoable } from "../lib/custody";
import { count, time } from "../lib/format";
import { t } from "../lib/i18n";
import { Badge, type Tone } from "../ui/badges";
import { Strip } from "../ui/bars";
import { Blockers } from "../ui/blockers";
import { Button } from "../ui/controls";
import { describe } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Section } from "../ui/page";
import { toast } from "../ui/toasts";
import { whatHappened } from "./device_custody";

const looks: Record<Scan["state"], [Tone, string]> = {
  done: ["good", "check"], refused: ["bad", "close"], waiting: ["mute", "clock"], unsent: ["warn", "unplugged"], undone: ["mute", "undo"], step: ["calm", "right"],
};
const kShown = 60;

export function Scans({ counter, focus }: { counter: Counter; focus: () => void }) {
  const scans = counter.scans.value;
  const last = scans.find(canUndo);
  const undoIt = async (scan: Scan): Promise<void> => {
    const problem = await counter.undo(scan);
    if (problem) toast(describe(problem));
    focus();
  };
  return (
    <Section title={t("counter.scans")} aside={last && <Button small icon="undo" onClick={() => void undoIt(last)}>{t("counter.undo_last")}</Button>}>
      <Tally scans={scans} />
      <p class="hidden-text" role="status">{scans[0] && scans[0].state !== "waiting" ? `${t(`counter.state_${scans[0].state}`)}: ${saidOf(scans[0])}` : ""}</p>
      {scans.length === 0 ? <p class="muted">{t("counter.none")}</p> : (
        <ol class="scans">{scans.slice(0, kShown).map((scan) => <Row key={scan.no} scan={scan} counter={counter} undoIt={(each) => void undoIt(each)} focus={focus} />)}</ol>
      )}
    </Section>
  );
}

const canUndo = (scan: Scan): boolean => scan.state === "done" && scan.handed?.act !== undefined && scan.handed.devices.every(({ device }) => undoable(device.id) === scan.handed?.act);

function Tally({ scans }: { scans: readonly Scan[] }) {
  const of = (...states: Scan["state"][]): number => scans.filter(({ state }) => states.includes(state)).length;
  const parts = [
    { key: "done", value: of("done"), tone: "good" as Tone }, { key: "refused", value: of("refused"), tone: "bad" as Tone },
    { key: "waiting", value: of("waiting", "unsent"), tone: "warn" as Tone },
  ] as const;
  if (parts.every(({ value }) => value === 0)) return null;
  return (
    <div class="tally">
      <Strip parts={[...parts]} />
      <ul class="row small">{parts.filter(({ value }) => value > 0).map(({ key, value, tone }) => <li key={key}><Badge tone={tone} icon={looks[key][1]} plain>{`${count(value)} ${t(`counter.tally_${key}`)}`}</Badge></li>)}</ul>
    </div>
  );
}

function saidOf(scan: Scan): string {
  if (scan.state === "done" && scan.handed) return whatHappened(scan.handed);
  return [scan.text, scan.said, ...scan.blockers.map(({ message }) => message)].filter(Boolean).join(". ");
}

function Row({ scan, counter, undoIt, focus }: { scan: Scan; counter: Counter; undoIt: (scan: Scan) => void; focus: () => void }) {
  const [tone, icon] = looks[scan.state];
  const again = (): void => { counter.again(scan); focus(); };
  return (
    <li class={`scan-row edge-${tone}`}>
      <span class={`finding-mark tone-${tone}`}><Icon name={icon} /></span>
      <div class="stack tight">
        <span class="row spread"><strong>{scan.state === "done" && scan.handed ? whatHappened(scan.handed) : scan.text}</strong><span class="muted small nowrap">{t(`counter.state_${scan.state}`)} · {time(scan.atMs)}</span></span>
        {scan.state !== "done" && scan.said && <span>{scan.said}</span>}
        {scan.choices.length > 0 && <div class="row">{scan.choices.map((hit) => <Button key={hit.id} small onClick={() => { counter.choose(scan, hit); focus(); }}>{[hit.title, hit.number].filter(Boolean).join(" · ")}</Button>)}</div>}
        {scan.blockers.length > 0 && <Blockers blockers={scan.blockers} deviceOf={(blocker) => deviceOf(scan, blocker)} cleared={again} more={(blocker) => <Way scan={scan} blocker={blocker} counter={counter} focus={focus} />} />}
        {scan.state === "refused" && scan.choices.length === 0 && <div class="row"><Button small label={t("counter.again_this", { text: scan.text })} onClick={again}>{t("counter.again")}</Button>{scan.mode === "move" && scan.device && !scan.device.custody && scan.to && <Button small onClick={() => { void counter.giveHere(scan); focus(); }}>{t("counter.give_here", { name: scan.to.name })}</Button>}</div>}
        {canUndo(scan) && <div><Button small kind="quiet" icon="undo" label={t("counter.undo_this", { text: scan.text })} onClick={() => undoIt(scan)}>{t("counter.undo")}</Button></div>}
      </div>
    </li>
  );
}

const deviceOf = (scan: Scan, blocker: Schema["Blocker"]): string | undefined => (blocker.device !== undefined && scan.device ? scan.device.device.id : undefined);

// What somebody else has can come straight from there.
function Way({ scan, blocker, counter, focus }: { scan: Scan; blocker: Schema["Blocker"]; counter: Counter; focus: () => void }) {
  if (blocker.code !== "already_held" || !scan.to || !scan.device?.custody) return null;
  return <Button small onClick={() => { void counter.moveHere(scan); focus(); }}>{t("counter.move_here", { name: scan.to.name })}</Button>;
}
