// Something read from the server and kept fresh while a component shows it. What was read stays on the screen
// while a newer reading is under way or impossible: an old number beats a blank page, and what is being typed there stays.
import { useEffect, useMemo } from "preact/hooks";
import { signal, type ReadonlySignal } from "@preact/signals";
import type { Outcome, Problem } from "./api";
import { isAnswer } from "./attempt";
import { rereads } from "./connection";
import { onNews, type News } from "./live";

export type Loaded<T> =
  | { status: "loading" }
  | { status: "ready"; data: T; etag: string }
  | { status: "failed"; problem: Problem };

export interface Resource<T> {
  state: ReadonlySignal<Loaded<T>>;
  reload: () => Promise<void>;
}

const kSpacingMs = 200;

// `key` names what is read; another key starts over. `concerns` says which news make a new reading worthwhile.
export function useResource<T>(key: string, read: () => Promise<Outcome<T>>, concerns?: (news: News) => boolean): Resource<T> {
  const resource = useMemo(() => makeResource(read), [key]);
  useEffect(() => {
    let last = rereads.peek();
    void resource.reload();
    const leave = [
      rereads.subscribe((now) => { if (now !== last) { last = now; void resource.reload(); } }),
      onNews((news) => { if (concerns?.(news)) resource.soon(); }),
    ];
    return () => { for (const each of leave) each(); resource.stop(); };
  }, [resource]);
  return resource;
}

function makeResource<T>(read: () => Promise<Outcome<T>>) {
  const state = signal<Loaded<T>>({ status: "loading" });
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastMs = 0;

  const reload = async (): Promise<void> => {
    const mine = ++turn;
    lastMs = Date.now();
    const answer = await read();
    if (mine !== turn) return;
    if (answer.ok) state.value = { status: "ready", data: answer.data, etag: answer.etag };
    else if (isAnswer(answer.problem.status) || state.peek().status !== "ready") state.value = { status: "failed", problem: answer.problem };
  };
  // News come in bursts: the first is followed at once, the rest together.
  const soon = (): void => {
    if (timer !== undefined) return;
    timer = setTimeout(() => { timer = undefined; void reload(); }, Math.max(0, kSpacingMs - (Date.now() - lastMs)));
  };
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
    turn++;
  };
  return { state, reload, soon, stop };
}
