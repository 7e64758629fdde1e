// The frame of a page: its title (also the tab's), one line that says what it is for, its actions.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { offline } from "../lib/connection";
import { t } from "../lib/i18n";
import { streaming } from "../lib/live";
import { Icon } from "./icons";

interface PageProps { title: string; lead?: ComponentChildren; actions?: ComponentChildren; above?: ComponentChildren; fills?: boolean; children: ComponentChildren }

export function Page({ title, lead, actions, above, fills, children }: PageProps) {
  useEffect(() => { document.title = t("app.page_title", { page: title }); }, [title]);
  return (
    <main id="main" class={fills ? "page fills" : "page"} tabIndex={-1}>
      {above}
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {lead && <div class="lead">{lead}</div>}
        </div>
        {actions && <div class="row">{actions}</div>}
      </div>
      {children}
    </main>
  );
}

export function Section({ title, aside, children }: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="section" aria-label={title}>
      <div class="section-head"><h2>{title}</h2>{aside && <div class="muted">{aside}</div>}</div>
      {children}
    </section>
  );
}

export function LiveMark() {
  if (offline.value) return <span class="live tone-warn badge"><Icon name="unplugged" />{t("live.offline")}</span>;
  return (
    <span class="live">
      <svg viewBox="0 0 10 10" aria-hidden="true"><circle class={streaming.value ? "fill-good" : "fill-mute"} cx="5" cy="5" r="5" /></svg>
      {t(streaming.value ? "live.on" : "live.connecting")}
    </span>
  );
}
