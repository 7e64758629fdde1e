// The devices that match a query, read block by block where somebody looks, and kept fresh in place: rows do not
// jump about under a pointer; a change of the order is offered, not forced.
import { batch, signal } from "@preact/signals";
import { api, outcome, type Problem, type Schema } from "./api";
import type { News } from "./live";

export type DeviceRow = Schema["DeviceRow"];
export type ListQuery = Record<"q" | "state" | "verdict" | "school" | "age" | "sort" | "order", string>;
type Page = { items: DeviceRow[]; next_cursor?: string; total: number };

const kBlock = 200;
// Rows that are read before somebody scrolls to them.
const kAhead = 150;
const kRefreshedAtOnce = 16;

export class DeviceList {
  readonly total = signal<number | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly reordered = signal(false);
  readonly version = signal(0);  // bumped when a row changed
  private blocks = new Map<number, DeviceRow[]>();
  private places = new Map<string, number>();
  private stale = new Set<string>();
  // By the block that each leads to. Scrolling on follows them, so that no row comes twice when others move;
  // only a jump counts rows.
  private cursors = new Map<number, string>();
  private endIsKnown = false;
  private window: [number, number] = [0, 0];
  private reading = false;
  private closed = false;
  private timer: ReturnType<typeof setTimeout> | undefined = undefined;

  constructor(private readonly query: ListQuery) {}

  row(index: number): DeviceRow | undefined {
    return this.blocks.get(Math.floor(index / kBlock))?.[index % kBlock];
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  look(first: number, last: number): void {
    this.window = [first, last];
    if (this.total.peek() !== null) void this.readOn();
    if (this.stale.size > 0) this.soon();
  }

  hear(news: News): void {
    if (news.kind === "devices") for (const id of news.ids) this.stale.add(id);
    this.soon();
  }

  // From the start, in the present order. What is shown stays until the answer is here.
  async reload(): Promise<void> {
    const answer = await this.page(kBlock, {});
    if (this.closed) return;
    if (!answer.ok) {
      if (answer.problem.kind !== "offline" || this.total.peek() === null) this.problem.value = answer.problem;
      return;
    }
    batch(() => {
      this.blocks = new Map();
      this.cursors = new Map();
      this.places.clear();
      this.stale.clear();
      this.endIsKnown = false;
      this.reordered.value = false;
      this.problem.value = null;
      this.put(0, answer.data);
    });
    void this.readOn();
  }

  // After an outage: a short list is read again, of a long one only what is looked at.
  reread(): void {
    if (this.total.peek() === null || this.isShort()) return void this.reload();
    for (const id of this.places.keys()) this.stale.add(id);
    this.soon();
  }

  private isShort(): boolean {
    return (this.total.peek() ?? 0) <= kBlock;
  }

  private page(limit: number, from: { cursor?: string; offset?: number }) {
    const chosen = Object.fromEntries(Object.entries(this.query).filter(([, value]) => value !== ""));
    return outcome(api.GET("/api/v1/devices", { params: { query: { ...chosen, limit, ...from } } }));
  }

  private put(block: number, page: Page): void {
    const first = block * kBlock;
    this.blocks.set(block, page.items);
    page.items.forEach((row, offset) => {
      const before = this.places.get(row.id);
      if (before !== undefined && before !== first + offset) this.reordered.value = true;
      this.places.set(row.id, first + offset);
    });
    if (page.next_cursor !== undefined) {
      this.cursors.set(block + 1, page.next_cursor);
      if (!this.endIsKnown) this.total.value = page.total;
    } else {
      this.endIsKnown = true;
      this.total.value = page.items.length > 0 ? first + page.items.length : Math.min(first, page.total);
    }
    this.version.value++;
  }

  // What is in the window comes first, then what is near it.
  private missing(): number | undefined {
    const [first, last] = this.window;
    const end = (this.total.peek() ?? 0) - 1;
    for (const margin of [0, kAhead]) {
      const upTo = Math.floor(Math.min(end, last + margin) / kBlock);
      for (let block = Math.floor(Math.max(0, first - margin) / kBlock); block <= upTo; block++) {
        if (!this.blocks.has(block)) return block;
      }
    }
    return undefined;
  }

  private async readOn(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    for (let block = this.missing(); block !== undefined && !this.closed; block = this.missing()) {
      const { blocks } = this;
      const cursor = this.cursors.get(block);
      const answer = await this.page(kBlock, cursor === undefined ? { offset: block * kBlock } : { cursor });
      if (this.closed || this.blocks !== blocks) continue;
      if (!answer.ok) break;
      const at = block;
      batch(() => this.put(at, answer.data));
    }
    this.reading = false;
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void (this.isShort() ? this.reload() : this.refresh());
    }, 300);
  }

  private looked(): DeviceRow[] {
    const rows = [];
    for (let index = this.window[0]; index <= this.window[1]; index++) {
      const row = this.row(index);
      if (row && this.stale.has(row.id)) rows.push(row);
    }
    return rows.slice(0, kRefreshedAtOnce);
  }

  private async refresh(): Promise<void> {
    const looked = this.looked();
    for (const row of looked) this.stale.delete(row.id);
    const [count, ...answers] = await Promise.all([
      this.page(1, {}),
      ...looked.map((row) => outcome(api.GET("/api/v1/devices/{id}", { params: { path: { id: row.id } } }))),
    ]);
    if (this.closed) return;
    for (const answer of answers) if (answer.ok) this.replace(answer.data);
    batch(() => {
      if (answers.length > 0) this.version.value++;
      if (count.ok && count.data.total !== this.total.peek()) this.reordered.value = true;
    });
    if (looked.length === kRefreshedAtOnce) this.soon();
  }

  private replace(row: DeviceRow): void {
    const place = this.places.get(row.id);
    const block = place === undefined ? undefined : this.blocks.get(Math.floor(place / kBlock));
    if (place !== undefined && block !== undefined) block[place % kBlock] = row;
  }
}
