// A list that is read page by page at the reader's wish: the audit record, a timeline, people. Another `key` is another
// list.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Outcome, Problem } from "./api";
import { rereads } from "./connection";
import { onNews, type News } from "./live";

type PageOf<Item> = { items: Item[]; next_cursor?: string };
// All pages as one answer, for lists that are short in any district: accounts, tokens, what waits for a person.
export async function everyPage<Item>(read: (page: { limit: number; cursor?: string }) => Promise<Outcome<PageOf<Item>>>): Promise<Outcome<{ items: Item[] }>> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ;) {
    const answer = await read({ limit: 500, ...(cursor ? { cursor } : {}) });
    if (!answer.ok) return answer;
    items.push(...answer.data.items);
    cursor = answer.data.next_cursor;
    if (!cursor) return { ...answer, data: { items } };
  }
}

interface Paged<Item> {
  items: Item[] | null;
  problem: Problem | null;
  more: (() => Promise<void>) | null;
  reload: () => Promise<void>;
  // From the start: for a list in which something may have moved or gone.
  anew: () => Promise<void>;
}

export function usePaged<Item>(key: string, read: (cursor: string | undefined) => Promise<Outcome<PageOf<Item>>>, keyOf: (item: Item) => string, concerns?: (news: News) => boolean): Paged<Item> {
  const [items, setItems] = useState<Item[] | null>(null);
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | null>(null);
  // Which key was asked for last, and which one is shown: an answer that comes too late is nobody's any more, and what
  // is shown stays until the next key's is there.
  const asked = useRef(0);
  const shown = useRef(0);

  const take = async (from: string | undefined): Promise<void> => {
    const turn = asked.current;
    // There is no more of a list that is being replaced; its cursor stays only so that it does not look whole.
    if (from !== undefined && shown.current !== turn) return;
    const answer = await read(from);
    if (turn !== asked.current) return;
    const anew = shown.current !== turn;
    if (!answer.ok) {
      if (answer.problem.kind !== "offline" || anew) setProblem(answer.problem);
      return;
    }
    shown.current = turn;
    setProblem(null);
    setCursor((now) => (!anew && from === undefined && now !== undefined ? now : answer.data.next_cursor));
    setItems((now) => merge(anew ? null : now, answer.data.items, from === undefined, keyOf));
  };

  useEffect(() => {
    asked.current++;
    void take(undefined);
  }, [key]);
  useEffect(() => {
    let seen = rereads.peek();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => { timer ??= setTimeout(() => { timer = undefined; void take(undefined); }, 400); };
    const leave = [
      rereads.subscribe((now) => { if (now !== seen) { seen = now; soon(); } }),
      onNews((news) => { if (concerns?.(news)) soon(); }),
    ];
    return () => { for (const each of leave) each(); clearTimeout(timer); };
  }, [key]);
  return { items, problem, more: cursor === undefined ? null : () => take(cursor), reload: () => take(undefined), anew: () => { asked.current++; return take(undefined); } };
}

// The newest page goes before what is shown, an older one after it; an item is shown once.
function merge<Item>(now: Item[] | null, page: Item[], newest: boolean, keyOf: (item: Item) => string): Item[] {
  if (now === null) return page;
  const known = new Set((newest ? page : now).map(keyOf));
  return newest ? [...page, ...now.filter((item) => !known.has(keyOf(item)))] : [...now, ...page.filter((item) => !known.has(keyOf(item)))];
}
