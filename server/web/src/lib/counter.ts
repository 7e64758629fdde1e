// The scan loop of the counter. Scans are taken as fast as they come and worked off one after the other in their order:
// what a scan means (who gets something, or what they get) depends on the one before. While the server is away they wait,
// and are sent again under the keys that they had.
import { signal } from "@preact/signals";
import { api, outcome, type Outcome, type Problem, type Schema } from "./api";
import { Attempt, isAnswer } from "./attempt";
import { give, holderName, move, swap, takeBack, undo, type Handed, type Held, type Receiver, type Told } from "./custody";
import { nowMs } from "./format";
import { t } from "./i18n";
import { detailOf, meant, search, type Hit, type Kind } from "./search";
import { play } from "./sound";

export type Mode = "give" | "take" | "swap" | "move";
export const modes: Mode[] = ["give", "take", "swap", "move"];
export interface To extends Receiver { detail: string }
type State = "waiting" | "unsent" | "done" | "refused" | "undone" | "step";

export interface Scan {
  readonly no: number;
  readonly mode: Mode;
  readonly text: string;
  readonly atMs: number;
  readonly state: State;
  // What came of it, in words.
  readonly said: string;
  readonly blockers: readonly Blocker[];
  // Several answer to what was typed.
  readonly choices: readonly Hit[];
  // The device that was scanned, where that is known.
  readonly device?: Held | undefined;
  readonly to?: To | undefined;
  // What the screen said when it was scanned: the condition, and where devices go that come back.
  readonly told: Told;
  readonly place: { place?: string };
  // What was found when it was sent first, so that a retry is the same request: whom it is moved from, what comes in.
  readonly seen?: Held | undefined;
  readonly incoming?: Held | undefined;
  readonly handed?: Handed | undefined;
}

type Blocker = Schema["Blocker"];

// A server that fails may have done it all the same: the same request is sent again, so often, before a person decides.
const kRetries = 5;
const kRetryMs = 2_000;

const toOf = (hit: Hit): To => ({ kind: hit.kind === "person" ? "person" : "place", id: hit.id, name: hit.title, detail: detailOf(hit) });
const tagOf = (held: Held): string => held.device.tag || held.device.serial || held.device.model;

export class Counter {
  readonly scans = signal<readonly Scan[]>([]);  // newest first
  readonly mode = signal<Mode>("give");
  readonly to = signal<To | null>(null);         // who gets what is scanned next
  readonly keep = signal(false);                 // and what is scanned after that
  readonly back = signal<To | null>(null);       // where devices go that come back
  readonly condition = signal("");
  readonly incoming = signal<Held | null>(null); // of a swap, what comes in
  private readonly attempts = new Map<number, Attempt>();
  private readonly retries = new Map<number, number>();
  private last = 0;
  private running = false;

  constructor(private readonly kinds: readonly Kind[]) {}

  setMode(mode: Mode): void {
    this.mode.value = mode;
    this.incoming.value = null;
    if (mode === "take" || mode === "swap") this.to.value = null;
  }

  // What the next scan is: the receiver, a device, the one that comes in, the one that goes out.
  awaited(): "receiver" | "device" | "incoming" | "outgoing" {
    const mode = this.mode.value;
    if (mode === "swap") return this.incoming.value ? "outgoing" : "incoming";
    return mode === "take" || this.to.value ? "device" : "receiver";
  }

  start(over: boolean): void {
    this.incoming.value = null;
    if (over) this.to.value = null;
  }

  scan(typed: string): void {
    const text = typed.trim();
    if (text === "") return;
    const no = ++this.last;
    const mode = this.mode.peek();
    // Whom the screen names gets it, whatever is changed before it is sent. While scans wait, one of them may name another.
    const known = this.waits() || mode === "take" || mode === "swap" ? undefined : (this.to.peek() ?? undefined);
    const scan: Scan = { no, mode, text, atMs: nowMs.peek(), state: "waiting", said: "", blockers: [], choices: [], to: known, told: this.told(), place: this.place() };
    this.scans.value = [scan, ...this.scans.peek()];
    void this.work();
  }

  // Something is not done yet: on its way, or kept until the server is back.
  waits(): boolean {
    return this.scans.peek().some(({ state }) => state === "waiting" || state === "unsent");
  }

  // Of several that answered, this one was meant.
  choose(scan: Scan, hit: Hit): void {
    this.receive(scan, toOf(hit));
  }

  again(scan: Scan): void {
    this.retries.delete(scan.no);
    this.put(scan, { state: "waiting", said: "", blockers: [] });
    void this.work();
  }

  // Held by somebody: from there to the receiver that it was scanned for.
  async moveHere(scan: Scan): Promise<void> {
    const { to, device } = scan;
    if (!to || !device?.custody) return;
    await this.settle(scan, await move(this.attemptOf(scan), device.device.id, device.custody.id, to, scan.told));
  }

  async giveHere(scan: Scan): Promise<void> {
    if (scan.to) await this.settle(scan, await give(this.attemptOf(scan), scan.text, scan.to, scan.told));
  }

  async undo(scan: Scan): Promise<Problem | undefined> {
    if (scan.handed?.act === undefined) return undefined;
    const answer = await undo(this.attemptOf(scan), scan.handed.act);
    if (!answer.ok) return answer.problem;
    this.put(scan, { state: "undone", handed: undefined });
    return undefined;
  }

  // The server is back.
  resume(): void {
    for (const scan of this.scans.peek()) if (scan.state === "unsent") this.put(scan, { state: "waiting" });
    void this.work();
  }

  private async work(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let next = this.oldest(); next; next = this.oldest()) {
      await this.take(next);
      if (this.now(next)?.state === "unsent") break;
    }
    this.running = false;
  }

  private oldest(): Scan | undefined {
    const { value } = this.scans;
    // Nothing overtakes what could not be sent.
    for (let at = value.length - 1; at >= 0; at--) {
      const scan = value[at];
      if (scan?.state === "unsent") return undefined;
      if (scan?.state === "waiting") return scan;
    }
    return undefined;
  }

  private async take(scan: Scan): Promise<void> {
    if (scan.mode === "take") return await this.settle(scan, await takeBack(this.attemptOf(scan), { device: scan.text, ...scan.place, ...scan.told }));
    if (scan.mode === "swap") return await this.swap(scan);
    const to = scan.to ?? this.to.peek();
    if (!to) return await this.findReceiver(scan);
    this.put(scan, { to });
    if (scan.mode === "give") return await this.settle(scan, await give(this.attemptOf(scan), scan.text, to, scan.told));
    const found = scan.seen ?? await this.look(scan);
    if (!found) return;
    this.put(scan, { seen: found });
    if (found.custody) await this.settle(scan, await move(this.attemptOf(scan), found.device.id, found.custody.id, to, scan.told));
    else this.refuse(scan, t("counter.nobody_has", { name: tagOf(found) }));
  }

  private async swap(scan: Scan): Promise<void> {
    const incoming = scan.incoming ?? this.incoming.peek();
    if (incoming) {
      this.put(scan, { incoming });
      const from = incoming.custody ? { from: incoming.custody.id } : {};
      return await this.settle(scan, await swap(this.attemptOf(scan), { device: incoming.device.id, ...from, ...scan.place, ...scan.told }, scan.text));
    }
    const found = await this.look(scan);
    if (!found) return;
    if (!found.custody) return this.refuse(scan, t("counter.nobody_has", { name: tagOf(found) }));
    this.incoming.value = found;
    this.put(scan, { state: "step", said: t("counter.comes_in", { name: tagOf(found), holder: holderName(found.custody.holder) }) });
  }

  private async findReceiver(scan: Scan): Promise<void> {
    const answer = await search(scan.text, this.kinds, 8);
    if (!answer.ok) return this.fail(scan, answer.problem);
    const hit = meant(answer.data);
    if (hit) return this.receive(scan, toOf(hit));
    const choices = answer.data.groups.flatMap((group) => group.items);
    play("refused");
    this.put(scan, { state: "refused", choices, said: t(choices.length > 0 ? "counter.which" : "counter.nobody_called", { text: scan.text }) });
  }

  private receive(scan: Scan, to: To): void {
    this.to.value = to;
    this.put(scan, { state: "step", choices: [], to, said: t("counter.for", { name: to.name }) });
  }

  // The device of a scan and who has it; when there is none, the scan is refused.
  private async look(scan: Scan): Promise<Held | undefined> {
    const answer = await outcome(api.GET("/api/v1/custody/check", { params: { query: { device: scan.text } } }));
    if (!answer.ok) { this.fail(scan, answer.problem); return undefined; }
    const device = answer.data.devices[0];
    if (device) this.put(scan, { device });
    else await this.block(scan, answer.data.blockers);
    return device;
  }

  // Whoever scans the next student's ID instead of a device goes on with that student.
  private async block(was: Scan, blockers: readonly Blocker[]): Promise<void> {
    const scan = this.now(was) ?? was;
    if (scan.to && blockers.every(({ code }) => code === "unknown_device")) {
      const answer = await search(scan.text, this.kinds, 2);
      const hit = answer.ok ? meant(answer.data) : undefined;
      if (hit?.match === "exact") return this.receive(scan, toOf(hit));
    }
    play("refused");
    this.put(scan, { state: "refused", blockers, seen: undefined, said: "" });
    // To clear a blocker its device must be known.
    if (!scan.device) await this.lookUp(scan);
  }

  private async settle(was: Scan, answer: Outcome<Handed>): Promise<void> {
    const scan = this.now(was) ?? was;
    if (!answer.ok && answer.problem.blockers.length > 0) return await this.block(scan, answer.problem.blockers);
    if (!answer.ok) return this.fail(scan, answer.problem);
    play("taken");
    if (this.incoming.peek()?.device.id === scan.incoming?.device.id) this.incoming.value = null;
    // A scan that was cleared later is not the one that is being served now.
    if (!this.keep.peek() && this.to.peek()?.id === scan.to?.id) this.to.value = null;
    this.put(scan, { state: "done", handed: answer.data, blockers: [], said: "" });
  }

  private fail(scan: Scan, problem: Problem): void {
    if (problem.kind === "offline" || problem.kind === "signed_out") return this.put(scan, { state: "unsent" });
    if (!isAnswer(problem.status) && this.retry(scan)) return this.put(scan, { state: "unsent" });
    play("refused");
    this.put(scan, { state: "refused", blockers: [], ...(isAnswer(problem.status) ? { seen: undefined } : {}), said: problem.detail || problem.title });
  }

  private retry(scan: Scan): boolean {
    const done = this.retries.get(scan.no) ?? 0;
    if (done >= kRetries) return false;
    this.retries.set(scan.no, done + 1);
    setTimeout(() => { this.resume(); }, kRetryMs);
    return true;
  }

  private async lookUp(scan: Scan): Promise<void> {
    const answer = await outcome(api.GET("/api/v1/custody/check", { params: { query: { device: scan.text } } }));
    const device = answer.ok ? answer.data.devices[0] : undefined;
    if (device) this.put(scan, { device });
  }

  private refuse(scan: Scan, said: string): void {
    play("refused");
    this.put(scan, { state: "refused", seen: undefined, said });
  }

  private told(): Told {
    const condition = this.condition.peek();
    return condition === "" ? {} : { condition: condition as Schema["Condition"] };
  }
  private place(): { place?: string } {
    const place = this.back.peek();
    return place ? { place: place.id } : {};
  }

  private attemptOf(scan: Scan): Attempt {
    const known = this.attempts.get(scan.no) ?? new Attempt();
    this.attempts.set(scan.no, known);
    return known;
  }
  private now(scan: Scan): Scan | undefined {
    return this.scans.peek().find(({ no }) => no === scan.no);
  }
  private put(scan: Scan, change: Partial<Scan>): void {
    this.scans.value = this.scans.peek().map((each) => (each.no === scan.no ? { ...each, ...change } : each));
  }
}
