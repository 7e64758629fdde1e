// The devices that match a query, read page by page as far as somebody looks, and kept fresh in place: rows
// do not jump about under a pointer; a change of the order is offered, not forced.
import { batch, signal } from "@preact/signals";
import { api, outcome, type Problem, type Schema } from "./api";
import type { News } from "./live";

export type DeviceRow = Schema["DeviceRow"];
export type ListQuery = Record<"q" | "state" | "verdict" | "school" | "age" | "sort" | "order", string>;

const kFirstPage = 200;
const kPage = 1_000;
const kRefreshedAtOnce = 16;

export class DeviceList {
  readonly total = signal<number | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly reordered = signal(false);
  readonly version = signal(0);  // bumped when a row changed
  private rows: DeviceRow[] = [];
  private places = new Map<string, number>();
  private stale = new Set<string>();
  private cursor: string | undefined = undefined;
  private wanted = -1;
  private window: [number, number] = [0, 0];
  private reading = false;
  private closed = false;
  private timer: ReturnType<typeof setTimeout> | undefined = undefined;

  constructor(private readonly query: ListQuery) {}

  row(index: number): DeviceRow | undefined {
    return this.rows[index];
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  look(first: number, last: number): void {
    this.window = [first, last];
    this.wanted = last;
    if (this.total.peek() !== null) void this.readOn();
    if (this.stale.size > 0) this.soon();
  }

  hear(news: News): void {
    if (news.kind === "devices") for (const id of news.ids) this.stale.add(id);
    this.soon();
  }

  // From the start, in the present order. What is shown stays until the answer is here.
  async reload(): Promise<void> {
    const answer = await this.page(kFirstPage, undefined);
    if (this.closed) return;
    if (!answer.ok) {
      if (answer.problem.kind !== "offline" || this.total.peek() === null) this.problem.value = answer.problem;
      return;
    }
    batch(() => {
      this.rows = [];
      this.places.clear();
      this.stale.clear();
      this.reordered.value = false;
      this.problem.value = null;
      this.append(answer.data);
    });
    void this.readOn();
  }

  // After an outage: a short list is read again, of a long one only what is looked at.
  reread(): void {
    if (this.total.peek() === null || this.isShort()) return void this.reload();
    for (const row of this.rows) this.stale.add(row.id);
    this.soon();
  }

  private isShort(): boolean {
    return (this.total.peek() ?? 0) <= kFirstPage;
  }

  private page(limit: number, cursor: string | undefined) {
    const chosen = Object.fromEntries(Object.entries(this.query).filter(([, value]) => value !== ""));
    return outcome(api.GET("/api/v1/devices", { params: { query: { ...chosen, limit, ...(cursor ? { cursor } : {}) } } }));
  }

  private append(page: { items: DeviceRow[]; next_cursor?: string; total: number }): void {
    for (const row of page.items) {
      if (this.places.has(row.id)) continue;
      this.places.set(row.id, this.rows.length);
      this.rows.push(row);
    }
    this.cursor = page.next_cursor;
    this.total.value = page.next_cursor === undefined ? this.rows.length : page.total;
    this.version.value++;
  }

  private async readOn(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    while (!this.closed && this.cursor !== undefined && this.rows.length <= this.wanted + kFirstPage / 2) {
      const from = this.cursor;
      const answer = await this.page(kPage, from);
      if (this.closed || this.cursor !== from) continue;
      if (!answer.ok) break;
      batch(() => this.append(answer.data));
    }
    this.reading = false;
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void (this.isShort() ? this.reload() : this.refresh());
    }, 300);
  }

  private async refresh(): Promise<void> {
    const looked = this.rows.slice(this.window[0], this.window[1] + 1).filter((row) => this.stale.has(row.id)).slice(0, kRefreshedAtOnce);
    for (const row of looked) this.stale.delete(row.id);
    const [count, ...answers] = await Promise.all([
      this.page(1, undefined),
      ...looked.map((row) => outcome(api.GET("/api/v1/devices/{id}", { params: { path: { id: row.id } } }))),
    ]);
    if (this.closed) return;
    for (const answer of answers) {
      const place = answer.ok ? this.places.get(answer.data.id) : undefined;
      if (answer.ok && place !== undefined) this.rows[place] = answer.data;
    }
    batch(() => {
      if (answers.length > 0) this.version.value++;
      if (count.ok && count.data.total !== this.total.peek()) this.reordered.value = true;
    });
    if (looked.length === kRefreshedAtOnce) this.soon();
  }
}
