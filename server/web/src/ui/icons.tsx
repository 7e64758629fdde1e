// Drawn on a 16 px grid. Icons never carry a meaning alone: a word stands beside them or in their button's label.
import type { ComponentChildren, JSX } from "preact";

const shapes: Record<string, ComponentChildren> = {
  // States of a device: each its own shape, so that they differ without color.
  online: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  asleep: <path d="M12.8 10.2A5.6 5.6 0 0 1 5.8 3.2a5.6 5.6 0 1 0 7 7Z" fill="currentColor" />,
  shut_down: <path d="M8 2.2v5M4.6 4.4a5 5 0 1 0 6.8 0" />,
  flat: <><rect x="1.5" y="4.8" width="11" height="6.6" rx="1.4" /><path d="M14.6 7v2.2M4 7v2.4" /></>,
  silent: <path d="M8 1.9 15 14H1Z" fill="currentColor" stroke="none" />,
  never: <circle cx="8" cy="8" r="5.2" stroke-dasharray="2.6 2" />,
  no_agent: <><rect x="2.4" y="3" width="11.2" height="8" rx="1.2" /><path d="M1 13.4h14" /></>,
  // Verdicts of a battery.
  good: <path d="m3 8.6 3.3 3.4L13 4.6" />,
  watch: <><circle cx="8" cy="8" r="5.6" /><path d="M8 4.8V8l2.2 1.6" /></>,
  replace: <path d="m4 4 8 8M12 4l-8 8" />,
  implausible: <path d="M1.8 8.4c1.6-4 3.2-4 4.4-.6s2.7 4 4-.1c.8-2.6 2.3-3 4-.4" />,
  unknown: <path d="M5.6 5.9A2.5 2.5 0 1 1 8.9 8.2c-.7.3-.9.8-.9 1.6M8 12.6v.1" />,
  none: <path d="M3.5 8h9" />,
  // Days of a calendar.
  school_day: <path d="m3 8.6 3.3 3.4L13 4.6" />,
  late_start: <><circle cx="8" cy="8" r="6" /><path d="M8 4.5V8h3" /></>,
  early_release: <path d="M2.5 8h8M7.5 4.5 11 8l-3.5 3.5M13.5 3v10" />,
  extra_day: <path d="M8 3v10M3 8h10" />,
  weekend: <path d="M3.5 8h9" />,
  holiday: <path d="M4 14V2.5h8l-2 3 2 3H4" />,
  closure: <path d="m4 4 8 8M12 4l-8 8" />,
  outside_terms: <path d="M3 8h2M7 8h2M11 8h2" />,
  announced: <path d="M9 1.5 3.5 9H8l-1 5.5L12.5 7H8Z" fill="currentColor" stroke="none" />,
  own: <path d="M8 14.5C5 11 3.5 8.8 3.5 6.5a4.5 4.5 0 0 1 9 0c0 2.3-1.5 4.5-4.5 8ZM8 6.5v.1" />,
  district: <path d="M2 13.5h12M3.5 13V6.5L8 3l4.5 3.5V13M6.5 13V9.5h3V13" />,
  // Things.
  calendar: <><rect x="2" y="3" width="12" height="11" rx="1" /><path d="M2 6.5h12M5 1.5v3M11 1.5v3" /></>,
  overview: <path d="M2 3.5h12M2 8h8M2 12.5h10" />,
  devices: <><rect x="3" y="3" width="10" height="7" rx="1" /><path d="M1.2 13h13.6" /></>,
  key: <><circle cx="5" cy="8" r="3" /><path d="M8 8h6.5M12 8v2.6" /></>,
  review: <><path d="M3 2.5h7l3 3v8H3z" /><path d="M8 6v3.5M8 11.6v.1" /></>,
  laptop_plus: <><path d="M2.5 10V3.5h11V7M1 13h8" /><path d="M12.5 9.5v5M10 12h5" /></>,
  people: <><circle cx="6" cy="5.2" r="2.6" /><path d="M1.2 13.5c.3-3 2.2-4.3 4.8-4.3s4.5 1.3 4.8 4.3M11 3.1a2.4 2.4 0 0 1 0 4.3M12.5 9.7c1.4.6 2.1 1.9 2.3 3.8" /></>,
  audit: <><path d="M3.5 2h9v12h-9z" /><path d="M6 5.5h4M6 8h4M6 10.5h2" /></>,
  eye: <><path d="M1.2 8C2.9 5 5.2 3.6 8 3.6S13.1 5 14.8 8c-1.7 3-4 4.4-6.8 4.4S2.9 11 1.2 8Z" /><circle cx="8" cy="8" r="2" /></>,
  clock: <><circle cx="8" cy="8" r="6" /><path d="M8 4.5V8l2.5 1.7" /></>,
  wifi: <><path d="M1.8 6.2a9 9 0 0 1 12.4 0M4.2 8.9a5.4 5.4 0 0 1 7.6 0" /><circle cx="8" cy="12" r="1.1" fill="currentColor" /></>,
  shield: <path d="M8 1.8 13.5 4v4c0 3-2.2 5.3-5.5 6.3C4.7 13.3 2.5 11 2.5 8V4Z" />,
  palette: <><circle cx="8" cy="8" r="6" /><path d="M8 2v12M8 5h5M8 8h6M8 11h5" /></>,
  print: <><path d="M4.5 6V2h7v4M4.5 11.5h-3V6h13v5.5h-3" /><path d="M4.5 9.5h7V14h-7z" /></>,
  import: <path d="M8 1.8v8M4.8 6.8 8 10l3.2-3.2M2 10.5v3h12v-3" />,
  scan: <><path d="M2 5V2h3M11 2h3v3M14 11v3h-3M5 14H2v-3" /><path d="M5 5.5v5M7.5 5.5v5M9.5 5.5v5M11.5 5.5v5" /></>,
  place: <><path d="M3 14V2.5h8V14M1.5 14h13" /><path d="M8.5 8v.1M11 5h2.5v9" /></>,
  model: <><path d="M8 1.8 14 5v6l-6 3.2L2 11V5Z" /><path d="M2 5l6 3.2L14 5M8 8.2v6" /></>,
  leaver: <><circle cx="6" cy="5" r="2.6" /><path d="M1.2 13.5c.3-3 2.2-4.3 4.8-4.3 1.3 0 2.4.3 3.2 1M11 12h4M13.2 10l2 2-2 2" /></>,
  // Signs.
  search: <><circle cx="7" cy="7" r="4.5" /><path d="m10.5 10.5 4 4" /></>,
  menu: <path d="M2 4h12M2 8h12M2 12h12" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  copy: <><rect x="5.5" y="5.5" width="8" height="8.5" rx="1" /><path d="M3 10.5H2.5v-8.5h8V2.5" /></>,
  check: <path d="m3 8.6 3.3 3.4L13 4.6" />,
  alert: <><path d="M8 2 14.8 13.8H1.2Z" /><path d="M8 6.3v3.4M8 11.8v.1" /></>,
  info: <><circle cx="8" cy="8" r="6" /><path d="M8 7.3v4M8 4.8v.1" /></>,
  lock: <><rect x="3" y="7" width="10" height="7" rx="1" /><path d="M5 7V5a3 3 0 0 1 6 0v2" /></>,
  plus: <path d="M8 3v10M3 8h10" />,
  undo: <path d="M3 6.5h7a3.5 3.5 0 0 1 0 7H6M6 3.5l-3 3 3 3" />,
  left: <path d="M10 3.5 5.5 8 10 12.5" />,
  right: <path d="M6 3.5 10.5 8 6 12.5" />,
  up: <path d="m3.5 10 4.5-4.5 4.5 4.5" />,
  down: <path d="m3.5 6 4.5 4.5L12.5 6" />,
  empty: <><rect x="2" y="3" width="12" height="10" rx="1" /><path d="M2 9h3.5l1 1.5h3l1-1.5H14" /></>,
  unplugged: <path d="M2 14 14 2M5.5 3.2C9 1.5 13 3 14.3 6.5M1.7 6.5a8 8 0 0 1 1.8-2M5 9.5a4 4 0 0 1 1.5-1.3" />,
  plug: <path d="M5.5 1.5v3M10.5 1.5v3M3.5 4.5h9V7a4.5 4.5 0 0 1-9 0ZM8 11.5v3" />,
  restart: <path d="M13.5 8A5.5 5.5 0 1 1 11.6 3.8M11.8 1v3h-3" />,
  dot: <circle cx="8" cy="8" r="3" fill="currentColor" />,
  bolt: <path d="M9 1.5 3.5 9H8l-1 5.5L12.5 7H8Z" fill="currentColor" stroke="none" />,
  sign_out: <path d="M6.5 2H2.5v12h4M6.5 8h8M11.5 5l3 3-3 3" />,
};

export function Icon({ name, ...rest }: { name: string } & JSX.SVGAttributes<SVGSVGElement>) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6"
      stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" {...rest}>
      {shapes[name] ?? shapes["dot"]}
    </svg>
  );
}

export function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#223857" />
      <path d="M7 9h12M7 16h7M7 23h7" stroke="#dfe6ef" stroke-width="2.6" stroke-linecap="round" />
      <path d="m17.5 19.5 3.6 3.8L26.5 15" fill="none" stroke="#f5b800" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
