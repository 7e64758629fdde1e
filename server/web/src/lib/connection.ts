// Whether the server answers. Any request that gets no answer puts us offline; from then on one small request
// at a time, ever less often, finds out when it is back, and everything on the screen is read again.
import { effect, signal } from "@preact/signals";
import { unanswered } from "./api";

export const offline = signal(false);
// Bumped when what is shown may be old: after an outage, or when the event stream lost its place.
export const rereads = signal(0);

let probing = false;

effect(() => {
  if (unanswered.value > 0) lost();
});
addEventListener("offline", () => lost());
addEventListener("online", () => { void probe(); });

export function lost(): void {
  offline.value = true;
  if (probing) return;
  probing = true;
  void keepProbing();
}

export async function probe(): Promise<boolean> {
  try {
    // Any answer will do, even "not healthy": that is a server that can say so.
    await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
  } catch {
    return false;
  }
  if (offline.peek()) {
    offline.value = false;
    rereads.value++;
  }
  return true;
}

async function keepProbing(): Promise<void> {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, 15_000)) {
    await new Promise((done) => setTimeout(done, waitMs));
    if (await probe()) break;
  }
  probing = false;
}
