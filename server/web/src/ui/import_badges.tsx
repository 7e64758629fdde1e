// How an import stands.
import type { Schema } from "../lib/api";
import { named } from "../lib/i18n";
import { Badge, type Tone } from "./badges";

type State = Schema["ImportState"];
const looks: Record<State, [Tone, string]> = {
  queued: ["mute", "clock"], reading: ["calm", "restart"], planned: ["calm", "eye"], held: ["warn", "alert"],
  writing: ["calm", "restart"], done: ["good", "check"], failed: ["bad", "alert"], canceled: ["mute", "close"],
};

export function ImportBadge({ state }: { state: State }) {
  const [tone, icon] = looks[state] ?? looks.queued;
  return <Badge tone={tone} icon={icon}>{named("import_state", state)}</Badge>;
}

export const isUnderWay = (state: State): boolean => state === "queued" || state === "reading" || state === "writing";
