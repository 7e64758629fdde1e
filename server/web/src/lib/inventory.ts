// The words and figures of the inventory: choices for forms, money, what a device is called.
import type { Schema } from "./api";
import { list } from "./format";
import { locale, named } from "./i18n";

export const deviceKinds: Schema["DeviceKind"][] = ["laptop", "tablet", "hotspot", "charger", "cart", "other"];
export const placeKinds: Schema["PlaceKind"][] = ["room", "cart", "pool", "bench", "vendor", "storage"];
export const accessories: Schema["Accessory"][] = ["charger", "case", "stylus", "keyboard", "adapter"];
export const lifecycles: Schema["Lifecycle"][] = ["ordered", "received", "tagged", "ready", "deployed", "in_repair", "at_vendor", "retired", "disposed"];
export const conditions: Schema["Condition"][] = ["unknown", "new", "good", "fair", "damaged", "broken"];
export const ownerships: Schema["Ownership"][] = ["district", "leased", "student"];

type Choices = { value: string; label: string }[];
export const deviceKindChoices = (): Choices => deviceKinds.map((value) => ({ value, label: named("device_kind", value) }));
export const placeKindChoices = (): Choices => placeKinds.map((value) => ({ value, label: named("place_kind", value) }));
export const accessoryChoices = (): Choices => accessories.map((value) => ({ value, label: named("accessory", value) }));
export const lifecycleChoices = (): Choices => lifecycles.map((value) => ({ value, label: named("lifecycle", value) }));
export const conditionChoices = (): Choices => conditions.map((value) => ({ value, label: named("condition", value) }));
export const ownershipChoices = (): Choices => ownerships.map((value) => ({ value, label: named("ownership", value) }));

export const kitWords = (kit: readonly Schema["Accessory"][]): string => {
  const words = list(kit.map((each) => named("accessory", each).toLowerCase()));
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const dollars = new Intl.NumberFormat(locale, { style: "currency", currency: "USD" });
export const money = (cents: number): string => dollars.format(cents / 100);

// "299", "$1,299.50" in cents; null for nothing, undefined for what is no amount.
export function centsOf(text: string): number | null | undefined {
  const plain = text.replace(/[$,\s]/g, "");
  if (plain === "") return null;
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : undefined;
}
export const centsText = (cents: number | undefined): string => (cents === undefined ? "" : (cents / 100).toFixed(2));

// A whole number; null for nothing, undefined for what is none.
export function wholeOf(text: string): number | null | undefined {
  const plain = text.trim();
  if (plain === "") return null;
  return /^\d+$/.test(plain) ? Number(plain) : undefined;
}

export const makeOf = (device: { manufacturer: string; model: string }): string => [device.manufacturer, device.model].filter(Boolean).join(" ");
