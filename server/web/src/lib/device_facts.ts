// What people know of a device, as a form holds it: text for every field, and only what was changed is sent.
import type { Schema } from "./api";
import { t } from "./i18n";
import { centsOf, centsText } from "./inventory";

type Device = Schema["Device"];
type Fields = Schema["DeviceFields"];
type Accessory = Schema["Accessory"];

export interface DeviceForm {
  tag: string; serial: string; school: string; model_id: string; manufacturer: string; model: string; kind: string;
  lifecycle: string; condition: string; lost: boolean; stolen: boolean; on_hold: boolean; hold_reason: string;
  ownership: string; funding_source: string; purchase_order: string; cost: string; purchased: string; warranty_end: string; lease_end: string; insurance: string;
  kit: string[]; note: string;
}
export type DeviceFormKey = keyof DeviceForm;

export function formOf(device: Device): DeviceForm {
  const { asset } = device;
  return {
    tag: device.tag, serial: device.serial, school: device.school ?? "", model_id: asset.model_id ?? "", manufacturer: device.manufacturer, model: device.model, kind: device.kind,
    lifecycle: device.lifecycle, condition: device.condition, lost: device.flags.includes("lost"), stolen: device.flags.includes("stolen"), on_hold: device.flags.includes("on_hold"), hold_reason: asset.hold_reason ?? "",
    ownership: asset.ownership, funding_source: asset.funding_source ?? "", purchase_order: asset.purchase_order ?? "", cost: centsText(asset.cost_cents), purchased: asset.purchased ?? "",
    warranty_end: asset.warranty_end ?? "", lease_end: asset.lease_end ?? "", insurance: asset.insurance ?? "", kit: [...asset.kit], note: asset.note ?? "",
  };
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export function changedKeys(before: DeviceForm, after: DeviceForm): DeviceFormKey[] {
  return (Object.keys(after) as DeviceFormKey[]).filter((key) => !same(before[key], after[key]));
}

// The body of a PATCH, or the field that cannot be sent and why. `keys`: those that were changed.
export function changeOf(form: DeviceForm, keys: DeviceFormKey[]): { body: Fields } | { field: DeviceFormKey; error: string } {
  const body: Record<string, unknown> = {};
  for (const key of keys) {
    const value = form[key];
    if (key !== "cost") { body[key] = typeof value === "string" ? value.trim() : key === "kit" ? (value as Accessory[]) : value; continue; }
    const cents = centsOf(form.cost);
    if (cents === undefined) return { field: "cost", error: t("inventory.cost_error") };
    body["cost_cents"] = cents;
  }
  return { body: body as Fields };
}

// The problem's field is the API's name.
export const formKeyOf = (field: string): string => (field === "cost_cents" ? "cost" : field);
