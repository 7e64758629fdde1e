// Battery packs: the verdict and why, then the figures that it rests on.
import type { Schema } from "../lib/api";
import { count, percent, wattHours, decimal } from "../lib/format";
import { named, t } from "../lib/i18n";
import { Charge, VerdictBadge, verdictTone } from "../ui/badges";
import { Empty } from "../ui/states";
import { Facts } from "../ui/table";

type Pack = Schema["Pack"];

export function Packs({ packs }: { packs: Pack[] }) {
  if (packs.length === 0) return <Empty title={t("packs.none")} />;
  return <>{packs.map((pack) => <OnePack key={pack.name} pack={pack} />)}</>;
}

function OnePack({ pack }: { pack: Pack }) {
  return (
    <article class="panel stack" aria-label={pack.name}>
      <div class="row spread">
        <div class="row"><h3>{pack.name}</h3><VerdictBadge verdict={pack.verdict} /></div>
        <div class="row"><Charge value={pack.percent} /><span class="muted small">{named("pack", pack.state)}</span></div>
      </div>
      {pack.reasons.length > 0 && <ul class="reasons">{pack.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>}
      {pack.full_mwh !== undefined && pack.design_mwh !== undefined && pack.design_mwh > 0 && <Capacity pack={pack} share={(pack.full_mwh / pack.design_mwh) * 100} />}
      <div class="figures"><Facts facts={figures(pack)} /></div>
    </article>
  );
}

// Full against design on a scale that names where the verdict changes. The reasons above say the same in words.
function Capacity({ pack, share }: { pack: Pack; share: number }) {
  return (
    <div class="capacity" aria-hidden="true">
      <svg viewBox="0 0 125 8" preserveAspectRatio="none">
        <rect class="bar-track" width="100" height="8" />
        <rect class={`fill-${verdictTone[pack.verdict]}`} width={Math.min(125, share)} height="8" />
        <path class="threshold" d="M60 0v8M80 0v8M100 0v8" vector-effect="non-scaling-stroke" />
      </svg>
      <p class="capacity-marks"><span class="at-60">{percent(60)}</span><span class="at-80">{percent(80)}</span><span class="at-100">{percent(100)}</span></p>
    </div>
  );
}

function figures(pack: Pack): [string, string | undefined][] {
  const power = pack.power_mw === undefined ? undefined
    : pack.power_mw === 0 ? t("unit.w", { value: "0" })
    : t(pack.state === "charging" ? "packs.fed" : "packs.drawn", { value: decimal(pack.power_mw / 1000) });
  return [
    [t("packs.now"), pack.now_mwh === undefined ? undefined : wattHours(pack.now_mwh)],
    [t("packs.cycles"), pack.cycles === undefined ? t("value.unknown") : count(pack.cycles)],
    [t("packs.power"), power],
    [t("packs.voltage"), pack.voltage_mv === undefined ? undefined : t("unit.v", { value: decimal(pack.voltage_mv / 1000) })],
    [t("packs.made"), [pack.manufacturer, pack.model, pack.technology].filter(Boolean).join(" ")],
    [t("identity.serial"), pack.serial],
  ];
}
