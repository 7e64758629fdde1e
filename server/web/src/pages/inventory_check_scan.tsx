// What the scanner is answered in a physical audit.
import { named, t } from "../lib/i18n";
import type { Scan } from "../lib/inventory_check";
import type { ScanQueue } from "../lib/scan_queue";
import type { Tone } from "../ui/badges";
import { Scanner } from "../ui/scanner";
import { holderOf } from "./inventory_check";

const looks: Record<Scan["result"], [Tone, string]> = {
  expected: ["good", "check"], already_scanned: ["calm", "check"], unexpected: ["warn", "alert"], held_by_person: ["warn", "people"],
  other_school: ["warn", "district"], unknown: ["bad", "unknown"], ambiguous: ["bad", "alert"], person_number: ["bad", "people"],
};

export function CheckScanner({ queue }: { queue: ScanQueue<Scan> }) {
  return <Scanner queue={queue} title={t("check.scan")} label={t("check.scan_label")} look={(scan) => looks[scan.result]} words={words} />;
}

function words(scan: Scan): string {
  const { item } = scan;
  const holder = item && !item.expected && item.held ? t("check.belongs", { holder: holderOf(item) }) : "";
  const flags = item?.held?.device.flags.filter((flag) => flag !== "on_hold").map((flag) => t(`check.flag_${flag}` as "check.flag_lost")) ?? [];
  return [named("check_scan", scan.result), holder, scan.remedy, ...flags].filter(Boolean).join(" ");
}
