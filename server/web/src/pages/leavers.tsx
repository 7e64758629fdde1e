// Who left and still has a device: withdrawn, gone from the roster or at another school. Worked through until it is empty.
import { useState } from "preact/hooks";
import { api, outcome, type Schema } from "../lib/api";
import type { Held } from "../lib/custody";
import { named, t } from "../lib/i18n";
import { usePaged } from "../lib/paged";
import { fromQuery, setQuery } from "../lib/router";
import { schoolName, schoolOptions, schools } from "../lib/schools";
import { may } from "../lib/session";
import { Badge, type Tone } from "../ui/badges";
import { Bars } from "../ui/bars";
import { Button, SelectField } from "../ui/controls";
import { FlagBadges } from "../ui/inventory_badges";
import { Download } from "../ui/download";
import { Page, Section } from "../ui/page";
import { Empty, Failed, Loading } from "../ui/states";
import { Table, type Column } from "../ui/table";
import { When } from "../ui/time";
import { toast } from "../ui/toasts";
import { whatHappened } from "./device_custody";
import { nameOf } from "./devices";
import { TakeBack } from "./hand_over";
import { DeviceLink } from "./held_devices";

type Leaver = Schema["Leaver"];
const looks: Record<Leaver["reason"], [Tone, string]> = { withdrawn: ["warn", "sign_out"], missing: ["bad", "alert"], transferred: ["calm", "right"] };
const kPage = 200;

export function Leavers() {
  const school = fromQuery("school");
  const leavers = usePaged(school, (cursor) => outcome(api.GET("/api/v1/leavers", { params: { query: { limit: kPage, ...(school ? { school } : {}), ...(cursor ? { cursor } : {}) } } })), (leaver: Leaver) => leaver.custody_id,
    (news) => news.kind === "devices");
  const [taking, setTaking] = useState<Held | null>(null);
  const take = async (leaver: Leaver): Promise<void> => { const held = await heldBy(leaver); if (held) setTaking(held); else toast(t("leavers.not_read")); };
  const { items } = leavers;
  return (
    <Page title={t("leavers.title")} lead={t("leavers.lead")} actions={<Download list="leavers" query={{ school }} />}>
      {schools.value.length > 1 && <div class="narrow-field"><SelectField label={t("column.school")} options={schoolOptions()} value={school} onValue={(value) => setQuery({ school: value }, "push")} /></div>}
      {leavers.problem ? <Failed problem={leavers.problem} retry={() => void leavers.reload()} />
        : items === null ? <Loading />
        : items.length === 0 ? <Empty title={t("leavers.none")}><p>{t("leavers.none_text")}</p></Empty>
        : <BySchool leavers={items} more={leavers.more !== null} alone={school !== ""} take={(leaver) => void take(leaver)} />}
      {leavers.more && <div><Button onClick={() => void leavers.more?.()}>{t("people.more")}</Button></div>}
      {taking && <TakeBack held={taking} onClose={() => setTaking(null)} onDone={(handed) => { setTaking(null); toast(whatHappened(handed)); void leavers.anew(); }} />}
    </Page>
  );
}

// With what went along, which the list does not tell; taken back is what was seen here, whoever has it by now.
async function heldBy(leaver: Leaver): Promise<Held | undefined> {
  const answer = await outcome(api.GET("/api/v1/custody/check", { params: { query: { device: leaver.device.id } } }));
  const held = answer.ok ? answer.data.devices[0] : undefined;
  return held?.custody && { ...held, custody: { ...held.custody, id: leaver.custody_id } };
}

function BySchool({ leavers, more, alone, take }: { leavers: Leaver[]; more: boolean; alone: boolean; take: (leaver: Leaver) => void }) {
  const of = new Map<string, Leaver[]>();
  for (const leaver of leavers) of.set(leaver.device.school ?? "", [...(of.get(leaver.device.school ?? "") ?? []), leaver]);
  const name = (id: string): string => schoolName(id) || t("school.none");
  const order = [...of.keys()].sort((one, other) => (of.get(other)?.length ?? 0) - (of.get(one)?.length ?? 0) || name(one).localeCompare(name(other)));
  return (
    <>
      <p role="status"><strong>{t(more ? "leavers.first" : "leavers.count", { n: leavers.length })}</strong></p>
      {!alone && order.length > 1 && <Bars label={t("leavers.by_school")} total={leavers.length} bars={order.map((id) => ({ key: id, name: name(id), value: of.get(id)?.length ?? 0, tone: "warn" as const, href: id === "" ? "/leavers" : `/leavers?${new URLSearchParams({ school: id })}` }))} />}
      <div class="stack sections aligned">
        {order.map((id) => <Section key={id} title={name(id)} aside={t("leavers.out", { n: of.get(id)?.length ?? 0 })}><Table label={name(id)} columns={columns(take)} rows={of.get(id) ?? []} rowKey={(leaver) => leaver.custody_id} /></Section>)}
      </div>
    </>
  );
}

function columns(take: (leaver: Leaver) => void): Column<Leaver>[] {
  const all: Column<Leaver>[] = [
    { key: "person", label: t("people.name"), kind: "head", cell: ({ person }) => <div class="stack tight"><a href={`/people/${person.id}`}>{person.name}</a><span class="small muted">{[person.student_number, schoolName(person.school)].filter(Boolean).join(" · ")}</span></div> },
    { key: "reason", label: t("leavers.reason"), cell: ({ reason }) => <Badge tone={looks[reason][0]} icon={looks[reason][1]}>{named("leaver", reason)}</Badge> },
    { key: "device", label: t("held.device"), cell: ({ device }) => <div class="stack tight"><DeviceLink device={device} />{device.flags.length > 0 && <FlagBadges flags={device.flags} />}</div> },
    { key: "since", label: t("held.since"), cell: ({ given_ms: ms }) => <When ms={ms} /> },
    { key: "actions", label: t("column.actions"), kind: "actions", cell: (leaver) => <Button small label={t("leavers.take_this", { device: nameOf(leaver.device), name: leaver.person.name })} onClick={() => take(leaver)}>{t("custody.take_back")}</Button> },
  ];
  return all.filter(({ key }) => key !== "actions" || may("move_custody"));
}
