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
import { Accounts } from "./pages/accounts";
import { Audit } from "./pages/audit";
import { SchoolCalendar } from "./pages/calendar";
import { Collected } from "./pages/collected";
import { CounterPage } from "./pages/counter";
import { Device } from "./pages/device";
import { Devices } from "./pages/devices";
import { CertificateHelp, EnrollHelp } from "./pages/help";
import { Import } from "./pages/import";
import { Imports } from "./pages/imports";
import { InventoryCheck } from "./pages/inventory_check";
import { InventoryChecks } from "./pages/inventory_checks";
import { Leavers } from "./pages/leavers";
import { Models } from "./pages/models";
import { Overview } from "./pages/overview";
import { People } from "./pages/people";
import { Person } from "./pages/person";
import { Place } from "./pages/place";
import { Places } from "./pages/places";
import { Receiving } from "./pages/receiving";
import { ReceivingOrder } from "./pages/receiving_order";
import { Retention } from "./pages/retention";
import { Reviews } from "./pages/reviews";
import { Rollover } from "./pages/rollover";
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
  { pattern: "/calendar", page: SchoolCalendar },
  { pattern: "/calendar/:id", page: SchoolCalendar },
  { pattern: "/counter", page: CounterPage },
  { pattern: "/places", page: Places },
  { pattern: "/places/:id", page: Place },
  { pattern: "/models", page: Models },
  { pattern: "/leavers", page: Leavers },
  { pattern: "/physical-audits", page: InventoryChecks },
  { pattern: "/physical-audits/:id", page: InventoryCheck },
  { pattern: "/receiving", page: Receiving },
  { pattern: "/receiving/:id", page: ReceivingOrder },
  { pattern: "/people", page: People },
  { pattern: "/people/:id", page: Person },
  { pattern: "/rollover", page: Rollover },
  { pattern: "/imports", page: Imports },
  { pattern: "/imports/:id", page: Import },
  { pattern: "/accounts", page: Accounts },
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
