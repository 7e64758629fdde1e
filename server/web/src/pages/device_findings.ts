// What the server has found out about one device, put in order with the next step. Nothing is judged here: each
// finding repeats a verdict, a state or a failure that the server reported.
import type { Schema } from "../lib/api";
import { duration } from "../lib/format";
import { named, t, type MessageKey } from "../lib/i18n";
import type { Finding } from "../ui/findings";

type Device = Schema["Device"];
type Known = Omit<Finding, "title" | "next">;

// The sentences of a finding stand together in the catalogue: "finding.flat" and "finding.flat_next".
type FindingName<Key = MessageKey> = Key extends `finding.${infer Name}_next` ? Name : never;

function finding(name: FindingName, known: Omit<Known, "key"> & { key?: string }, values: Record<string, string> = {}): Finding {
  return { key: name, ...known, title: t(`finding.${name}`, values), next: t(`finding.${name}_next`, values) };
}

export function findingsOf(device: Device): Finding[] {
  return [...standing(device), ...presence(device), ...batteries(device), ...inside(device), ...onTheWay(device)];
}

// What people said of it, which counts more than what it says itself.
function standing({ flags, asset, lifecycle, held_by: holder }: Device): Finding[] {
  const found: Finding[] = [];
  if (flags.includes("stolen")) found.push(finding("stolen", { tone: "bad", icon: "alert" }));
  if (flags.includes("lost")) found.push(finding("lost", { tone: "bad", icon: "alert" }));
  if (flags.includes("on_hold")) found.push(finding("on_hold", { tone: "warn", icon: "lock", detail: asset.hold_reason }));
  if (holder !== "nobody" && (lifecycle === "retired" || lifecycle === "disposed")) found.push(finding("retired", { tone: "warn", icon: "alert" }));
  return found;
}

function presence({ state, agents, reviews_open: reviews, clock_skew_ms: skew }: Device): Finding[] {
  const found: Finding[] = [];
  if (agents.length > 0 && agents.every((agent) => agent.revoked)) found.push(finding("untrusted", { tone: "bad", icon: "lock" }));
  else if (state === "silent") found.push(finding("silent", { tone: "bad", icon: "silent" }));
  else if (state === "flat") found.push(finding("flat", { tone: "warn", icon: "flat" }));
  else if (state === "never") found.push(finding("never", { tone: "warn", icon: "never" }));
  if (reviews > 0) found.push(finding("identity", { tone: "warn", icon: "review" }));
  if (skew !== undefined) found.push(finding(skew > 0 ? "clock_ahead" : "clock_behind", { tone: "warn", icon: "clock" }, { by: duration(Math.abs(skew)) }));
  return found;
}

// The reasons of the state and of the worst pack stand in the key facts above already.
function batteries({ packs, reasons }: Device): Finding[] {
  const tones = { replace: "bad", implausible: "warn", watch: "calm" } as const;
  return packs.flatMap((pack) => {
    const verdict = pack.verdict as keyof typeof tones;
    if (!(verdict in tones)) return [];
    const part = [pack.manufacturer, pack.model].filter(Boolean).join(" ") || t("finding.part_unknown");
    return [finding(verdict, { key: `${verdict} ${pack.name}`, tone: tones[verdict], icon: verdict, detail: pack.reasons[0] === reasons[0] ? undefined : pack.reasons[0] }, { pack: pack.name, part })];
  });
}

function inside({ health, collectors }: Device): Finding[] {
  const disks = (health?.disks ?? []).filter((disk) => disk.smart_passed === false);
  const failed = collectors.filter((each) => each.state === "failed");
  return [
    ...disks.map((disk) => finding("disk", { key: `disk ${disk.name}`, tone: "bad", icon: "alert", detail: disk.model }, { disk: disk.name })),
    ...failed.map((each) => finding("collector", { key: `collector ${each.name}`, tone: "warn", icon: "alert", detail: each.error }, { what: named("collector", each.name) })),
  ];
}

function onTheWay({ connectivity: now }: Device): Finding[] {
  const found: Finding[] = [];
  if (now?.tls_intercepted) found.push(finding("intercepted", { tone: "bad", icon: "shield" }));
  if (now?.portal === "portal") found.push(finding("portal", { tone: "warn", icon: "lock" }));
  return found;
}
