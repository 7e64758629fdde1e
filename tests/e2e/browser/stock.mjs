// A small inventory: models, places, devices with tags, and the people of an export; made once, whichever case comes first.
import { check } from "./harness.mjs";
import { asFiles, tables } from "./export.mjs";

const kStudents = 240;  // as the cases of the roster have them, so that neither holds up the other

// The API with the session of the browser.
export const call = (page, method, where, body, headers = {}) => page.evaluate(async ([how, path, content, more]) => {
  const answer = await fetch(path, { method: how, headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID(), ...more }, ...(content === undefined ? {} : { body: JSON.stringify(content) }) });
  const text = await answer.text();
  return { status: answer.status, etag: answer.headers.get("ETag"), ...(text ? JSON.parse(text) : {}) };
}, [method, where, body, headers]);

// Sends what a page was about to send, from another one: it arrives, and the page that asked does not learn of it.
export const sendBeside = (other, request) => other.evaluate(async ([path, method, body, key]) => {
  await fetch(path, { method, body, headers: { "Content-Type": "application/json", "Idempotency-Key": key } });
}, [new URL(request.url()).pathname, request.method(), request.postData(), request.headers()["idempotency-key"]]);

export async function made(page, method, where, body) {
  const answer = await call(page, method, where, body);
  check(answer.status < 300, `${method} ${where} ${JSON.stringify(body)}: ${JSON.stringify(answer)}`);
  return answer;
}

// As somebody does it on the page; tables that change nothing end there.
export async function importRoster(window, files) {
  const { page } = window;
  await window.go("/imports");
  await page.getByLabel("Files of the export").setInputFiles(asFiles(files));
  await page.getByRole("button", { name: "Compare with the roster" }).press("Enter");
  await page.waitForURL("**/imports/*", { timeout: 60_000 });
  await page.getByText(/^Compared\.|The roster is up to date/).first().waitFor({ timeout: 60_000 });
  if ((await page.getByRole("button", { name: "Import now" }).count()) === 0) return;
  await page.getByRole("button", { name: "Import now" }).press("Enter");
  await page.locator(".note", { hasText: "Imported" }).waitFor({ timeout: 60_000 });
}

export async function stock(world, window) {
  if (world.stock) return world.stock;
  const { page } = window;
  await importRoster(window, tables(kStudents));
  const model = await made(page, "POST", "/api/v1/models", { maker: "Lenovo", name: "300e Gen 3", kind: "laptop", warranty_months: 36, life_months: 60, cost_cents: 29_900, kit: ["charger", "case"] });
  const place = (kind, name, school, more = {}) => made(page, "POST", "/api/v1/places", { kind, name, school, ...more });
  const places = {
    room: await place("room", "Room 204", "lincoln"),
    cart: await place("cart", "Science Cart", "lincoln", { capacity: 4 }),
    pool: await place("pool", "Media Center", "mountain-view", { capacity: 20, note: "Ask at the desk" }),
    vendor: await place("vendor", "Fixit Repairs", ""),
  };
  const devices = [];
  for (let number = 1; number <= 12; number++) {
    devices.push(await made(page, "POST", "/api/v1/devices", {
      tag: `INV-${String(number).padStart(4, "0")}`, serial: `MP1X${String(7000 + number)}`, model_id: model.id, school: number <= 8 ? "lincoln" : "mountain-view", lifecycle: "ready", condition: "good",
      purchased: "2025-07-01", funding_source: "Title I", purchase_order: "PO-2025-118",
    }));
  }
  world.stock = { model, places, devices, tag: (number) => `INV-${String(number).padStart(4, "0")}`, page: (number) => `/devices/${devices[number - 1].id}` };
  return world.stock;
}
