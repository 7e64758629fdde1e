// Changing a document over the version that was read. A change is a function of the document, so that it is made again
// over the newer one when somebody else was faster.
import { useRef, useState } from "preact/hooks";
import type { Problem } from "./api";
import { readCalendar, writeCalendar, type Calendar, type Part } from "./calendar";
import { t } from "./i18n";

export interface Writing {
  busy: boolean;
  problem: Problem | null;
  write: (change: (own: Calendar) => Calendar) => Promise<boolean>;
}

interface Target { school: string; etag: string; view: { own: Calendar } }

export function useWriting({ school, etag, view }: Target): Writing {
  const base = useRef({ etag, own: view.own });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const write = async (change: (own: Calendar) => Calendar): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setProblem(null);
    const answer = await writeCalendar(school, base.current.etag, change(base.current.own));
    if (!answer.ok && answer.problem.status === 412) {
      const fresh = await readCalendar(school);
      if (fresh.ok) base.current = { etag: fresh.etag, own: fresh.data.own };
      setProblem({ ...answer.problem, detail: t("calendar.conflict") });
    } else if (!answer.ok) {
      setProblem(answer.problem);
    }
    setBusy(false);
    return answer.ok;
  };
  return { busy, problem, write };
}

// The document without a part: the district's counts again.
export function without(own: Calendar, part: Part): Calendar {
  const { [part]: _, ...rest } = own;
  if (part !== "terms") return rest;
  const { terms_from_roster: __, ...alone } = rest;
  return alone;
}

// What the server said of a field, without its path in front: the label beside it says that.
export function saidOf(problem: Problem | null, field: string): string | undefined {
  if (problem === null || problem.field !== field) return undefined;
  const text = problem.detail.startsWith(`${field} `) ? problem.detail.slice(field.length + 1) : problem.detail;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
