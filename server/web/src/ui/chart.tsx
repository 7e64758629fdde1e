// A line chart over time in the palette's colors, drawn by uPlot on a canvas. What it shows is also said in
// words and as a table, because a canvas says nothing to a screen reader.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { colors, resolved } from "../lib/theme";
import { moment, time, weekday } from "../lib/format";

export interface Line { name: string; dash?: number[] }
// xs in milliseconds, one array of values per line; null is a gap. Bands shade spans of time.
export interface ChartData { fromMs: number; toMs: number; xs: number[]; lines: (Line & { values: (number | null)[] })[]; bands?: [fromMs: number, toMs: number][] }

const kColors = ["--chart-1", "--chart-2", "--chart-3", "--chart-4"];
const kHeight = 240;
export function Chart({ data, unit }: { data: ChartData; unit: string }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const latest = useRef(data);
  latest.current = data;
  const shape = data.lines.map((line) => line.name).join("\n");
  const seen = colors.value;
  useEffect(() => {
    const parent = box.current;
    if (!parent) return;
    const made = new uPlot({ ...optionsFor(data, unit, parent.clientWidth), hooks: {
      drawClear: [(drawn) => drawBands(drawn, latest.current.bands ?? [])],
      setCursor: [({ cursor }) => { if (readout.current) readout.current.textContent = valuesAt(latest.current, cursor.idx, unit); }],
    } }, seriesOf(data), parent);
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height: kHeight }));
    watcher.observe(parent);
    return () => { watcher.disconnect(); made.destroy(); plot.current = null; };
  }, [shape, seen, unit]);
  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setData(seriesOf(data), false);
      plot.current?.setScale("x", { min: data.fromMs / 1000, max: data.toMs / 1000 });
    });
  }, [data]);
  return <div aria-hidden="true"><p class="chart-readout" ref={readout} /><div class="chart-box" ref={box} /></div>;
}

function drawBands({ ctx, bbox, valToPos }: uPlot, bands: [number, number][]): void {
  ctx.save();
  ctx.fillStyle = resolved("--chart-band");
  for (const [from, to] of bands) {
    const left = Math.max(bbox.left, valToPos(from / 1000, "x", true));
    const right = Math.min(bbox.left + bbox.width, valToPos(to / 1000, "x", true));
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

function valuesAt(data: ChartData, index: number | null | undefined, unit: string): string {
  const ms = index === null || index === undefined ? undefined : data.xs[index];
  if (ms === undefined) return "";
  const values = data.lines.map((line) => [line.name, line.values[index ?? 0]] as const).filter(([, value]) => value !== null && value !== undefined);
  return values.length === 0 ? "" : `${moment(ms)}: ${values.map(([name, value]) => `${name} ${value}${unit}`).join(", ")}`;
}

// Midnight is named by its day: a chart of several days would read "12:00 AM" over and over.
const tick = (seconds: number): string => {
  const at = new Date(seconds * 1000);
  return at.getHours() === 0 && at.getMinutes() === 0 ? weekday(at.getTime()) : time(at.getTime());
};

const seriesOf = (data: ChartData): uPlot.AlignedData => [data.xs.map((ms) => ms / 1000), ...data.lines.map((line) => line.values)] as uPlot.AlignedData;

function optionsFor(data: ChartData, unit: string, width: number): uPlot.Options {
  const ink = resolved("--ink-2");
  const line = resolved("--line");
  const font = "13px 'Atkinson Hyperlegible Next Variable', sans-serif";
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  return {
    width, height: kHeight, legend: { show: false }, padding: [10, 28, 0, 0],
    cursor: { points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: true, min: data.fromMs / 1000, max: data.toMs / 1000 }, y: { range: [0, 100] } },
    axes: [
      { ...axis, space: 80, size: 34, values: (_, splits) => splits.map(tick) },
      { ...axis, size: 52, splits: () => [0, 25, 50, 75, 100], values: (_, splits) => splits.map((value) => `${value}${unit}`) },
    ],
    series: [
      {},
      ...data.lines.map((each, index) => ({
        label: each.name, stroke: resolved(kColors[index % kColors.length] ?? "--chart-1"), width: 2.25, spanGaps: false,
        points: { show: data.xs.length < 40, size: 5 }, ...(each.dash ? { dash: each.dash } : {}),
      })),
    ],
  };
}

const kDashes: (number[] | undefined)[] = [undefined, [8, 4], [2, 3], [10, 3, 2, 3]];
export const dashOf = (index: number): { dash?: number[] } => {
  const dash = kDashes[index % kDashes.length];
  return dash ? { dash } : {};
};

// What the lines are: color and dash together, never color alone; and what the shaded spans are.
export function Keys({ lines, band }: { lines: Line[]; band?: string }) {
  return (
    <ul class="keys">
      {lines.map((line, index) => (
        <li key={line.name}>
          <svg viewBox="0 0 24 10" aria-hidden="true"><path class={`chart-line-${(index % 4) + 1}`} d="M0 5h24" stroke-width="2.5" fill="none" stroke-dasharray={line.dash?.join(" ")} /></svg>{line.name}
        </li>
      ))}
      {band && <li><svg viewBox="0 0 24 10" aria-hidden="true"><rect class="chart-band" width="24" height="10" /></svg>{band}</li>}
    </ul>
  );
}
