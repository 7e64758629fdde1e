// Purchase orders and receiving as the console speaks of them.
import { api, outcome, type Schema } from "./api";
import { keyed, type Attempt } from "./attempt";

export type Order = Schema["PurchaseOrder"];
export type OrderFields = Schema["PurchaseOrderFields"];
export type Delivery = Schema["Delivery"];
export type Received = Schema["ReceivedDevice"];
export type Step = "received" | "tagged" | "imaged" | "checked";
export const steps: Step[] = ["received", "tagged", "imaged", "checked"];
export type WaitsFor = "tagged" | "imaged" | "checked" | "vendor";
export const waits: WaitsFor[] = ["tagged", "imaged", "checked", "vendor"];

const page = (cursor: string | undefined) => (cursor ? { cursor } : {});
export const readOrders = (state: "" | "open" | "closed", cursor: string | undefined) =>
  outcome(api.GET("/api/v1/purchase-orders", { params: { query: { limit: 50, ...(state ? { state } : {}), ...page(cursor) } } }));
export const readTroubles = (trouble: "" | "short" | "damaged", cursor: string | undefined) =>
  outcome(api.GET("/api/v1/deliveries", { params: { query: { limit: 50, ...(trouble ? { trouble } : {}), ...page(cursor) } } }));
export const readOrder = (id: string) => outcome(api.GET("/api/v1/purchase-orders/{id}", { params: { path: { id } } }));
export const readReceived = (id: string, waitsFor: WaitsFor | undefined, cursor: string | undefined) =>
  outcome(api.GET("/api/v1/purchase-orders/{id}/devices", { params: { path: { id }, query: { limit: 50, ...(waitsFor ? { waits_for: waitsFor } : {}), ...page(cursor) } } }));

type Lines = NonNullable<OrderFields["lines"]>;
export const createOrder = (attempt: Attempt, body: { number: string; vendor: string; school?: string; lines: Lines } & OrderFields) =>
  attempt.submit(["create", body], (key) => api.POST("/api/v1/purchase-orders", { params: { header: keyed(key) }, body }));
export const editOrder = (attempt: Attempt, id: string, etag: string, body: OrderFields) =>
  attempt.submit(["edit", id, etag, body], (key) => api.PATCH("/api/v1/purchase-orders/{id}", { params: { path: { id }, header: { "If-Match": etag, ...keyed(key) } }, body }));
export const closeOrder = (attempt: Attempt, id: string, reason: string) =>
  attempt.submit(["close", id, reason], (key) => api.POST("/api/v1/purchase-orders/{id}/close", { params: { path: { id }, header: keyed(key) }, body: reason ? { reason } : {} }));
export const reopenOrder = (attempt: Attempt, id: string) =>
  attempt.submit(["reopen", id], (key) => api.POST("/api/v1/purchase-orders/{id}/reopen", { params: { path: { id }, header: keyed(key) } }));
export const noteDelivery = (attempt: Attempt, id: string, body: { delivered: string; announced: number; reference?: string; note?: string }) =>
  attempt.submit(["deliver", id, body], (key) => api.POST("/api/v1/purchase-orders/{id}/deliveries", { params: { path: { id }, header: keyed(key) }, body }));
export const receive = (id: string, body: { serial: string; delivery: string; line?: number }) => (key: string) =>
  outcome(api.POST("/api/v1/purchase-orders/{id}/scans", { params: { path: { id }, header: keyed(key) }, body }));
export const takeStep = (id: string, body: { device: string; step: "tagged" | "imaged" | "checked"; tag?: string; damaged?: boolean; note?: string }) => (key: string) =>
  outcome(api.POST("/api/v1/purchase-orders/{id}/steps", { params: { path: { id }, header: keyed(key) }, body }));

export const linesName = (order: Order): string => order.lines.map(({ quantity, model }) => `${quantity} × ${model.maker} ${model.name}`).join(", ");
