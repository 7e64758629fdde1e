// Buttons, fields, tabs, copying.
import type { ComponentChildren, JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { t } from "../lib/i18n";
import { Icon } from "./icons";
import { toast } from "./toasts";

interface ButtonProps {
  children: ComponentChildren;
  kind?: "primary" | "danger" | "danger primary" | "quiet" | "quiet danger";
  small?: boolean;
  type?: "button" | "submit";
  icon?: string;
  // Stays focusable and says why nothing happens, where `disabled` would only be silent.
  busy?: boolean;
  label?: string;
  onClick?: () => void;
}

export function Button({ children, kind, small, type = "button", icon, busy, label, onClick }: ButtonProps) {
  return (
    <button type={type} class={`button ${kind ?? ""} ${small ? "small" : ""}`} aria-label={label} aria-disabled={busy ? "true" : undefined}
      onClick={(event) => { if (busy) event.preventDefault(); else onClick?.(); }}>
      {icon && <Icon name={icon} />}{children}
    </button>
  );
}

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | undefined;
  optional?: boolean;
  // Where the place says what it is for, the label is for screen readers only.
  bare?: boolean;
  children: (attributes: { id: string; "aria-describedby"?: string; "aria-invalid"?: "true" }) => ComponentChildren;
}

export function Field({ label, hint, error, optional, bare, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id} class={bare ? "hidden-text" : undefined}>{label}{optional && <span class="optional"> {t("field.optional")}</span>}</label>
      {children({ id, ...(described ? { "aria-describedby": described } : {}), ...(error ? { "aria-invalid": "true" as const } : {}) })}
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {error && <span class="error" id={`${id}-error`}><Icon name="alert" />{error}</span>}
    </div>
  );
}

type TextProps = Omit<FieldProps, "children"> & { value: string; onValue: (value: string) => void } &
  Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "value" | "label">;

export function TextField({ label, hint, error, optional, value, onValue, ...input }: TextProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional ?? false}>
      {(attributes) => <input {...input} {...attributes} value={value} onInput={(event) => onValue(event.currentTarget.value)} />}
    </Field>
  );
}

export function PasswordField({ onValue, ...props }: TextProps) {
  const [shown, setShown] = useState(false);
  const { label, hint, error, value, ...input } = props;
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <div class="reveal">
          <input {...input} {...attributes} type={shown ? "text" : "password"} value={value} spellcheck={false} autocapitalize="none"
            onInput={(event) => onValue(event.currentTarget.value)} />
          <button type="button" class="button" aria-pressed={shown} onClick={() => setShown(!shown)}>{t(shown ? "action.hide" : "action.show")}
            <span class="hidden-text"> {label}</span></button>
        </div>
      )}
    </Field>
  );
}

interface Option { value: string; label: string }

export function SelectField({ label, hint, error, bare, options, value, onValue }: Omit<FieldProps, "children"> & { options: Option[]; value: string; onValue: (value: string) => void }) {
  return (
    <Field label={label} hint={hint} error={error} bare={bare ?? false}>
      {(attributes) => (
        <select {...attributes} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
        </select>
      )}
    </Field>
  );
}

// Any number of a list, ticked.
export function Choices({ legend, error, options, chosen, onToggle }: { legend: string; error?: string | undefined; options: Option[]; chosen: string[]; onToggle: (value: string) => void }) {
  const id = useId();
  return (
    <fieldset class="choices" aria-describedby={error ? id : undefined}>
      <legend class="legend">{legend}</legend>
      <div class="choice-list">
        {options.map(({ value, label }) => (
          <label key={value} class="choice"><input type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(value)} />{label}</label>
        ))}
      </div>
      {error && <span class="error" id={id}><Icon name="alert" />{error}</span>}
    </fieldset>
  );
}

// One of a few, each with a line that says what it means.
export function Radios({ legend, options, value, onValue }: { legend: string; options: { value: string; title: string; text: string }[]; value: string; onValue: (value: string) => void }) {
  const name = useId();
  return (
    <fieldset class="choices">
      <legend class="legend">{legend}</legend>
      {options.map((option) => (
        <label class="choice" key={option.value}>
          <input type="radio" name={name} value={option.value} checked={value === option.value} onChange={() => onValue(option.value)} />
          <span><strong>{option.title}</strong><span class="small muted">{option.text}</span></span>
        </label>
      ))}
    </fieldset>
  );
}

// Files of this computer, picked or dropped. `accept` as the element has it.
export function FileField({ label, hint, error, accept, multiple, onFiles }: Omit<FieldProps, "children"> & { accept: string; multiple: boolean; onFiles: (files: File[]) => void }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => <input {...attributes} type="file" accept={accept} multiple={multiple} onChange={(event) => onFiles([...(event.currentTarget.files ?? [])])} />}
    </Field>
  );
}

// How far something is, for the eye and for a screen reader; the words beside it say the rest.
export function Progress({ label, share }: { label: string; share: number | undefined }) {
  return <progress class="progress" aria-label={label} max={1} {...(share === undefined ? {} : { value: Math.min(1, share) })} />;
}

// Tabs as the ARIA practices describe them: arrows move and choose, Tab leaves for the panel.
export function Tabs({ label, tabs, value, onValue, children }: { label: string; tabs: Option[]; value: string; onValue: (value: string) => void; children: ComponentChildren }) {
  const id = useId();
  const strip = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -tabs.length, End: tabs.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.value === value);
    const wrapped = Math.abs(step) === 1 ? (at + step + tabs.length) % tabs.length : Math.max(0, Math.min(tabs.length - 1, at + step));
    onValue(tabs[wrapped]?.value ?? value);
    strip.current?.querySelectorAll<HTMLElement>("[role=tab]")[wrapped]?.focus();
  };
  return (
    <div class="stack">
      <div class="tabs" role="tablist" aria-label={label} ref={strip} onKeyDown={move}>
        {tabs.map((tab) => (
          <button key={tab.value} type="button" role="tab" class="tab" id={`${id}-${tab.value}`} aria-selected={tab.value === value}
            aria-controls={`${id}-panel`} tabIndex={tab.value === value ? 0 : -1} onClick={() => onValue(tab.value)}>{tab.label}</button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`}>{children}</div>
    </div>
  );
}

function CopyButton({ text, label, primary }: { text: string; label: string; primary?: boolean }) {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      toast(t("copy.done"));
    } catch {
      toast(t("copy.failed"));
    }
  };
  return <Button icon="copy" kind={primary ? "primary" : undefined!} onClick={() => void copy()}>{label}</Button>;
}

export function Secret({ label, text, primary }: { label: string; text: string; primary?: boolean }) {
  return (
    <div class="secret">
      <div class="row"><strong>{label}</strong><CopyButton text={text} label={t("action.copy", { what: label.toLowerCase() })} primary={primary ?? false} /></div>
      <code>{text}</code>
    </div>
  );
}
