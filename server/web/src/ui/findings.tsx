// What is wrong and what to do next, the worst first; one row each.
import type { ComponentChildren } from "preact";
import { t } from "../lib/i18n";
import { Icon } from "./icons";

export interface Finding {
  key: string;
  tone: "bad" | "warn" | "calm";
  icon: string;
  title: string;
  // Why it is thought so; left out where the title says it.
  detail?: string | undefined;
  // What a person does about it, with a link where that can be done here.
  next: ComponentChildren;
}

const order = ["bad", "warn", "calm"];

export function Findings({ label, findings, none }: { label: string; findings: Finding[]; none: string }) {
  if (findings.length === 0) return <p class="findings-none tone-good"><Icon name="check" /><span>{none}</span></p>;
  const sorted = findings.slice().sort((one, other) => order.indexOf(one.tone) - order.indexOf(other.tone));
  return (
    <ul class="findings" aria-label={label}>
      {sorted.map(({ key, tone, icon, title, detail, next }) => (
        <li key={key} class={`finding edge-${tone}`}>
          <span class={`finding-mark tone-${tone}`}><Icon name={icon} /></span>
          <div><strong>{title}</strong>{detail && <span class="muted small">{detail}</span>}</div>
          <div class="finding-next"><span class="hidden-text">{t("findings.next")} </span>{next}</div>
        </li>
      ))}
    </ul>
  );
}
