// Which page a path shows, and who may see any of it.
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { rereads } from "./lib/connection";
import { t } from "./lib/i18n";
import { start, stop } from "./lib/live";
import { match, moves, path } from "./lib/router";
import { readSchools } from "./lib/schools";
import { readSession, session } from "./lib/session";
import { AccessPoints } from "./pages/access_points";
import { Account } from "./pages/account";
import { Audit } from "./pages/audit";
import { Collected } from "./pages/collected";
import { Device } from "./pages/device";
import { Devices } from "./pages/devices";
import { CertificateHelp, EnrollHelp } from "./pages/help";
import { Overview } from "./pages/overview";
import { People } from "./pages/people";
import { Retention } from "./pages/retention";
import { Reviews } from "./pages/reviews";
import { SignIn } from "./pages/sign_in";
import { Style } from "./pages/style";
import { Tokens } from "./pages/tokens";
import { Page } from "./ui/page";
import { Alone, Shell, SkipLink, Welcome } from "./ui/shell";
import { Empty, Loading } from "./ui/states";
import { Toasts } from "./ui/toasts";

type PageComponent = ComponentType<{ id: string }>;

const routes: { pattern: string; page: PageComponent; open?: boolean }[] = [
  { pattern: "/", page: Overview },
  { pattern: "/devices", page: Devices },
  { pattern: "/devices/:id", page: Device },
  { pattern: "/access-points", page: AccessPoints },
  { pattern: "/tokens", page: Tokens },
  { pattern: "/reviews", page: Reviews },
  { pattern: "/people", page: People },
  { pattern: "/audit", page: Audit },
  { pattern: "/retention", page: Retention },
  { pattern: "/collected", page: Collected },
  { pattern: "/account", page: Account },
  { pattern: "/help/enroll", page: EnrollHelp, open: true },
  { pattern: "/help/certificate", page: CertificateHelp, open: true },
  { pattern: "/style", page: Style, open: true },
];

function Missing() {
  return <Page title={t("missing.title")}><Empty title={t("missing.text")}><a class="button" href="/">{t("missing.back")}</a></Empty></Page>;
}

function find(): { Page: PageComponent; id: string; open: boolean } {
  for (const route of routes) {
    const values = match(route.pattern, path.value);
    if (values) return { Page: route.page, id: values["id"] ?? "", open: route.open ?? false };
  }
  return { Page: Missing, id: "", open: false };
}

// A move to another page puts the focus on its title, as a page load would begin at the top.
function useFocusOnMove(): void {
  useEffect(() => {
    let seen = moves.peek();
    return moves.subscribe((now) => {
      if (now === seen) return;
      seen = now;
      scrollTo(0, 0);
      requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus());
    });
  }, []);
}

function useSession(): void {
  useEffect(() => {
    void readSession();
    return rereads.subscribe(() => { if (session.peek() === undefined) void readSession(); });
  }, []);
  const name = session.value?.user.name;
  useEffect(() => {
    if (name === undefined) return;
    void readSchools();
    start();
    return stop;
  }, [name]);
}

export function App() {
  useSession();
  useFocusOnMove();
  const { Page: Shown, id, open } = find();
  const who = session.value;
  let body;
  if (who) body = <Shell><Shown key={path.value} id={id} /></Shell>;
  else if (open) body = <Alone><Shown id={id} /></Alone>;
  else if (who === null) body = <><SkipLink /><div class="door"><Welcome /><SignIn /></div></>;
  else body = <Alone><main id="main" class="alone-main" tabIndex={-1}><div class="sheet"><Loading /></div></main></Alone>;
  return <>{body}<Toasts /></>;
}
