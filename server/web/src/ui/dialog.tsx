// A native modal dialog: the browser keeps the focus inside, closes on Escape and gives the focus back.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Outcome } from "../lib/api";
import { t } from "../lib/i18n";
import { Button } from "./controls";
import { Icon } from "./icons";
import { Note } from "./states";

interface DialogProps { title: string; wide?: boolean; onClose: () => void; children: ComponentChildren }

export function Dialog({ title, wide, onClose, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = box.current;
    const back = document.activeElement as HTMLElement | null;
    dialog?.showModal();
    return () => { dialog?.close(); if (back?.isConnected) back.focus(); };
  }, []);
  return (
    <dialog class={wide ? "modal wide" : "modal"} ref={box} aria-labelledby={id} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <div class="modal-head">
        <h2 id={id} tabIndex={-1} autofocus>{title}</h2>
        <button type="button" class="button quiet icon" aria-label={t("action.close")} onClick={onClose}><Icon name="close" /></button>
      </div>
      <div class="modal-body">{children}</div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  children: ComponentChildren;
  action: string;
  run: () => Promise<Outcome<unknown>>;
  onDone: () => void;
  onClose: () => void;
}

// For what cannot be taken back: says what will happen, and its button names the act.
export function Confirm({ title, children, action, run, onDone, onClose }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const act = async (): Promise<void> => {
    setBusy(true);
    const answer = await run();
    setBusy(false);
    if (answer.ok) onDone();
    else setFailure(describe(answer.problem));
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {failure && <Note tone="bad" alert>{failure}</Note>}
      <div class="form-actions">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="danger primary" busy={busy} onClick={() => void act()}>{action}</Button>
      </div>
    </Dialog>
  );
}

// To the field that is wrong, once it is drawn as such.
export function focusWrong(): void {
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector<HTMLElement>("dialog[open] [aria-invalid=true]")?.focus()));
}

export function describe(problem: { kind: string; detail: string; title: string }): string {
  if (problem.kind === "offline") return t("problem.offline.text");
  return problem.detail || problem.title || t("problem.error.text");
}
