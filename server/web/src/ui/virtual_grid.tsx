// A list of any length: only the rows near the window exist. Arrow keys, Page Up/Down, Home and End move the
// active row, Enter opens it; Tab enters and leaves the whole list in one step, as in any grid.
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface GridProps {
  label: string;
  total: number;
  rowHeight: number;
  minWidth: string;
  columns: string;  // grid-template-columns
  columnCount: number;
  head: ComponentChildren;
  // The cells of a row; `active` is the one that Tab reaches. Undefined rows are still on their way.
  row: (index: number, active: boolean) => ComponentChildren;
  // What a row is drawn from: while it is the same object, the row is not drawn again.
  source: (index: number) => object | undefined;
  onOpen: (index: number) => void;
  onWindow: (first: number, last: number) => void;
  resetKey: string;  // another query starts at the top
}

const kAhead = 8;

interface Drawn { source: object | undefined; active: boolean; rowHeight: number; node: VNode }

// Which rows the window shows. In steps, so that most scroll events draw nothing at all.
function useWindow(box: { current: HTMLDivElement | null }, rowHeight: number, total: number) {
  const [first, setFirst] = useState(0);
  const [fits, setFits] = useState(20);
  const look = (): void => {
    const grid = box.current;
    if (!grid) return;
    setFits(Math.ceil(grid.clientHeight / rowHeight));
    const at = Math.max(0, Math.floor(grid.scrollTop / rowHeight) - kAhead);
    setFirst(at - (at % 4));
  };
  return { first, last: Math.min(total - 1, first + fits + kAhead * 2), fits, look };
}

// Scrolls just so far that the row stands below the head and above the lower edge.
function bringIntoView(grid: HTMLDivElement, index: number, rowHeight: number): void {
  const head = grid.querySelector<HTMLElement>(".grid-head")?.offsetHeight ?? 0;
  const top = index * rowHeight;
  const room = grid.clientHeight - head - rowHeight;
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (top > grid.scrollTop + room) grid.scrollTop = top - room;
}

// The row that Tab reaches, moved by keys and by clicks.
function useActiveRow(box: { current: HTMLDivElement | null }) {
  const [active, setDrawn] = useState(0);
  // Keys come faster than drawings: the next one counts from here.
  const now = useRef(0);
  const byKey = useRef(false);
  const set = (index: number): void => { now.current = index; setDrawn(index); };
  useLayoutEffect(() => {
    if (!byKey.current) return;
    const row = box.current?.querySelector(`[data-index="${now.current}"]`);
    const link = row?.querySelector<HTMLElement>("a");
    // A row that is still on its way holds the focus itself, and hands it to its link when that is there.
    (link ?? row?.querySelector<HTMLElement>("[tabindex]"))?.focus({ preventScroll: true });
    if (link) byKey.current = false;
  });
  return { active, now, set, byKey };
}

// Rows drawn before are used again as they are while nothing about them changed.
function useDrawnRows(props: GridProps, active: number, draw: (index: number, isActive: boolean) => VNode) {
  const drawn = useRef(new Map<number, Drawn>());
  const before = drawn.current;
  drawn.current = new Map();
  return (index: number): VNode => {
    const source = props.source(index);
    const isActive = index === active;
    const old = before.get(index);
    const same = old !== undefined && old.source === source && old.active === isActive && old.rowHeight === props.rowHeight;
    const entry = same ? old : { source, active: isActive, rowHeight: props.rowHeight, node: draw(index, isActive) };
    drawn.current.set(index, entry);
    return entry.node;
  };
}

export function VirtualGrid(props: GridProps) {
  const { total, rowHeight } = props;
  const box = useRef<HTMLDivElement>(null);
  const { first, last, fits, look } = useWindow(box, rowHeight, total);
  const { active, now, set, byKey } = useActiveRow(box);
  useLayoutEffect(() => {
    const grid = box.current;
    if (!grid) return;
    grid.style.setProperty("--cols", props.columns);
    grid.style.setProperty("--min", props.minWidth);
    look();
    const watcher = new ResizeObserver(look);
    watcher.observe(grid);
    return () => watcher.disconnect();
  }, [rowHeight, props.columns, props.minWidth]);
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = 0;
    set(0);
    look();
  }, [props.resetKey]);
  useEffect(() => props.onWindow(Math.min(first, total), last), [first, last, total]);

  const onKey = (event: KeyboardEvent): void => {
    const grid = box.current;
    if (!grid || total === 0 || !(event.target as Element).closest(".grid-row")) return;
    const page = Math.max(1, fits - 2);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -total, End: total };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    byKey.current = true;
    set(Math.max(0, Math.min(total - 1, now.current + step)));
    bringIntoView(grid, now.current, rowHeight);
    look();
  };
  const row = useDrawnRows(props, active, (index, isActive) => (
    <div class="grid-row" role="row" key={index} data-index={index} aria-rowindex={index + 2}
      style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` }}
      onClick={(event) => { if (!event.defaultPrevented && !(event.target as Element).closest("a")) props.onOpen(index); }}
      onFocusIn={() => { if (!byKey.current) set(index); }}>
      {props.row(index, isActive)}
    </div>
  ));
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
  // The active row outlives the window: a focus must not vanish because somebody turned the wheel.
  if (active < total && (active < first || active > last)) shown.push(active);
  return (
    <div class="grid" ref={box} role="grid" aria-readonly="true" aria-label={props.label} aria-rowcount={total + 1} aria-colcount={props.columnCount}
      onScroll={look} onKeyDown={onKey}>
      <div class="grid-head" role="row" aria-rowindex={1}>{props.head}</div>
      <div class="grid-rows" role="rowgroup" style={{ height: `${total * rowHeight}px` }}>{shown.map(row)}</div>
    </div>
  );
}
