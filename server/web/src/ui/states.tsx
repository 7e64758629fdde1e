// What stands where data would stand: loading, nothing, an error, no permission, no server.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ReadonlySignal } from "@preact/signals";
import type { Problem } from "../lib/api";
import { t } from "../lib/i18n";
import type { Loaded, Resource } from "../lib/resource";
import { Button } from "./controls";
import { Icon } from "./icons";

export function Loading({ lines = 6 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="hidden-text">{t("state.loading")}</span>
      {Array.from({ length: lines }, (_, index) => <span key={index} aria-hidden="true" />)}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <Icon name="empty" class="state-mark" />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

const marks = { offline: "unplugged", forbidden: "lock", missing: "search", signed_out: "lock", error: "alert" } as const;

export function Failed({ problem, retry }: { problem: Problem; retry?: (() => void) | undefined }) {
  return (
    <div class="state" role="alert">
      <Icon name={marks[problem.kind]} class="state-mark" />
      <h2>{t(`problem.${problem.kind}.title`)}</h2>
      <p>{problem.kind === "error" && (problem.detail || problem.title) ? problem.detail || problem.title : t(`problem.${problem.kind}.text`)}</p>
      {retry && problem.kind !== "forbidden" && <Button onClick={retry}>{t("action.retry")}</Button>}
    </div>
  );
}

// The common frame: one of the states above, or the data.
export function Show<T>({ resource, lines, children }: { resource: Resource<T>; lines?: number; children: (data: T) => ComponentChildren }) {
  return <ShowState state={resource.state} retry={() => void resource.reload()} lines={lines}>{children}</ShowState>;
}

function ShowState<T>(props: { state: ReadonlySignal<Loaded<T>>; retry: () => void; lines: number | undefined; children: (data: T) => ComponentChildren }) {
  const now = props.state.value;
  if (now.status === "loading") return <Loading lines={props.lines ?? 6} />;
  if (now.status === "failed") return <Failed problem={now.problem} retry={props.retry} />;
  return <>{props.children(now.data)}</>;
}

const noteMarks = { good: "check", calm: "info", warn: "alert", bad: "alert" } as const;

export function Note({ tone, title, children, alert }: { tone: keyof typeof noteMarks; title?: string; children?: ComponentChildren; alert?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  // What went wrong is said where whoever pressed a button below sees it.
  useEffect(() => { if (alert) box.current?.scrollIntoView({ block: "nearest" }); }, []);
  return (
    <div ref={box} class={`note tone-${tone}`} {...(alert ? { role: "alert" as const } : {})}>
      <Icon name={noteMarks[tone]} />
      <div>{title && <strong>{title}</strong>}{children}</div>
    </div>
  );
}
