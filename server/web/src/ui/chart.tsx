// A line chart over time in the palette's colours, drawn by uPlot on a canvas. What it shows is also said in
// words and as a table, because a canvas says nothing to a screen reader.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { colours, resolved } from "../lib/theme";
import { time, date } from "../lib/format";

export interface Line { name: string; dash?: number[] }
// xs in milliseconds, one array of values per line; null is a gap.
export interface ChartData { fromMs: number; toMs: number; xs: number[]; lines: (Line & { values: (number | null)[] })[] }

const kColours = ["--chart-1", "--chart-2", "--chart-3", "--chart-4"];
const kHeight = 240;
const kDayMs = 86_400_000;

export function Chart({ data, unit }: { data: ChartData; unit: string }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shape = data.lines.map((line) => line.name).join("\n");
  const seen = colours.value;
  useEffect(() => {
    const parent = box.current;
    if (!parent) return;
    const made = new uPlot(optionsFor(data, unit, parent.clientWidth), seriesOf(data), parent);
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
  return <div class="chart-box" ref={box} aria-hidden="true" />;
}

const seriesOf = (data: ChartData): uPlot.AlignedData => [data.xs.map((ms) => ms / 1000), ...data.lines.map((line) => line.values)] as uPlot.AlignedData;

function optionsFor(data: ChartData, unit: string, width: number): uPlot.Options {
  const ink = resolved("--ink-2");
  const line = resolved("--line");
  const font = "13px 'Atkinson Hyperlegible Next Variable', sans-serif";
  const long = data.toMs - data.fromMs > 2 * kDayMs;
  const axis = { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  return {
    width, height: kHeight, legend: { show: false }, padding: [10, 12, 0, 0],
    cursor: { points: { size: 7 }, drag: { x: false, y: false } },
    scales: { x: { time: true, min: data.fromMs / 1000, max: data.toMs / 1000 }, y: { range: [0, 100] } },
    axes: [
      { ...axis, space: 80, size: 34, values: (_, splits) => splits.map((seconds) => (long ? date(seconds * 1000) : time(seconds * 1000))) },
      { ...axis, size: 52, splits: () => [0, 25, 50, 75, 100], values: (_, splits) => splits.map((value) => `${value}${unit}`) },
    ],
    series: [
      {},
      ...data.lines.map((each, index) => ({
        label: each.name, stroke: resolved(kColours[index % kColours.length] ?? "--chart-1"), width: 2.25, spanGaps: false,
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

// What the lines are: colour and dash together, never colour alone.
export function Keys({ lines }: { lines: Line[] }) {
  return (
    <ul class="keys">
      {lines.map((line, index) => (
        <li key={line.name}>
          <svg viewBox="0 0 24 10" aria-hidden="true"><path class={`chart-line-${(index % 4) + 1}`} d="M0 5h24" stroke-width="2.5" fill="none" stroke-dasharray={line.dash?.join(" ")} /></svg>{line.name}
        </li>
      ))}
    </ul>
  );
}
