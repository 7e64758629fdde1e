// A roster or a list of devices on its way to the server: several tables become one zip here, and the bytes are counted as they leave.
import { Zip, ZipDeflate } from "fflate";
import { outcome, type Outcome, type Schema } from "./api";

export type ImportKind = Schema["ImportKind"];
export type DevicePreset = Schema["DevicePreset"];
export const kUploadLimit = 512 * 1024 * 1024;

export interface Sending {
  answer: Promise<Outcome<Schema["Import"]> | "canceled" | "unreadable">;
  cancel: () => void;
}
type Told = (phase: "packing" | "sending", share: number) => void;

const hasEnding = (file: File, ending: string): boolean => file.name.toLowerCase().endsWith(ending);
export const isZip = (file: File): boolean => hasEnding(file, ".zip");
export const isTable = (file: File): boolean => hasEnding(file, ".csv") || hasEnding(file, ".txt");

// Compares only: nothing changes before somebody lets it in. `preset` is of devices; empty: recognized.
export function send(kind: ImportKind, preset: DevicePreset | "", files: File[], told: Told): Sending {
  const leaving = new AbortController();
  const run = async (): Promise<Outcome<Schema["Import"]> | "canceled" | "unreadable"> => {
    const only = files.length === 1 ? files[0] : undefined;
    // A table alone travels as it is only where a table alone is expected.
    const body = only && (isZip(only) || kind !== "oneroster") ? only : await packed(files, leaving.signal, (share) => told("packing", share));
    if (leaving.signal.aborted) return "canceled";
    if (body === null || !(await isReadable(body))) return "unreadable";
    const query: Record<string, string> = { kind, dry_run: "true" };
    if (preset !== "") query["preset"] = preset;
    return await post(query, body, leaving.signal, (share) => told("sending", share));
  };
  return { answer: run(), cancel: () => leaving.abort() };
}

// A file that was changed after it was chosen cannot be read any more.
async function isReadable(body: Blob): Promise<boolean> {
  try {
    await body.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

// Null: a file could not be read to its end.
async function packed(files: File[], signal: AbortSignal, told: (share: number) => void): Promise<Blob | null> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, part) => { if (!error) parts.push(part as Uint8Array<ArrayBuffer>); });
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  const now = Date.now();
  for (const file of files) {
    // Fast rather than small: a roster of a large district has 300 MB.
    const entry = new ZipDeflate(file.name, { level: 1 });
    // Else it is asked for twice, and where packing takes more than a moment the zip contradicts itself.
    entry.mtime = now;
    zip.add(entry);
    const reader = file.stream().getReader();
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        if (signal.aborted) return null;
        entry.push(piece.value);
        done += piece.value.length;
        told(total === 0 ? 1 : done / total);
      }
    } catch {
      return null;
    }
    entry.push(new Uint8Array(), true);
  }
  zip.end();
  return new Blob(parts, { type: "application/zip" });
}

// XMLHttpRequest, because fetch does not tell how much has left.
function post(query: Record<string, string>, body: Blob, signal: AbortSignal, told: (share: number) => void): Promise<Outcome<Schema["Import"]> | "canceled"> {
  const request = new XMLHttpRequest();
  request.open("POST", `/api/v1/imports?${new URLSearchParams(query)}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.onprogress = ({ loaded, total }) => told(total === 0 ? 1 : loaded / total);
  signal.addEventListener("abort", () => request.abort());
  return new Promise((done) => {
    request.onabort = () => done("canceled");
    request.onloadend = () => { if (!signal.aborted) done(outcome(answered(request))); };
    request.send(body);
  });
}

// As openapi-fetch would have answered.
async function answered(request: XMLHttpRequest): Promise<{ data?: Schema["Import"]; error?: unknown; response: Response }> {
  if (request.status === 0) throw new TypeError("no answer");
  const response = new Response(request.responseText, { status: request.status });
  const said: unknown = await response.clone().json().catch(() => undefined);
  return response.ok ? { data: said as Schema["Import"], response } : { error: said, response };
}
