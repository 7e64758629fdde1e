// What an import changes, file by file: how much of what is known stays, changes and goes, and what comes. All bars of a
// picture have one scale of their own file, because a district has twenty schools and two million enrollments.
import type { Schema } from "../lib/api";
import { count } from "../lib/format";
import { named, t, type MessageKey } from "../lib/i18n";

type ImportFile = Schema["ImportFile"];
type Part = "same" | "changed" | "gone" | "new";
const parts: { key: Part; fill: string; text: MessageKey }[] = [
  { key: "same", fill: "fill-mute", text: "import_files.same" }, { key: "changed", fill: "fill-calm", text: "import_files.changed" },
  { key: "gone", fill: "fill-bad", text: "import_files.gone" }, { key: "new", fill: "fill-good", text: "import_files.new" },
];

// Devices that a list lacks stay as they are: nothing is lost of them.
const isDevices = (file: ImportFile): boolean => file.mode !== "bulk" && file.mode !== "delta";

function modeOf({ mode }: ImportFile): string {
  if (mode === "bulk") return "";
  return `, ${mode === "delta" ? t("import_files.delta") : named("device_preset", mode)}`;
}

// Who comes back counts as changed without having been here before.
function partsOf(file: ImportFile): Record<Part, number> {
  return { same: Math.max(0, file.kept - file.changed - file.gone), changed: file.changed, gone: file.gone, new: file.new };
}

// One of a hundred thousand still shows.
function widths(values: Record<Part, number>): Record<Part, number> {
  const total = Math.max(1, ...[parts.reduce((sum, { key }) => sum + values[key], 0)]);
  const wide = Object.fromEntries(parts.map(({ key }) => [key, values[key] === 0 ? 0 : Math.max(0.8, (values[key] / total) * 100)])) as Record<Part, number>;
  const all = parts.reduce((sum, { key }) => sum + wide[key], 0);
  return Object.fromEntries(parts.map(({ key }) => [key, all > 100 ? (wide[key] / all) * 100 : wide[key]])) as Record<Part, number>;
}

function Drawing({ file }: { file: ImportFile }) {
  const wide = widths(partsOf(file));
  let from = 0;
  return (
    <svg class="change-bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-track" width="100" height="12" />
      {parts.filter(({ key }) => wide[key] > 0).map(({ key, fill }) => {
        const x = from;
        from += wide[key];
        return <rect key={key} class={`strip-part ${fill}`} x={x} width={wide[key]} height="12" vector-effect="non-scaling-stroke" />;
      })}
    </svg>
  );
}

export function ImportFiles({ files }: { files: ImportFile[] }) {
  return (
    <div class="stack">
      <ul class="keys" aria-hidden="true">
        {parts.map(({ key, fill, text }) => <li key={key}><svg viewBox="0 0 10 10"><rect class={fill} width="10" height="10" rx="2" /></svg>{t(text)}</li>)}
      </ul>
      <ul class="changes" aria-label={t("import.changes")}>
        {files.map((file) => (
          <li key={file.file}>
            <div class="change-name"><strong>{named("roster_file", file.file)}</strong><span class="small muted">{file.file}{modeOf(file)}</span></div>
            <Drawing file={file} />
            <dl class="change-counts">
              {parts.map(({ key, text }) => <Count key={key} name={key === "gone" && isDevices(file) ? t("import_files.not_listed") : t(text)} value={partsOf(file)[key]} tone={key === "gone" && !isDevices(file) ? "bad" : ""} />)}
              <Count name={t("import_files.read")} value={file.read} tone="" />
              <Count name={t("import_files.warnings")} value={file.warnings} tone="warn" />
              <Count name={t("import_files.errors")} value={file.errors} tone="bad" />
            </dl>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Count({ name, value, tone }: { name: string; value: number; tone: string }) {
  return <div class={value === 0 ? "none" : ""}><dt>{name}</dt><dd class={value > 0 && tone !== "" ? `${tone}-text` : ""}>{count(value)}</dd></div>;
}
