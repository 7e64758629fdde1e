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

export function VirtualGrid(props: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [fits, setFits] = useState(20);
  const [active, setDrawnActive] = useState(0);
  // Keys come faster than drawings: the next one counts from here.
  const activeNow = useRef(0);
  const drawn = useRef(new Map<number, Drawn>());
  const setActive = (index: number): void => { activeNow.current = index; setDrawnActive(index); };
  const byKey = useRef(false);
  const { total, rowHeight } = props;
  const last = Math.min(total - 1, first + fits + kAhead * 2);

  const look = (): void => {
    const grid = box.current;
    if (!grid) return;
    setFits(Math.ceil(grid.clientHeight / rowHeight));
    // In steps, so that most scroll events draw nothing at all.
    const at = Math.max(0, Math.floor(grid.scrollTop / rowHeight) - kAhead);
    setFirst(at - (at % 4));
  };
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
    setActive(0);
    look();
  }, [props.resetKey]);
  useEffect(() => props.onWindow(Math.min(first, total), last), [first, last, total]);
  useLayoutEffect(() => {
    if (!byKey.current) return;
    const row = box.current?.querySelector(`[data-index="${activeNow.current}"]`);
    const link = row?.querySelector<HTMLElement>("a");
    // A row that is still on its way holds the focus itself, and hands it to its link when that is there.
    (link ?? row?.querySelector<HTMLElement>("[tabindex]"))?.focus({ preventScroll: true });
    if (link) byKey.current = false;
  });

  const moveTo = (index: number): void => {
    const grid = box.current;
    if (!grid || total === 0) return;
    const next = Math.max(0, Math.min(total - 1, index));
    const head = grid.querySelector<HTMLElement>(".grid-head")?.offsetHeight ?? 0;
    const top = next * rowHeight;
    const room = grid.clientHeight - head - rowHeight;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top > grid.scrollTop + room) grid.scrollTop = top - room;
    byKey.current = true;
    setActive(next);
    look();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!(event.target as Element).closest(".grid-row")) return;
    const page = Math.max(1, fits - 2);
    const steps: Record<string, number> = { ArrowDown: activeNow.current + 1, ArrowUp: activeNow.current - 1, PageDown: activeNow.current + page, PageUp: activeNow.current - page, Home: 0, End: total - 1 };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    moveTo(to);
  };

  const shown: number[] = [];
  for (let index = first; index <= last; index++) shown.push(index);
  // The active row outlives the window: a focus must not vanish because somebody turned the wheel.
  if (active < total && (active < first || active > last)) shown.push(active);
  const before = drawn.current;
  drawn.current = new Map();
  const draw = (index: number): VNode => {
    const source = props.source(index);
    const isActive = index === active;
    const old = before.get(index);
    const same = old !== undefined && old.source === source && old.active === isActive && old.rowHeight === rowHeight;
    const entry = same ? old : { source, active: isActive, rowHeight, node: drawRow(index, isActive) };
    drawn.current.set(index, entry);
    return entry.node;
  };
  const drawRow = (index: number, isActive: boolean): VNode => (
    <div class="grid-row" role="row" key={index} data-index={index} aria-rowindex={index + 2}
      style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` }}
      onClick={(event) => { if (!event.defaultPrevented && !(event.target as Element).closest("a")) props.onOpen(index); }}
      onFocusIn={() => { if (!byKey.current) setActive(index); }}>
      {props.row(index, isActive)}
    </div>
  );
  return (
    <div class="grid" ref={box} role="grid" aria-readonly="true" aria-label={props.label} aria-rowcount={total + 1} aria-colcount={props.columnCount}
      onScroll={look} onKeyDown={onKey}>
      <div class="grid-head" role="row" aria-rowindex={1}>{props.head}</div>
      <div class="grid-rows" role="rowgroup" style={{ height: `${total * rowHeight}px` }}>
        {shown.map(draw)}
      </div>
    </div>
  );
}
