// A list that is read page by page at the reader's wish: the audit record, a timeline.
import { useEffect, useState } from "preact/hooks";
import type { Outcome, Problem } from "./api";
import { rereads } from "./connection";
import { onNews, type News } from "./live";

type PageOf<Item> = { items: Item[]; next_cursor?: string };
interface Paged<Item> { items: Item[] | null; problem: Problem | null; more: (() => Promise<void>) | null; reload: () => Promise<void> }

export function usePaged<Item>(key: string, read: (cursor: string | undefined) => Promise<Outcome<PageOf<Item>>>, keyOf: (item: Item) => string, concerns?: (news: News) => boolean): Paged<Item> {
  const [items, setItems] = useState<Item[] | null>(null);
  const [cursor, setCursor] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | null>(null);

  const take = async (from: string | undefined): Promise<void> => {
    const answer = await read(from);
    if (!answer.ok) {
      if (answer.problem.kind !== "offline" || items === null) setProblem(answer.problem);
      return;
    }
    setProblem(null);
    setCursor((now) => (from === undefined && now !== undefined && items !== null ? now : answer.data.next_cursor));
    setItems((now) => merge(now, answer.data.items, from === undefined, keyOf));
  };

  useEffect(() => {
    setItems(null);
    setCursor(undefined);
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
  return { items, problem, more: cursor === undefined ? null : () => take(cursor), reload: () => take(undefined) };
}

// The newest page goes before what is shown, an older one after it; an item is shown once.
function merge<Item>(now: Item[] | null, page: Item[], newest: boolean, keyOf: (item: Item) => string): Item[] {
  if (now === null) return page;
  const known = new Set((newest ? page : now).map(keyOf));
  return newest ? [...page, ...now.filter((item) => !known.has(keyOf(item)))] : [...now, ...page.filter((item) => !known.has(keyOf(item)))];
}
