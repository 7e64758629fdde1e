// Devices changing hands. Each act can be undone for a while by whoever did it: the last ones are remembered device by
// device, by their ids alone, until the tab is closed or somebody signs out.
import { effect, signal } from "@preact/signals";
import { api, type Outcome, type Schema } from "./api";
import { Attempt } from "./attempt";
import { nowMs } from "./format";
import { t } from "./i18n";
import { session } from "./session";

export type Handed = { act?: string; devices: Schema["HeldDevice"][]; blockers: Schema["Blocker"][] };
export type Held = Schema["HeldDevice"];
export type Custody = Schema["Custody"];
export type Holder = Custody["holder"];
export type Receiver = { kind: "person" | "place"; id: string; name: string };
export type Told = { condition?: Schema["Condition"]; kit?: Schema["Accessory"][]; note?: string };

// As long as the server undoes it.
const kUndoMs = 10 * 60_000;
interface Act { act: string; atMs: number }
const kStored = "rollcall-acts";
const acts = signal<ReadonlyMap<string, Act>>(new Map(JSON.parse(sessionStorage.getItem(kStored) ?? "[]") as [string, Act][]));
effect(() => sessionStorage.setItem(kStored, JSON.stringify([...acts.value])));
effect(() => { if (session.value === null && acts.peek().size > 0) acts.value = new Map(); });

function remember(handed: Handed): void {
  const { act } = handed;
  if (act === undefined) return;
  const atMs = nowMs.peek();
  acts.value = new Map([...acts.peek(), ...handed.devices.map(({ device }): [string, Act] => [device.id, { act, atMs }])]);
}

function forget(act: string): void {
  acts.value = new Map([...acts.peek()].filter(([, each]) => each.act !== act));
}

// The act that a person here did last with this device, while it can be undone.
export function undoable(device: string): string | undefined {
  const known = acts.value.get(device);
  return known !== undefined && nowMs.value - known.atMs < kUndoMs ? known.act : undefined;
}

async function done(answer: Promise<Outcome<Handed>>): Promise<Outcome<Handed>> {
  const known = await answer;
  if (known.ok) remember(known.data);
  return known;
}

const to = (receiver: Receiver): { person?: string; place?: string } => ({ [receiver.kind]: receiver.id });
const header = (key: string) => ({ header: { "Idempotency-Key": key } });

export function give(attempt: Attempt, device: string, receiver: Receiver, told: Told = {}): Promise<Outcome<Handed>> {
  const body = { device, ...to(receiver), ...told };
  return done(attempt.run(["give", body], (key) => api.POST("/api/v1/custody/give", { params: header(key), body })));
}

// `from` is the custody that was seen.
export function move(attempt: Attempt, device: string, from: string, receiver: Receiver, told: Told = {}): Promise<Outcome<Handed>> {
  const body = { device, from, ...to(receiver), ...told };
  return done(attempt.run(["move", body], (key) => api.POST("/api/v1/custody/move", { params: header(key), body })));
}

export interface Taking extends Told { device: string; from?: string; place?: string }

export function takeBack(attempt: Attempt, taking: Taking): Promise<Outcome<Handed>> {
  return done(attempt.run(["take-back", taking], (key) => api.POST("/api/v1/custody/take-back", { params: header(key), body: taking })));
}

export function swap(attempt: Attempt, taking: Taking, device: string, told: Told = {}): Promise<Outcome<Handed>> {
  const body = { in: taking, device, ...told };
  return done(attempt.run(["swap", body], (key) => api.POST("/api/v1/custody/swap", { params: header(key), body })));
}

export async function undo(attempt: Attempt, act: string): Promise<Outcome<Handed>> {
  const answer = await attempt.run(["undo", act], (key) => api.POST("/api/v1/custody/undo", { params: header(key), body: { act } }));
  if (answer.ok || answer.problem.kind !== "offline") forget(act);
  return answer;
}

// "Ana Silva", "Room 204"; for those who may not see people what kind of holder it is.
export const holderName = (holder: Holder | undefined): string =>
  holder === undefined || holder.kind === "nobody" ? t("custody.nobody") : (holder.name ?? t(holder.kind === "person" ? "custody.somebody" : "custody.somewhere"));

export const holderPage = (holder: Holder): string | undefined =>
  holder.id === undefined ? undefined : holder.kind === "person" ? `/people/${holder.id}` : `/places/${holder.id}`;
