// One import: how far it is, what it would change or changed, what is wrong with its rows, and what to decide.
import { useEffect, useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { count, dateTime, percent } from "../lib/format";
import { named, t } from "../lib/i18n";
import { useResource, type Resource } from "../lib/resource";
import { readSchools } from "../lib/schools";
import { Button, Progress } from "../ui/controls";
import { Confirm } from "../ui/dialog";
import { ImportBadge, isUnderWay } from "../ui/import_badges";
import { Page, Section } from "../ui/page";
import { Failed, Loading, Note } from "../ui/states";
import { At, When } from "../ui/time";
import { ImportFiles } from "./import_files";
import { ImportFindings } from "./import_findings";
import { sourceOf } from "./imports";

type View = Schema["Import"];
type Act = "approve" | "cancel";
const kLookMs = 500;

export function Import({ id }: { id: string }) {
  const found = useResource(id, () => outcome(api.GET("/api/v1/imports/{id}", { params: { path: { id } } })));
  const now = found.state.value;
  const known = now.status === "ready" ? now.data : null;
  useEffect(() => {
    if (!known || !isUnderWay(known.state)) return;
    const timer = setTimeout(() => void found.reload(), document.hidden ? kLookMs * 10 : kLookMs);
    return () => clearTimeout(timer);
  }, [known]);
  useEffect(() => { if (known?.state === "done") void readSchools(); }, [known?.state]);
  return (
    <Page title={t(known?.kind === "devices" ? "import.title_devices" : "import.title")} lead={known && <Lead it={known} />} above={<a class="small above" href="/imports">{t("import.all")}</a>}>
      {now.status === "loading" && <Loading lines={8} />}
      {now.status === "failed" && <Failed problem={now.problem} retry={() => void found.reload()} />}
      {known && (
        <>
          <Standing it={known} found={found} />
          {known.files.length > 0 && <Section title={t(known.state === "done" ? "import.changed" : "import.changes")}><ImportFiles files={known.files} /></Section>}
          {!isUnderWay(known.state) && known.findings > 0 && <ImportFindings id={known.id} total={known.findings} />}
        </>
      )}
    </Page>
  );
}

function Lead({ it }: { it: View }) {
  return <span class="row"><ImportBadge state={it.state} /><span>{named("import_kind", it.kind)} · {sourceOf(it)} · <At ms={it.created_ms} /></span></span>;
}

// What is so, and what to do next.
function Standing({ it, found }: { it: View; found: Resource<View> }) {
  const [asked, setAsked] = useState<Act | null>(null);
  const act = async (what: Act) => {
    const answer = await outcome(what === "approve"
      ? api.POST("/api/v1/imports/{id}/approve", { params: { path: { id: it.id } } })
      : api.POST("/api/v1/imports/{id}/cancel", { params: { path: { id: it.id } } }));
    // Also when it was refused: somebody else may have decided meanwhile.
    void found.reload();
    return answer;
  };
  const tooMuch = it.error !== undefined;
  return (
    <>
      {isUnderWay(it.state) ? <UnderWay it={it} stop={() => setAsked("cancel")} /> : <Settled it={it} />}
      {it.until_ms !== undefined && (
        <div class="row">
          <Button kind={tooMuch ? "danger primary" : "primary"} icon="import" onClick={() => { if (tooMuch) setAsked("approve"); else void act("approve"); }}>{t(tooMuch ? "import.all_the_same" : "import.now")}</Button>
          <Button onClick={() => setAsked("cancel")}>{t(it.state === "held" ? "import.cancel" : "import.discard")}</Button>
          <span class="small muted">{t("import.until", { when: dateTime(it.until_ms) })}</span>
        </div>
      )}
      {asked === "approve" && (
        <Confirm title={t("import.approve_title")} action={t("import.all_the_same")} onClose={() => setAsked(null)} run={() => act("approve")} onDone={() => setAsked(null)}>
          <p>{it.error}</p><p>{t("import.approve_text")}</p>
        </Confirm>
      )}
      {asked === "cancel" && (
        <Confirm title={t(it.state === "planned" ? "import.discard_title" : "import.cancel_title")} action={t(it.state === "planned" ? "import.discard" : "import.cancel")} onClose={() => setAsked(null)} run={() => act("cancel")} onDone={() => setAsked(null)}>
          <p>{t(it.state !== "planned" && it.state !== "held" ? "import.cancel_text" : it.kind === "devices" ? "import.discard_devices" : "import.discard_text")}</p>
        </Confirm>
      )}
    </>
  );
}

function UnderWay({ it, stop }: { it: View; stop: () => void }) {
  const { progress } = it;
  const share = progress && progress.total > 0 ? progress.done / progress.total : undefined;
  const words = !progress || progress.file === "" ? t(`import.${it.state as "queued" | "reading" | "writing"}`)
    : t(progress.phase === "reading" ? "import.reading_file" : "import.writing_file", { file: progress.file, n: progress.rows });
  return (
    <div class="panel way">
      <Progress label={t("import.progress")} share={share} />
      <div class="row spread"><span>{words}{share !== undefined && <span class="muted"> {percent(Math.min(100, share * 100))}</span>}</span><Button small onClick={stop}>{t("import.cancel")}</Button></div>
      <p class="small muted">{t("import.leave")}</p>
    </div>
  );
}

const settled = { planned: "calm", held: "warn", done: "good", failed: "bad", canceled: "calm" } as const;

function Settled({ it }: { it: View }) {
  const state = it.state as keyof typeof settled;
  const total = (key: "new" | "changed" | "gone" | "errors"): number => it.files.reduce((sum, file) => sum + file[key], 0);
  const devices = it.kind === "devices";
  const nothing = total("new") + total("changed") + (devices ? 0 : total("gone")) === 0;
  const over = state === "planned" && it.until_ms === undefined;
  const text = state === "failed" ? t(devices ? "import.failed_devices" : "import.failed_text") : state === "canceled" ? t("import.canceled_text")
    : state === "held" || (state === "planned" && it.error) ? t("import.held_text")
    : over ? t("import.over_text") : state === "planned" ? t(nothing ? (devices ? "import.nothing_devices" : "import.nothing_text") : "import.planned_text")
    : t(nothing ? (devices ? "import.done_nothing_devices" : "import.done_nothing") : devices ? "import.done_devices" : "import.done_text", { added: count(total("new")), changed: count(total("changed")), gone: count(total("gone")) });
  return (
    <Note tone={state === "planned" && it.error ? "warn" : settled[state]} title={t(state === "planned" && it.error ? "import.would_hold" : `import.${state}`)}>
      {it.error && <p class="anywhere">{it.error}.</p>}
      <p>{text}</p>
      {state === "done" && <p class="row">{devices ? <a href="/devices">{t("import.see_devices")}</a> : <a href="/people">{t("import.see_people")}</a>}{!devices && total("gone") > 0 && <a href="/people?state=missing">{t("import.see_missing")}</a>}{it.finished_ms !== undefined && <span class="small muted">{t("import.finished")} <When ms={it.finished_ms} /></span>}</p>}
      {(state === "failed" || over) && <p><a href="/imports">{t("import.again")}</a></p>}
    </Note>
  );
}
