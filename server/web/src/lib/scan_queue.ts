// What a scanner typed: labels come faster than a network answers, and while it is away. They wait in line, each under its
// key, and go one after the other, so that each is done once; also when the page was left meanwhile.
import { useEffect, useMemo } from "preact/hooks";
import { signal, type ReadonlySignal } from "@preact/signals";
import type { Outcome, Problem } from "./api";
import { isAnswer } from "./attempt";
import { keepUnsent, whoTypes } from "./unsent";

type Send<Answer> = (key: string) => Promise<Outcome<Answer>>;
export interface ScanLine<Answer> { key: string; code: string; answer?: Answer; problem?: Problem }
export interface ScanQueue<Answer> { lines: ReadonlySignal<ScanLine<Answer>[]>; add: (code: string) => void }

const kShown = 30;
const kRetryMs = 2_000;

// `of` names what is scanned into. What is sent is decided when a label is scanned, not when its turn comes.
export function useScanQueue<Answer>(of: string, prepare: (code: string) => Send<Answer>, onAnswer: () => void): ScanQueue<Answer> {
  const line = useMemo(() => keepUnsent(`scans ${of}`, () => makeLine<Answer>()), [of]);
  useEffect(() => line.listen(onAnswer), [line, onAnswer]);
  return useMemo(() => ({ lines: line.lines, add: (code: string): void => line.add(code, prepare(code)) }), [line]);
}

function makeLine<Answer>() {
  const lines = signal<ScanLine<Answer>[]>([]);  // newest first
  const waiting: { line: ScanLine<Answer>; send: Send<Answer> }[] = [];
  const owner = whoTypes();
  const listeners = new Set<() => void>();
  let busy = false;
  const put = (line: ScanLine<Answer>): void => { lines.value = lines.value.map((each) => (each.key === line.key ? line : each)); };

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let next = waiting[0]; next; next = waiting[0]) {
      const answer = whoTypes() === owner ? await next.send(next.line.key) : undefined;
      if (!answer || (!answer.ok && !isAnswer(answer.problem.status))) {
        await new Promise((done) => setTimeout(done, kRetryMs));
        continue;
      }
      waiting.shift();
      put(answer.ok ? { ...next.line, answer: answer.data } : { ...next.line, problem: answer.problem });
      for (const each of listeners) each();
    }
    busy = false;
  };
  const add = (code: string, send: Send<Answer>): void => {
    const line = { key: crypto.randomUUID(), code };
    waiting.push({ line, send });
    lines.value = [line, ...lines.value].slice(0, kShown);
    void work();
  };
  const listen = (heard: () => void): (() => void) => {
    listeners.add(heard);
    return (): void => { listeners.delete(heard); };
  };
  return { lines, add, listen, waits: (): boolean => waiting.length > 0 };
}
