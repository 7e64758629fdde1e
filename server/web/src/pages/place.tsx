// One room, cart, pool …: what is in it now.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { Attempt } from "../lib/attempt";
import type { Held } from "../lib/custody";
import { count } from "../lib/format";
import { named, t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { useResource } from "../lib/resource";
import { go } from "../lib/router";
import { schoolName } from "../lib/schools";
import { may, mayEverywhere } from "../lib/session";
import { Button } from "../ui/controls";
import { Confirm } from "../ui/dialog";
import { CountBar } from "../ui/inventory_badges";
import { Page, Section } from "../ui/page";
import { Failed, Loading } from "../ui/states";
import { toast } from "../ui/toasts";
import { HeldDevices } from "./held_devices";
import { EditPlace } from "./place_form";

type PlaceView = Schema["Place"];
const kPage = 200;

export function Place({ id }: { id: string }) {
  const place = useResource(id, () => outcome(api.GET("/api/v1/places/{id}", { params: { path: { id } } })));
  const [asked, setAsked] = useState<"edit" | "delete" | null>(null);
  const now = place.state.value;
  const known = now.status === "ready" ? now.data : null;
  const mayEdit = known && (known.school ? may("edit_inventory") : mayEverywhere("edit_inventory"));
  return (
    <Page title={known?.name ?? t("place.title")} lead={known && [named("place_kind", known.kind), known.school ? schoolName(known.school) : t("places.district")].join(" · ")} above={<a class="small above" href="/places">{t("place.all")}</a>}
      actions={known && <>{may("move_custody") && <a class="button primary" href={`/counter?${new URLSearchParams({ mode: "give", place: known.id })}`}>{t("place.scan_in")}</a>}{mayEdit && <Button onClick={() => setAsked("edit")}>{t("place.edit")}</Button>}{mayEdit && <Button kind="danger" onClick={() => setAsked("delete")}>{t("place.delete")}</Button>}</>}>
      {now.status === "loading" && <Loading lines={8} />}
      {now.status === "failed" && <Failed problem={now.problem} retry={() => void place.reload()} />}
      {known && <Inside place={known} />}
      {known && asked === "edit" && <EditPlace place={known} onClose={() => setAsked(null)} onDone={(saved) => { setAsked(null); toast(t("places.saved", { name: saved.name })); void place.reload(); }} />}
      {known && asked === "delete" && <DeletePlace place={known} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function Inside({ place }: { place: PlaceView }) {
  const held = usePaged(place.id, (cursor) => outcome(api.GET("/api/v1/places/{id}/devices", { params: { path: { id: place.id }, query: { limit: kPage, ...(cursor ? { cursor } : {}) } } })), (each: Held) => each.custody?.id ?? each.device.id,
    (news) => news.kind === "devices");
  const { items } = held;
  return (
    <>
      {place.note && <p class="measure">{place.note}</p>}
      <Section title={t("place.inside")} aside={items && !held.more && <CountBar value={items.length} of={items.length} capacity={place.capacity} />}>
        {held.problem ? <Failed problem={held.problem} retry={() => void held.reload()} />
          : items === null ? <Loading />
          : items.length === 0 ? <p class="muted">{t("place.empty")}</p>
          : <HeldDevices label={t("place.inside")} items={items} changed={() => void held.anew()} />}
        {held.more && <div class="row"><Button onClick={() => void held.more?.()}>{t("place.more")}</Button><span class="muted small">{t("place.shown", { n: count(items?.length ?? 0) })}</span></div>}
      </Section>
    </>
  );
}

function DeletePlace({ place, onClose }: { place: PlaceView; onClose: () => void }) {
  const [attempt] = useState(() => new Attempt());
  return (
    <Confirm title={t("place.delete_title", { name: place.name })} action={t("place.delete")} onClose={onClose}
      run={() => attempt.run(["delete", place.id], (key) => api.DELETE("/api/v1/places/{id}", { params: { path: { id: place.id }, header: { "Idempotency-Key": key } } }))}
      onDone={() => { toast(t("place.deleted", { name: place.name })); go("/places"); }}>
      <p>{t("place.delete_text")}</p>
    </Confirm>
  );
}
