// Enrollment tokens: made here, shown once, revoked here.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import { count, date, list } from "../lib/format";
import { named, t } from "../lib/i18n";
import { everyPage } from "../lib/paged";
import { useResource } from "../lib/resource";
import { may } from "../lib/session";
import { schoolName } from "../lib/schools";
import { Badge, type Tone } from "../ui/badges";
import { Button } from "../ui/controls";
import { Confirm } from "../ui/dialog";
import { Download } from "../ui/download";
import { Page } from "../ui/page";
import { Empty, Show } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { When } from "../ui/time";
import { toast } from "../ui/toasts";
import { CreateToken } from "./token_dialog";

type Token = Schema["Token"];
const looks: Record<Token["state"], [Tone, string]> = {
  usable: ["good", "online"], used_up: ["mute", "check"], expired: ["mute", "clock"], revoked: ["bad", "close"],
};

export function Tokens() {
  const tokens = useResource("tokens", () => everyPage((query) => outcome(api.GET("/api/v1/tokens", { params: { query } }))), () => true);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const create = may("edit_tokens") && <Button kind="primary" icon="key" onClick={() => setCreating(true)}>{t("tokens.create")}</Button>;
  return (
    <Page title={t("tokens.title")} lead={t("tokens.lead")} actions={<><Download list="tokens" />{create}</>}>
      <Show resource={tokens}>
        {({ items }) => items.length === 0
          ? <Empty title={t("tokens.none")}><p>{t("tokens.none_text")}</p></Empty>
          : <Table label={t("tokens.title")} columns={columns(setRevoking)} rows={items} rowKey={(token) => token.id} />}
      </Show>
      {creating && <CreateToken onClose={() => { setCreating(false); void tokens.reload(); }} />}
      {revoking && (
        <Confirm title={t("tokens.revoke_title")} action={t("tokens.revoke")} onClose={() => setRevoking(null)}
          run={() => outcome(api.DELETE("/api/v1/tokens/{id}", { params: { path: { id: revoking.id } } }))}
          onDone={() => { setRevoking(null); toast(t("tokens.revoked")); void tokens.reload(); }}>
          <p>{t("tokens.revoke_text", { note: revoking.note || t("tokens.no_note") })}</p>
        </Confirm>
      )}
    </Page>
  );
}

function columns(revoke: (token: Token) => void): Column<Token>[] {
  return [
    { key: "note", label: t("tokens.note"), kind: "head", cell: (token) => token.note || <span class="muted">{t("tokens.no_note")}</span> },
    { key: "state", label: t("column.state"), cell: (token) => <Badge tone={looks[token.state][0]} icon={looks[token.state][1]}>{named("token", token.state)}</Badge> },
    { key: "uses", label: t("tokens.uses"), cell: (token) => t("tokens.uses_of", { used: token.uses, limit: token.max_uses }) },
    { key: "bound", label: t("tokens.bound"), cell: (token) => bound(token) },
    { key: "expires", label: t("tokens.expires"), cell: (token) => token.state === "usable" || token.state === "expired" ? <When ms={token.expires_ms} /> : <span class="muted">{date(token.expires_ms)}</span> },
    { key: "made", label: t("tokens.made"), cell: (token) => t("tokens.made_by", { who: token.created_by, when: date(token.created_ms) }) },
    { key: "actions", label: t("column.actions"), kind: "actions", cell: (token) => token.state === "usable" && may("edit_tokens") &&
      <div class="row"><Button small kind="quiet danger" label={t("tokens.revoke_this", { note: token.note || token.id })} onClick={() => revoke(token)}>{t("tokens.revoke")}</Button></div> },
  ];
}

function bound(token: Token) {
  const parts = [schoolName(token.school), token.serials.length > 0 ? t("tokens.serials", { n: token.serials.length }) : ""].filter(Boolean);
  if (parts.length === 0) return <span class="muted">{t("tokens.anything")}</span>;
  return <span title={token.serials.length > 0 ? list(token.serials.slice(0, 20)) + (token.serials.length > 20 ? ` … ${count(token.serials.length)}` : "") : undefined}>{parts.join(" · ")}</span>;
}
