// How somebody stands in the roster: a shape, a word and a color.
import type { Schema } from "../lib/api";
import { named } from "../lib/i18n";
import { Badge, type Tone } from "./badges";

const looks: Record<Schema["PersonState"], [Tone, string]> = { active: ["good", "check"], disabled: ["mute", "none"], missing: ["warn", "alert"] };

export function PersonStateBadge({ state, plain }: { state: Schema["PersonState"]; plain?: boolean }) {
  const [tone, icon] = looks[state] ?? looks.disabled;
  return <Badge tone={tone} icon={icon} plain={plain ?? false}>{named("person_state", state)}</Badge>;
}
