// The scanner's field: it types a label and ends with Enter, again and again, and never has to wait for an answer. The
// newest answer stands large below it, with a sound for whoever looks at shelves and not at a screen.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../lib/i18n";
import type { ScanLine, ScanQueue } from "../lib/scan_queue";
import { play, sound } from "../lib/sound";
import type { Tone } from "./badges";
import { Button, TextField } from "./controls";
import { describe } from "./dialog";
import { Icon } from "./icons";

interface Props<Answer> {
  queue: ScanQueue<Answer>;
  title: string;
  label: string;
  look: (answer: Answer) => [Tone, string];
  words: (answer: Answer) => string;
}

export function Scanner<Answer>({ queue, title, label, look, words }: Props<Answer>) {
  const [typed, setTyped] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const lines = queue.lines.value;
  const done = ({ answer, problem }: ScanLine<Answer>): boolean => answer !== undefined || problem !== undefined;
  const newest = lines.find(done);
  const waiting = lines.filter((line) => !done(line)).length;
  const lookOf = ({ answer, problem }: ScanLine<Answer>): [Tone, string] => (problem ? ["bad", "alert"] : answer === undefined ? ["mute", "clock"] : look(answer));
  const heard = useRef(newest?.key);
  useEffect(() => { box.current?.querySelector("input")?.focus({ preventScroll: true }); }, []);
  useEffect(() => {
    if (!newest || newest.key === heard.current) return;
    heard.current = newest.key;
    play(["good", "calm"].includes(lookOf(newest)[0]) ? "taken" : "refused");
  }, [newest?.key]);
  const submit = (event: Event): void => {
    event.preventDefault();
    const code = typed.trim();
    setTyped("");
    if (code) queue.add(code);
  };
  const said = ({ answer, problem }: ScanLine<Answer>): string => (problem ? describe(problem) : answer === undefined ? t("scanner.on_its_way") : words(answer));
  return (
    <section class="panel scanner" aria-label={title}>
      <form class="scanner-form" onSubmit={submit} noValidate>
        <div ref={box}>
          <TextField label={label} hint={t("scanner.hint")} value={typed} onValue={setTyped} maxLength={64} autocomplete="off" spellcheck={false} autocapitalize="none" class="mono" />
        </div>
        <Button type="submit" kind="primary">{t("scanner.action")}</Button>
      </form>
      <div role="status" class="scanner-answer">
        {newest ? <p class={`note tone-${lookOf(newest)[0]}`}><Icon name={lookOf(newest)[1]} /><span><strong class="mono">{newest.code}</strong> {said(newest)}</span></p> : <p class="muted">{t("scanner.none")}</p>}
      </div>
      <div class="row spread small">
        <label class="row"><input type="checkbox" checked={sound.value} onChange={() => { sound.value = !sound.value; }} />{t("counter.sound")}</label>
        {waiting > 0 && <span>{t("scanner.waiting", { n: waiting })}</span>}
      </div>
      {lines.length > 1 && (
        <details>
          <summary>{t("scanner.earlier")}</summary>
          <ol class="scanner-lines">{lines.slice(1, 13).map((line) => <li key={line.key}><span class={`pair tone-${lookOf(line)[0]}`}><Icon name={lookOf(line)[1]} /><span><span class="mono">{line.code}</span> {said(line)}</span></span></li>)}</ol>
        </details>
      )}
    </section>
  );
}
