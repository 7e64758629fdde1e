// The one way to the server: a client generated from server/api/openapi.yaml, with every outcome as a value.
import createClient from "openapi-fetch";
import { signal } from "@preact/signals";
import type { components, paths } from "./schema.gen";

export type Schema = components["schemas"];
export type Problem = { kind: ProblemKind; status: number; title: string; detail: string; field: string; name: string; blockers: Schema["Blocker"][] };
type ProblemKind = "offline" | "forbidden" | "missing" | "signed_out" | "error";
export type Outcome<T> = { ok: true; data: T; etag: string } | { ok: false; problem: Problem };

export const api = createClient<paths>({ baseUrl: location.origin });

// The server's clock minus this computer's, so that "4 minutes ago" is right on a laptop whose clock is not.
export const clockSkewMs = signal(0);
// Bumped by a 401: the session is gone, whoever shows a page shows the sign-in instead.
export const signedOut = signal(0);
// Bumped by a request that got no answer at all; lib/connection.ts then finds out when the server is back.
export const unanswered = signal(0);

interface Answer { data?: unknown; error?: unknown; response: Response }

// `call` is a request in flight, as openapi-fetch returns it.
export async function outcome<A extends Answer>(call: Promise<A>): Promise<Outcome<NonNullable<A["data"]>>> {
  let answer: A;
  try {
    answer = await call;
  } catch {
    unanswered.value++;
    return { ok: false, problem: { kind: "offline", status: 0, title: "", detail: "", field: "", name: "offline", blockers: [] } };
  }
  const { response } = answer;
  if (response.ok) {
    noteClock(answer.data);
    return { ok: true, data: answer.data as NonNullable<A["data"]>, etag: response.headers.get("ETag") ?? "" };
  }
  const problem = readProblem(answer.error, response);
  if (problem.kind === "signed_out") signedOut.value++;
  return { ok: false, problem };
}

function noteClock(data: unknown): void {
  if (data === null || typeof data !== "object" || !("server_ms" in data) || typeof data.server_ms !== "number") return;
  const skew = data.server_ms - Date.now();
  // A request takes a moment: only a real difference is worth redrawing every date for.
  if (Math.abs(skew - clockSkewMs.peek()) > 5_000) clockSkewMs.value = skew;
}

function readProblem(error: unknown, response: Response): Problem {
  const said = (typeof error === "object" && error !== null ? error : {}) as Partial<Schema["Problem"]>;
  const name = (said.type ?? "").split(":").pop() ?? "";
  return {
    kind: kindOf(response.status, name),
    status: response.status,
    title: said.title ?? "",
    detail: said.detail ?? "",
    field: said.field ?? "",
    name,
    blockers: said.blockers ?? [],
  };
}

function kindOf(status: number, name: string): ProblemKind {
  if (status === 401) return name === "unauthenticated" || name === "" ? "signed_out" : "error";
  if (status === 403) return "forbidden";
  if (status === 404) return "missing";
  return "error";
}
