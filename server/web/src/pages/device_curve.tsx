// The charge curve of a day, drawn, in a sentence and as a table.
import { useMemo, useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { moment, nowMs, percent } from "../lib/format";
import { named, t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { Chart, Keys, dashOf, type ChartData } from "../ui/chart";
import { SelectField } from "../ui/controls";
import { Section } from "../ui/page";
import { Empty, Show } from "../ui/states";
import { Table } from "../ui/table";
import { At } from "../ui/time";

type Curve = Schema["BatteryCurve"];
type Point = Curve["points"][number];

const kHourMs = 3_600_000;
const spans = [8, 24, 72, 168];
// A laptop reports every five minutes, off campus every hour: a longer silence is a gap, not a straight line.
const kGapMs = 90 * 60_000;

export function BatteryCurve({ id }: { id: string }) {
  const [hours, setHours] = useState("24");
  const read = () => {
    const to = Math.round(nowMs.peek());
    return outcome(api.GET("/api/v1/devices/{id}/battery", { params: { path: { id }, query: { from_ms: to - Number(hours) * kHourMs, to_ms: to } } }));
  };
  const curve = useResource(`${id}-${hours}`, read, (news) => news.kind === "devices" && news.ids.includes(id));
  return (
    <Section title={t("curve.title")} aside={<SelectField label={t("curve.span")} bare value={hours} onValue={setHours} options={spans.map((value) => ({ value: String(value), label: t(`curve.hours_${value}` as "curve.hours_24") }))} />}>
      <Show resource={curve}>{(data) => <Drawn curve={data} />}</Show>
    </Section>
  );
}

function Drawn({ curve }: { curve: Curve }) {
  const data = useMemo(() => chartOf(curve), [curve]);
  const [asTable, setAsTable] = useState(false);
  const known = curve.points.filter((point) => point.percent !== undefined);
  if (known.length === 0) return <Empty title={t("curve.none")} />;
  return (
    <figure class="chart stack">
      <Keys lines={data.lines} {...(data.bands?.length ? { band: t("curve.charging") } : {})} />
      <Chart data={data} unit="%" />
      <figcaption>{[...new Set(known.map((point) => point.pack))].map((pack) => <p key={pack}>{summary(pack, known.filter((point) => point.pack === pack))}</p>)}</figcaption>
      <details onToggle={(event) => setAsTable(event.currentTarget.open)}>
        <summary>{t("curve.table")}</summary>
        {asTable && <Table label={t("curve.title")} rows={known.slice().reverse()} rowKey={(point) => `${point.observed_ms}${point.pack}`} columns={[
          { key: "at", label: t("curve.at"), cell: (point) => <At ms={point.observed_ms} /> },
          { key: "pack", label: t("curve.pack"), cell: (point) => point.pack },
          { key: "percent", label: t("column.percent"), kind: "num", cell: (point) => percent(point.percent ?? 0) },
          { key: "state", label: t("column.state"), cell: (point) => (point.state ? named("pack", point.state) : "") },
        ]} />}
      </details>
    </figure>
  );
}

// Begins with the first sample, so that a laptop of today fills its chart, and shows an hour at least.
function chartOf(curve: Curve): ChartData {
  const names = [...new Set(curve.points.map((point) => point.pack))];
  const at = new Map<number, Map<string, number | null>>();
  const last = new Map<string, number>();
  for (const point of curve.points) {
    const before = last.get(point.pack);
    if (before !== undefined && point.observed_ms - before > kGapMs) put(at, before + 1, point.pack, null);
    put(at, point.observed_ms, point.pack, point.percent ?? null);
    last.set(point.pack, point.observed_ms);
  }
  const xs = [...at.keys()].sort((one, other) => one - other);
  // undefined joins over another pack's instants, null breaks the line.
  const lines = names.map((name, index) => ({ name, ...dashOf(index), values: xs.map((x) => at.get(x)?.get(name) as number | null) }));
  return { fromMs: Math.min(Math.max(curve.from_ms, (xs[0] ?? 0) - kHourMs / 12), curve.to_ms - kHourMs), toMs: curve.to_ms, xs, lines, bands: chargingOf(curve.points) };
}

// From a sample that charges to the next one, joined where they touch; of all packs together.
function chargingOf(points: Point[]): [number, number][] {
  const bands: [number, number][] = [];
  const nextOf = new Map<string, Point>();
  const spans: [number, number][] = [];
  for (const point of points.slice().reverse()) {
    const next = nextOf.get(point.pack);
    if (point.state === "charging" && next && next.observed_ms - point.observed_ms <= kGapMs) spans.push([point.observed_ms, next.observed_ms]);
    nextOf.set(point.pack, point);
  }
  for (const [from, to] of spans.sort(([one], [other]) => one - other)) {
    const last = bands[bands.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else bands.push([from, to]);
  }
  return bands;
}

function put(at: Map<number, Map<string, number | null>>, ms: number, pack: string, value: number | null): void {
  const here = at.get(ms) ?? new Map<string, number | null>();
  here.set(pack, value);
  at.set(ms, here);
}

function summary(pack: string, points: Point[]): string {
  const first = points[0];
  const last = points[points.length - 1];
  if (!first || !last) return "";
  const lowest = points.reduce((low, point) => ((point.percent ?? 101) < (low.percent ?? 101) ? point : low), first);
  const one = points.length === 1 ? "curve.summary_one" : "curve.summary";
  return t(one, {
    pack,
    from: percent(first.percent ?? 0), from_time: moment(first.observed_ms), to: percent(last.percent ?? 0), to_time: moment(last.observed_ms),
    low: percent(lowest.percent ?? 0), low_time: moment(lowest.observed_ms), n: points.length,
  });
}
