// What stands in the way of giving a device, one by one, each with how it is cleared: where that can be done here, by a
// button or a link.
import type { ComponentChildren } from "preact";
import { api, outcome, type Schema } from "../lib/api";
import { t } from "../lib/i18n";
import { may } from "../lib/session";
import { Button } from "./controls";
import { Icon } from "./icons";
import { toast } from "./toasts";

type Blocker = Schema["Blocker"];
type Flag = Schema["DeviceFlag"];

// `deviceOf`: the id of the device that is meant, where it is known. `cleared` is called when something was cleared. `more`
// adds a way of its own.
interface BlockersProps { blockers: readonly Blocker[]; deviceOf: (blocker: Blocker) => string | undefined; cleared?: () => void; more?: (blocker: Blocker) => ComponentChildren }

export function Blockers({ blockers, deviceOf, cleared, more }: BlockersProps) {
  return (
    <ul class="findings blockers" aria-label={t("blockers.title")}>
      {blockers.map((blocker) => (
        <li class="finding edge-bad" key={`${blocker.code} ${blocker.device ?? ""}`}>
          <span class="finding-mark tone-bad"><Icon name="alert" /></span>
          <div><strong>{sentence(blocker.message)}</strong><span class="small muted">{sentence(blocker.remedy)}</span></div>
          <div class="finding-next row">{more?.(blocker)}<Clear blocker={blocker} device={deviceOf(blocker)} cleared={cleared} /></div>
        </li>
      ))}
    </ul>
  );
}

const flags: Partial<Record<Blocker["code"], Flag>> = { lost: "lost", stolen: "stolen", on_hold: "on_hold" };
const onDevicePage: readonly Blocker["code"][] = ["retired_device", "not_received", "lost", "stolen", "on_hold"];

function Clear({ blocker, device, cleared }: { blocker: Blocker; device: string | undefined; cleared: (() => void) | undefined }) {
  const flag = flags[blocker.code];
  const isDevices = onDevicePage.includes(blocker.code);
  if (!device) return isDevices && blocker.device ? <a href={`/devices?${new URLSearchParams({ q: blocker.device })}`}>{t("blockers.open")}</a> : null;
  const clear = async (name: Flag): Promise<void> => {
    const gone = await clearFlag(device, name);
    if (gone) cleared?.();
    else toast(t("blockers.not_cleared"));
  };
  return (
    <>
      {flag && cleared && may("edit_devices") && <Button small onClick={() => void clear(flag)}>{t(`blockers.clear_${flag}`)}</Button>}
      {isDevices && <a href={`/devices/${device}?view=inventory`}>{t("blockers.open")}</a>}
    </>
  );
}

// Of the device as it is now: nothing that somebody else changed meanwhile is touched.
async function clearFlag(id: string, flag: Flag): Promise<boolean> {
  const path = { id };
  const now = await outcome(api.GET("/api/v1/devices/{id}", { params: { path } }));
  if (!now.ok) return false;
  const answer = await outcome(api.PATCH("/api/v1/devices/{id}", { params: { path, header: { "If-Match": now.etag } }, body: { [flag]: false } }));
  return answer.ok;
}

// The server's words begin small, because they also stand within sentences; a tag in front stays as it is.
const sentence = (text: string): string => (/^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text) + (/[.!?]$/.test(text) ? "" : ".");
