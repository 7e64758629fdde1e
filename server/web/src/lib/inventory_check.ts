// A physical audit as the console speaks of it.
import { api, outcome, type Schema } from "./api";
import { keyed, type Attempt } from "./attempt";

export type Check = Schema["InventoryCheck"];
export type CheckItem = Schema["InventoryCheckItem"];
export type CheckStatus = Schema["CheckStatus"];
export type CheckOutcome = Schema["CheckOutcome"];
export type Scan = Schema["InventoryCheckScan"];

export const checkStatuses: CheckStatus[] = ["missing", "unexpected", "unknown", "scanned", "seen", "explained", "settled", "dismissed"];
export const missingOutcomes: CheckOutcome[] = ["found_elsewhere", "with_person", "in_repair", "lost", "stolen", "disposed", "other"];

export const readChecks = (cursor: string | undefined, query: { place?: string; state?: Check["state"] } = {}) =>
  outcome(api.GET("/api/v1/inventory-checks", { params: { query: { ...query, limit: 25, ...(cursor ? { cursor } : {}) } } }));
export const readCheck = (id: string) => outcome(api.GET("/api/v1/inventory-checks/{id}", { params: { path: { id } } }));
export const readItems = (id: string, status: CheckStatus | undefined, cursor: string | undefined) =>
  outcome(api.GET("/api/v1/inventory-checks/{id}/items", { params: { path: { id }, query: { limit: 100, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) } } }));
export const startCheck = (attempt: Attempt, place: string, note: string) =>
  attempt.submit(["start", place, note], (key) => api.POST("/api/v1/inventory-checks", { params: { header: keyed(key) }, body: { place, ...(note ? { note } : {}) } }));
export const endCheck = (attempt: Attempt, id: string, how: "close" | "abandon", note: string) => {
  const params = (key: string) => ({ path: { id }, header: keyed(key) });
  return how === "close"
    ? attempt.submit([how, id, note], (key) => api.POST("/api/v1/inventory-checks/{id}/close", { params: params(key), body: note ? { note } : {} }))
    : attempt.submit([how, id, note], (key) => api.POST("/api/v1/inventory-checks/{id}/abandon", { params: params(key), body: { note } }));
};
export const account = (attempt: Attempt, id: string, told: { item: string; outcome: CheckOutcome; note?: string; person?: string; place?: string }) =>
  attempt.submit(["account", id, told], (key) => api.POST("/api/v1/inventory-checks/{id}/outcomes", { params: { path: { id }, header: keyed(key) }, body: told }));
export const sendScan = (id: string, code: string) => (key: string) =>
  outcome(api.POST("/api/v1/inventory-checks/{id}/scans", { params: { path: { id }, header: keyed(key) }, body: { code } }));
