// Writes that must not be done twice. A request and everything that is sent again because no answer came carries one key;
// an answer, also a refusal, ends it, and what is asked for next is another request.
import { outcome, type Outcome } from "./api";
import { rereads } from "./connection";
import { t } from "./i18n";

type Answer = { data?: unknown; error?: unknown; response: Response };

export class Attempt {
  private key = "";
  private request = "";
  private before: { what: unknown; call: (key: string) => Promise<Answer> } | undefined;

  // `what` is all that the request says. `call` sends it with the key.
  async run<A extends Answer>(what: unknown, call: (key: string) => Promise<A>): Promise<Outcome<NonNullable<A["data"]>>> {
    const request = JSON.stringify(what);
    if (request !== this.request) [this.request, this.key] = [request, crypto.randomUUID()];
    const answer = await outcome(call(this.key));
    if (answer.ok || isAnswer(answer.problem.status)) this.request = "";
    return answer;
  }

  // For a form, which may be changed after an answer was lost: what was sent before may have been done, so it is sent again
  // first. When it was done, that is said, and nothing else is sent.
  async submit<A extends Answer>(what: unknown, call: (key: string) => Promise<A>): Promise<Outcome<NonNullable<A["data"]>>> {
    const { before } = this;
    if (before && this.request !== "" && JSON.stringify(what) !== this.request) {
      const answer = await this.run(before.what, before.call);
      if (answer.ok) {
        rereads.value++;
        return { ok: false, problem: { kind: "error", status: 409, title: "", detail: t("attempt.done_before"), field: "", name: "done_before", blockers: [] } };
      }
      if (!isAnswer(answer.problem.status)) return answer;
    }
    this.before = { what, call };
    return this.run(what, call);
  }
}

export const keyed = (key: string) => ({ "Idempotency-Key": key });

// Whoever got no answer, or one that says "later" or "sign in first", does not know whether it was done.
export const isAnswer = (status: number): boolean => status > 0 && status !== 401 && status !== 429 && status < 500;
