// Live news from the server: one stream of events per browser, however many tabs are open. The tab that holds
// the lock reads the stream and tells the others; when it closes, the next one in line takes over.
import { signal } from "@preact/signals";
import { lost, rereads } from "./connection";
import { readSession, session } from "./session";

export type News = { kind: "devices"; ids: string[] } | { kind: "overview" };
type Word = News | { kind: "resync" } | { kind: "stream"; up: boolean } | { kind: "hello" };

export const streaming = signal(false);

const listeners = new Set<(news: News) => void>();
const channel = new BroadcastChannel("rollcall-live");
let leaving: AbortController | null = null;
let source: EventSource | null = null;

export function onNews(listener: (news: News) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Called when somebody signed in; `stop` when they left.
export function start(): void {
  if (leaving) return;
  leaving = new AbortController();
  channel.postMessage({ kind: "hello" } satisfies Word);
  const held = (): Promise<void> => new Promise((done) => {
    leaving?.signal.addEventListener("abort", () => { close(); done(); });
    open(1_000);
  });
  navigator.locks.request("rollcall-live", { signal: leaving.signal }, held).catch(() => undefined);
}

export function stop(): void {
  leaving?.abort();
  leaving = null;
  streaming.value = false;
}

channel.onmessage = (event: MessageEvent<Word>) => {
  if (event.data.kind === "hello") {
    if (source) channel.postMessage({ kind: "stream", up: source.readyState === EventSource.OPEN } satisfies Word);
  } else if (session.peek()) {
    hear(event.data);
  }
};

function tell(word: Word): void {
  channel.postMessage(word);
  hear(word);
}

function hear(word: Word): void {
  if (word.kind === "stream") streaming.value = word.up;
  else if (word.kind === "resync") rereads.value++;
  else if (word.kind !== "hello") for (const listener of listeners) listener(word);
}

function close(): void {
  source?.close();
  source = null;
}

function open(retryMs: number): void {
  close();
  const stream = new EventSource("/api/v1/events");
  source = stream;
  let wait = retryMs;
  stream.onopen = () => {
    wait = 1_000;
    tell({ kind: "stream", up: true });
    // Whatever happened between reading the page and this moment was told to nobody.
    tell({ kind: "resync" });
  };
  stream.addEventListener("devices", (event) => {
    const said = JSON.parse(event.data as string) as { ids?: string[] };
    tell({ kind: "devices", ids: said.ids ?? [] });
  });
  stream.addEventListener("overview", () => tell({ kind: "overview" }));
  stream.addEventListener("resync", () => tell({ kind: "resync" }));
  stream.onerror = () => {
    tell({ kind: "stream", up: false });
    // The browser reconnects by itself after a lost connection, but not after an answer that is no stream.
    if (stream.readyState !== EventSource.CLOSED) return lost();
    setTimeout(() => { if (source === stream) void again(Math.min(wait * 2, 30_000)); }, wait);
  };
}

async function again(retryMs: number): Promise<void> {
  await readSession();
  if (session.peek() && source) open(retryMs);
}
