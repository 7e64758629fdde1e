// Navigation beside the page; on a small screen it is a drawer behind one button.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { offline } from "../lib/connection";
import { named, t, type MessageKey } from "../lib/i18n";
import { count } from "../lib/format";
import { moves, path } from "../lib/router";
import { may, reachesDistrict, session, signOut, type Permission } from "../lib/session";
import { theme, type Theme } from "../lib/theme";
import { Button } from "./controls";
import { Find } from "./find";
import { Icon, Mark } from "./icons";
import { toast } from "./toasts";

export const openReviews = signal(0);

interface Entry { href: string; icon: string; text: MessageKey; needs?: Permission; district?: boolean }
const groups: { title: MessageKey; entries: Entry[] }[] = [
  { title: "nav.fleet", entries: [
    { href: "/", icon: "overview", text: "nav.overview" },
    { href: "/devices", icon: "devices", text: "nav.devices" },
    { href: "/calendar", icon: "calendar", text: "nav.calendar" },
    { href: "/reviews", icon: "review", text: "nav.reviews", needs: "view_reviews", district: true },
    { href: "/access-points", icon: "wifi", text: "nav.access_points", needs: "view_access_points", district: true },
  ] },
  { title: "nav.inventory", entries: [
    { href: "/counter", icon: "scan", text: "nav.counter", needs: "move_custody" },
    { href: "/places", icon: "place", text: "nav.places" },
    { href: "/models", icon: "model", text: "nav.models" },
    { href: "/receiving", icon: "import", text: "nav.receiving" },
    { href: "/physical-audits", icon: "check", text: "nav.checks" },
    { href: "/leavers", icon: "leaver", text: "nav.leavers", needs: "view_people" },
  ] },
  { title: "nav.enrollment", entries: [
    { href: "/tokens", icon: "key", text: "nav.tokens", needs: "view_tokens", district: true },
    { href: "/help/enroll", icon: "laptop_plus", text: "nav.enroll" },
    { href: "/help/certificate", icon: "shield", text: "nav.certificate" },
  ] },
  { title: "nav.roster", entries: [
    { href: "/people", icon: "people", text: "nav.people", needs: "view_people" },
    { href: "/imports", icon: "import", text: "nav.imports", needs: "import_roster", district: true },
    { href: "/rollover", icon: "clock", text: "nav.rollover", needs: "view_people" },
  ] },
  { title: "nav.administration", entries: [
    { href: "/accounts", icon: "lock", text: "nav.accounts", needs: "view_users" },
    { href: "/audit", icon: "audit", text: "nav.audit", needs: "view_audit" },
  ] },
  { title: "nav.privacy", entries: [
    { href: "/collected", icon: "eye", text: "nav.collected" },
    { href: "/retention", icon: "clock", text: "nav.retention" },
  ] },
];

// Some pages are about the whole district: who reaches one school only is not sent into a refusal.
const mayOpen = ({ needs, district }: Entry): boolean =>
  (needs === undefined || may(needs)) && (!district || reachesDistrict());

function isHere(href: string): boolean {
  return href === "/" ? path.value === "/" : path.value === href || path.value.startsWith(`${href}/`);
}

function Navigation() {
  return (
    <>
      {groups.map((group) => {
        const shown = group.entries.filter(mayOpen);
        if (shown.length === 0) return null;
        return (
          <div class="nav-group" key={group.title} role="group" aria-label={t(group.title)}>
            <span class="nav-title" aria-hidden="true">{t(group.title)}</span>
            {shown.map(({ href, icon, text }) => (
              <a key={href} class="nav-link" href={href} {...(isHere(href) ? { "aria-current": "page" as const } : {})}>
                <Icon name={icon} />{t(text)}
                {href === "/reviews" && openReviews.value > 0 && <span class="nav-count">{count(openReviews.value)}<span class="hidden-text"> {t("nav.reviews_open")}</span></span>}
              </a>
            ))}
          </div>
        );
      })}
    </>
  );
}

const kThemes: Theme[] = ["system", "light", "dark"];

function Foot() {
  const user = session.value?.user;
  const next = kThemes[(kThemes.indexOf(theme.value) + 1) % kThemes.length] ?? "system";
  const leave = async (): Promise<void> => { await signOut(); toast(t("session.signed_out")); };
  return (
    <div class="side-foot">
      {user && <div class="who"><strong>{user.name}</strong><span>{named("role", user.role)}</span></div>}
      <div class="nav-group">
        <Button small icon="palette" onClick={() => { theme.value = next; }}>{t("theme.now", { theme: t(`theme.${theme.value}`) })}</Button>
        {user && <a class="button small" href="/account"><Icon name="lock" />{t("nav.account")}</a>}
        {user && <Button small icon="sign_out" onClick={() => void leave()}>{t("session.sign_out")}</Button>}
      </div>
    </div>
  );
}

function Side() {
  return (
    <div class="side-inner">
      <a class="brand" href="/"><Mark />{t("app.name")}</a>
      <Find />
      <nav class="stack" aria-label={t("nav.label")}><Navigation /></nav>
      <Foot />
    </div>
  );
}

function Drawer() {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => moves.subscribe(() => box.current?.close()), []);
  return (
    <header class="topbar">
      <a class="brand" href="/"><Mark />{t("app.name")}</a>
      <Button icon="menu" onClick={() => box.current?.showModal()}>{t("nav.menu")}</Button>
      <dialog class="drawer" ref={box} aria-label={t("nav.label")} onClick={(event) => { if (event.target === box.current) box.current?.close(); }}>
        <div class="side"><Side /></div>
      </dialog>
    </header>
  );
}

export function OfflineBanner() {
  return (
    <div role="status">
      {offline.value && <div class="banner"><Icon name="unplugged" /><span><strong>{t("offline.title")}</strong> {t("offline.text")}</span></div>}
    </div>
  );
}

export function SkipLink() {
  const skip = (event: Event): void => {
    event.preventDefault();
    document.getElementById("main")?.focus();
  };
  return <a class="skip" href="#main" onClick={skip}>{t("app.skip")}</a>;
}

export function Shell({ children }: { children: ComponentChildren }) {
  return (
    <>
      <SkipLink />
      <div class="shell">
        <aside class="side" aria-label={t("nav.side")}><Side /></aside>
        <Drawer />
        <div class="content"><OfflineBanner />{children}</div>
      </div>
    </>
  );
}

// What greets at the door: the roll, half of it called.
export function Welcome() {
  return (
    <aside class="welcome" aria-label={t("app.name")}>
      <span class="brand"><Mark />{t("app.name")}</span>
      <svg class="roll" viewBox="0 0 320 220" aria-hidden="true">
        {[150, 210, 120, 180, 160, 200].map((width, row) => (
          <g key={row} class={row < 4 ? "called" : "waiting"}>
            <path class="roll-line" d={`M44 ${20 + row * 36}h${width}`} />
            {row < 4 ? <path class="roll-check" d={`m8 ${20 + row * 36} 7 8 13-17`} /> : <circle class="roll-open" cx="18" cy={20 + row * 36} r="6" />}
          </g>
        ))}
      </svg>
      <p>{t("sign_in.lead")}</p>
    </aside>
  );
}

// For pages without navigation: help for those who cannot sign in yet.
export function Alone({ children }: { children: ComponentChildren }) {
  return (
    <>
      <SkipLink />
      <div class="alone">
        <header class="alone-top"><a class="brand" href="/"><Mark />{t("app.name")}</a></header>
        <div><OfflineBanner />{children}</div>
      </div>
    </>
  );
}
