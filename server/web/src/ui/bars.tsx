// Counts drawn as bars, the track being the whole; each opens its list. Drawn in SVG: its attributes need no
// inline style.
import { count, percent } from "../lib/format";
import type { Tone } from "./badges";
import { Icon } from "./icons";

export interface Bar { key: string; name: string; value: number; href: string; tone: Tone | "accent"; icon?: string }

// One laptop of ten thousand still shows.
const shareOf = (value: number, total: number): number => (value === 0 ? 0 : Math.max(0.8, (value / Math.max(1, total)) * 100));

// Some are never "0%", and never all of them by rounding.
function shareInWords(value: number, total: number): string {
  if (value === 0 || total === 0) return "";
  const share = (value / total) * 100;
  if (share < 0.5) return `<${percent(1)}`;
  return value < total && share >= 99.5 ? `>${percent(99)}` : percent(share);
}

export function Bars({ label, bars, total }: { label: string; bars: Bar[]; total: number }) {
  return (
    <ul class="bars" aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.key}>
          <a class={bar.value === 0 ? "bar none" : "bar"} href={bar.href}>
            <span class={`bar-name tone-${bar.tone}`}>{bar.icon && <Icon name={bar.icon} />}<span>{bar.name}</span></span>
            <svg class="bar-draw" aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 12">
              <rect class="bar-track" width="100" height="12" />
              <rect class={`bar-fill fill-${bar.tone}`} width={shareOf(bar.value, total)} height="12" />
            </svg>
            <span class="bar-count">{count(bar.value)}<small>{shareInWords(bar.value, total)}</small></span>
          </a>
        </li>
      ))}
    </ul>
  );
}

// The whole fleet as one strip. The bars beside it say the same in words, so it is left out of the reading.
export function Strip({ parts }: { parts: { key: string; value: number; tone: Tone }[] }) {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  if (total === 0) return null;
  let from = 0;
  return (
    <svg class="strip" viewBox="0 0 1000 24" preserveAspectRatio="none" aria-hidden="true">
      {parts.filter((part) => part.value > 0).map((part) => {
        const width = (part.value / total) * 1000;
        const x = from;
        from += width;
        return <rect key={part.key} class={`strip-part fill-${part.tone}`} x={x} width={width} height="24" vector-effect="non-scaling-stroke" />;
      })}
    </svg>
  );
}
