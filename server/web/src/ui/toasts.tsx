// Short news about what the person just did. The region is always there, so that screen readers know of it.
import { signal } from "@preact/signals";
import { t } from "../lib/i18n";
import { Icon } from "./icons";

interface Toast { id: number; text: string }
const toasts = signal<Toast[]>([]);
const kShownMs = 7_000;
let next = 1;

export function toast(text: string): void {
  const id = next++;
  toasts.value = [...toasts.value.slice(-2), { id, text }];
  setTimeout(() => dismiss(id), kShownMs);
}

const dismiss = (id: number): void => { toasts.value = toasts.value.filter((each) => each.id !== id); };

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text }) => (
        <div class="toast" key={id}>
          <Icon name="check" /><span>{text}</span>
          <button type="button" class="button icon" aria-label={t("action.dismiss")} onClick={() => dismiss(id)}><Icon name="close" /></button>
        </div>
      ))}
    </div>
  );
}
