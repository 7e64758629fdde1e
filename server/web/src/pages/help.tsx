// Help that can be read before signing in: trusting this server's certificate, enrolling a laptop.
import { useState } from "preact/hooks";
import { t, type MessageKey } from "../lib/i18n";
import { may } from "../lib/session";
import { Secret, Tabs } from "../ui/controls";
import { Page, Section } from "../ui/page";
import { Note } from "../ui/states";

const systems = ["linux", "chromeos", "windows", "mac", "firefox"] as const;
const stepsOf: Record<(typeof systems)[number], number> = { linux: 3, chromeos: 3, windows: 3, mac: 3, firefox: 3 };

export function CertificateHelp() {
  const [system, setSystem] = useState<string>("linux");
  const steps = Array.from({ length: stepsOf[system as "linux"] }, (_, index) => t(`certificate.${system}_${index + 1}` as MessageKey));
  return (
    <Page title={t("certificate.title")} lead={t("certificate.lead")}>
      <p><a class="button primary" href="/ca.pem" download="rollcall-ca.pem">{t("certificate.download")}</a></p>
      <Note tone="warn" title={t("certificate.check")}><p>{t("certificate.check_text")}</p><code class="anywhere">{t("certificate.check_command")}</code></Note>
      <Section title={t("certificate.install")}>
        <Tabs label={t("certificate.system")} value={system} onValue={setSystem} tabs={systems.map((value) => ({ value, label: t(`certificate.${value}`) }))}>
          <ol class="steps">{steps.map((step) => <li key={step}>{step}</li>)}</ol>
        </Tabs>
      </Section>
      <p class="muted measure">{t("certificate.own")}</p>
    </Page>
  );
}

export function EnrollHelp() {
  const agents = `https://${location.hostname}:${Number(location.port || 443) + 1}`;
  return (
    <Page title={t("enroll.title")} lead={t("enroll.lead")}>
      <ol class="steps measure">
        <li><strong>{t("enroll.step_1")}</strong><p>{t("enroll.step_1_text")}</p></li>
        <li><strong>{t("enroll.step_2")}</strong><p>{t("enroll.step_2_text")} {may("edit_tokens") && <a href="/tokens">{t("enroll.tokens_link")}</a>}</p></li>
        <li><strong>{t("enroll.step_3")}</strong><p>{t("enroll.step_3_text")}</p><Secret label={t("enroll.command")} text={`sudo rollcall-agent enroll --server ${agents} --token ${t("enroll.token")}`} /></li>
        <li><strong>{t("enroll.step_4")}</strong><p>{t("enroll.step_4_text")}</p><Secret label={t("enroll.start")} text="sudo systemctl enable --now rollcall-agent" /></li>
      </ol>
      <Section title={t("enroll.sees")}>
        <p class="measure">{t("enroll.sees_text")} <a href="/collected">{t("nav.collected")}</a></p>
        <Secret label={t("enroll.preview")} text="rollcall-agent collect" />
      </Section>
    </Page>
  );
}
