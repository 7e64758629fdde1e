// From what somebody typed or scanned in a list of devices to the page that shows it: the one device that is meant, or the
// list. The box that finds everything is lib/search.ts.
import { api, outcome } from "./api";

const kLooked = 20;

export async function whereIs(typed: string): Promise<string> {
  const q = typed.trim();
  const list = `/devices?${new URLSearchParams({ q })}`;
  if (q === "") return "/devices";
  const answer = await outcome(api.GET("/api/v1/devices", { params: { query: { q, limit: kLooked } } }));
  if (!answer.ok) return list;
  const wanted = q.toUpperCase();
  // A tag is also the beginning of longer ones: whoever typed the whole of it means that device.
  const exact = answer.data.items.filter((row) => row.tag.toUpperCase() === wanted || row.serial.toUpperCase() === wanted);
  const only = exact.length === 1 ? exact[0] : answer.data.total === 1 ? answer.data.items[0] : undefined;
  return only ? `/devices/${only.id}` : list;
}
