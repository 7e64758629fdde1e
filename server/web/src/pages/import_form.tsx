// Handing a roster or a list of devices over: what it is, which files, and how far they have come. Here they are compared only.
import { useEffect, useRef, useState } from "preact/hooks";
import { gigabytes, percent } from "../lib/format";
import { named, t } from "../lib/i18n";
import { go } from "../lib/router";
import { may } from "../lib/session";
import { isTable, isZip, kUploadLimit, send, type DevicePreset, type ImportKind, type Sending } from "../lib/upload";
import { Button, FileField, Progress, Radios, SelectField } from "../ui/controls";
import { describe } from "../ui/dialog";
import { Note } from "../ui/states";

interface Way { phase: "packing" | "sending"; share: number }

// What is wrong with a choice, and what to choose instead; empty: nothing.
function faultOf(kind: ImportKind, files: File[]): string {
  if (files.length === 0) return t("import_form.choose");
  const other = files.find((file) => !isZip(file) && !isTable(file));
  if (other) return t(/\.(xlsx?|ods|numbers)$/i.test(other.name) ? "import_form.spreadsheet" : "import_form.not_a_table", { name: other.name });
  if (files.some((file) => file.size === 0)) return t("import_form.empty", { name: files.find((file) => file.size === 0)?.name ?? "" });
  if (kind !== "oneroster") return files.length === 1 ? tooLarge(files) : t("import_form.one_list");
  if (files.some(isZip)) return files.length === 1 ? tooLarge(files) : t("import_form.one_zip");
  if (!files.some((file) => /^(users|manifest)\.csv$/i.test(file.name))) return t("import_form.no_users");
  return "";
}

// A zip that is made here is far smaller than its tables; the server has the last word on it.
const tooLarge = (files: File[]): string => (files.some((file) => file.size > kUploadLimit) ? t("import_form.too_large", { limit: gigabytes(kUploadLimit / 1e6) }) : "");

const hints = { oneroster: "files_hint", students: "list_hint", devices: "devices_hint" } as const;
const presets: DevicePreset[] = ["rollcall", "snipe-it", "google-admin"];
const presetOptions = () => [{ value: "", label: t("import_form.recognized") }, ...presets.map((value) => ({ value, label: named("device_preset", value) }))];

export function ImportForm() {
  const [kind, setKind] = useState<ImportKind>("oneroster");
  const [preset, setPreset] = useState<DevicePreset | "">("");
  const [files, setFiles] = useState<File[]>([]);
  const [fault, setFault] = useState("");
  const [failure, setFailure] = useState("");
  const [way, setWay] = useState<Way | null>(null);
  const sending = useRef<Sending | null>(null);
  useEffect(() => () => sending.current?.cancel(), []);

  const choose = (chosen: File[]): void => { setFiles(chosen); setFault(chosen.length === 0 ? "" : faultOf(kind, chosen)); setFailure(""); };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const wrong = faultOf(kind, files);
    setFault(wrong);
    if (wrong || way) return;
    setFailure("");
    setWay({ phase: files.length > 1 ? "packing" : "sending", share: 0 });
    sending.current = send(kind, kind === "devices" ? preset : "", files, (phase, share) => setWay({ phase, share }));
    const answer = await sending.current.answer;
    sending.current = null;
    setWay(null);
    if (answer === "canceled") return;
    if (answer === "unreadable") setFailure(t("import_form.unreadable"));
    else if (answer.ok) go(`/imports/${answer.data.id}`);
    else setFailure(describe(answer.problem));
  };
  const kinds = [
    { value: "oneroster", title: t("import_form.oneroster"), text: t("import_form.oneroster_text") },
    { value: "students", title: t("import_form.students"), text: t("import_form.students_text") },
    ...(may("import_inventory") ? [{ value: "devices", title: t("import_form.devices"), text: t("import_form.devices_text") }] : []),
  ];
  return (
    <form class="panel form import-form" onSubmit={(event) => void submit(event)} noValidate
      onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); choose([...(event.dataTransfer?.files ?? [])]); }}>
      <Radios legend={t("import_form.kind")} options={kinds} value={kind} onValue={(value) => { setKind(value as ImportKind); setFault(""); }} />
      <FileField key={kind} label={t("import_form.files")} hint={t(`import_form.${hints[kind]}`)} error={fault || undefined}
        accept=".zip,.csv,.txt,text/csv,application/zip" multiple={kind === "oneroster"} onFiles={choose} />
      {kind === "devices" && <SelectField label={t("import_form.preset")} options={presetOptions()} value={preset} onValue={(value) => setPreset(value as DevicePreset | "")} />}
      {files.length > 0 && !fault && <Chosen files={files} />}
      {failure && <Note tone="bad" alert title={t("import_form.failed")}>{failure}</Note>}
      {way && <OnTheWay way={way} />}
      <div class="form-actions">
        {way && <Button onClick={() => sending.current?.cancel()}>{t("import_form.stop")}</Button>}
        <Button type="submit" kind="primary" icon="import" busy={way !== null}>{t(kind === "devices" ? "import_form.compare_devices" : "import_form.compare")}</Button>
      </div>
      <p class="small muted">{t(kind === "devices" ? "import_form.then_devices" : "import_form.then")}</p>
    </form>
  );
}

function Chosen({ files }: { files: File[] }) {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return <p class="small" role="status">{t("import_form.chosen", { n: files.length, names: files.map((file) => file.name).join(", "), size: gigabytes(Math.max(1, size / 1e6)) })}</p>;
}

function OnTheWay({ way }: { way: Way }) {
  const words = t(`import_form.${way.phase}`);
  return (
    <div class="way" role="status">
      <Progress label={words} share={way.share} />
      <span class="small">{words} <span aria-hidden="true">{percent(way.share * 100)}</span></span>
    </div>
  );
}
