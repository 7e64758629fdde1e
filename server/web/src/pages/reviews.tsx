// Identities that the server could not settle alone: a placeholder serial, or one that two laptops claim.
import { useState } from "preact/hooks";
import { api, outcome, type Outcome, type Schema } from "../lib/api";
import { named, t } from "../lib/i18n";
import { everyPage } from "../lib/paged";
import { useResource } from "../lib/resource";
import { may } from "../lib/session";
import { Badge } from "../ui/badges";
import { Button, Radios } from "../ui/controls";
import { Dialog, describe } from "../ui/dialog";
import { Download } from "../ui/download";
import { Page } from "../ui/page";
import { openReviews } from "../ui/shell";
import { Empty, Note, Show } from "../ui/states";
import { Facts } from "../ui/table";
import { When } from "../ui/time";
import { toast } from "../ui/toasts";

type Review = Schema["Review"];
type Action = Schema["ReviewAction"];

export function Reviews() {
  const reviews = useResource("reviews", () => everyPage((query) => outcome(api.GET("/api/v1/reviews", { params: { query } }))), () => true);
  const [resolving, setResolving] = useState<Review | null>(null);
  const done = (): void => {
    setResolving(null);
    openReviews.value = Math.max(0, openReviews.value - 1);
    toast(t("reviews.done"));
    void reviews.reload();
  };
  return (
    <Page title={t("reviews.title")} lead={t("reviews.lead")} actions={<Download list="reviews" />}>
      <Show resource={reviews}>
        {({ items }) => items.length === 0
          ? <Empty title={t("reviews.none_open")}><p>{t("reviews.none_text")}</p></Empty>
          : <ul class="stack">{items.map((review) => <li key={review.id}><Card review={review} resolve={() => setResolving(review)} /></li>)}</ul>}
      </Show>
      {resolving && <Resolve review={resolving} onClose={() => setResolving(null)} onDone={done} />}
    </Page>
  );
}

const makeOf = (thing: { manufacturer: string; model: string }): string => [thing.manufacturer, thing.model].filter(Boolean).join(" ");

function Card({ review, resolve }: { review: Review; resolve: () => void }) {
  return (
    <article class="panel stack" aria-label={review.reason}>
      <div class="row spread">
        <div class="row"><Badge tone={review.kind === "contested_serial" ? "bad" : "warn"} icon={review.kind === "contested_serial" ? "alert" : "unknown"}>{named("review", review.kind)}</Badge><span class="muted small"><When ms={review.opened_ms} /></span></div>
        {may("resolve_reviews") && <Button kind="primary" small label={t("reviews.resolve_this", { what: review.serial || makeOf(review) || review.id })} onClick={resolve}>{t("reviews.resolve")}</Button>}
      </div>
      <h2>{review.reason}</h2>
      <Facts facts={[
        [t("identity.serial"), review.serial && <span class="mono">{review.serial}</span>],
        [t("identity.model"), makeOf(review)],
        [t("reviews.stands_under"), review.device_id && <a href={`/devices/${review.device_id}`}>{t("reviews.open_device")}</a>],
        [t("reviews.candidates"), review.candidates.length > 0 && <Candidates review={review} />],
      ]} />
    </article>
  );
}

function Candidates({ review }: { review: Review }) {
  return (
    <ul>
      {review.candidates.map((candidate) => (
        <li key={candidate.device_id}><a href={`/devices/${candidate.device_id}`}>{candidate.tag || candidate.serial || makeOf(candidate)}</a> <span class="muted small">{makeOf(candidate)}, {t("column.last_report").toLowerCase()} <When ms={candidate.last_report_ms} /></span></li>
      ))}
    </ul>
  );
}

function Resolve({ review, onClose, onDone }: { review: Review; onClose: () => void; onDone: () => void }) {
  const [choice, setChoice] = useState("");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const choices = [
    ...review.candidates.map((candidate) => ({ value: `attach:${candidate.device_id}`, title: t("resolve.attach", { device: candidate.tag || candidate.serial || makeOf(candidate) }), text: t("resolve.attach_text", { model: makeOf(candidate) }) })),
    { value: "separate:", title: t("resolve.separate"), text: t("resolve.separate_text") },
    { value: "dismiss:", title: t("resolve.dismiss"), text: t("resolve.dismiss_text") },
  ];
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    if (choice === "") return setFailure(t("resolve.choose"));
    const [action, device] = choice.split(":") as [Action, string];
    setBusy(true);
    const answer: Outcome<unknown> = await outcome(api.POST("/api/v1/reviews/{id}", { params: { path: { id: review.id } }, body: { action, ...(device ? { device_id: device } : {}) } }));
    setBusy(false);
    if (answer.ok) onDone();
    else setFailure(describe(answer.problem));
  };
  return (
    <Dialog title={t("resolve.title")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <p>{review.reason}</p>
        {failure && <Note tone="bad" alert>{failure}</Note>}
        <Radios legend={t("resolve.question")} options={choices} value={choice} onValue={setChoice} />
        <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary" busy={busy}>{t("reviews.resolve")}</Button></div>
      </form>
    </Dialog>
  );
}
