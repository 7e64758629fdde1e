// Help that can be read before signing in: trusting this server's certificate, enrolling a laptop.
import { useState } from "preact/hooks";
import { api, outcome } from "../lib/api";
import { t } from "../lib/i18n";
import { useResource } from "../lib/resource";
import { mayEverywhere, session } from "../lib/session";
import { Secret, Tabs } from "../ui/controls";
import { Page, Section } from "../ui/page";
import { Note } from "../ui/states";

const systems = ["linux", "chromeos", "windows", "mac", "firefox"] as const;
type System = (typeof systems)[number];
const kSteps = [1, 2, 3] as const;

export function CertificateHelp() {
  const [system, setSystem] = useState<System>("linux");
  const steps = kSteps.map((step) => t(`certificate.${system}_${step}`));
  return (
    <Page title={t("certificate.title")} lead={t("certificate.lead")}>
      <p><a class="button primary" href="/ca.pem" download="rollcall-ca.pem">{t("certificate.download")}</a></p>
      <Note tone="warn" title={t("certificate.check")}><p>{t("certificate.check_text")}</p><code class="anywhere">{t("certificate.check_command")}</code></Note>
      <Section title={t("certificate.install")}>
        <Tabs label={t("certificate.system")} value={system} onValue={(value) => setSystem(value as System)} tabs={systems.map((value) => ({ value, label: t(`certificate.${value}`) }))}>
          <ol class="steps">{steps.map((step) => <li key={step}>{step}</li>)}</ol>
        </Tabs>
      </Section>
      <p class="muted measure">{t("certificate.own")}</p>
    </Page>
  );
}

function EnrollCommand({ agents }: { agents: string }) {
  return <Secret label={t("enroll.command")} text={`sudo rollcall-agent enroll --server ${agents} --token ${t("enroll.token")}`} />;
}

function EnrollHere() {
  const enrollment = useResource("enrollment", () => outcome(api.GET("/api/v1/enrollment"))).state.value;
  return <EnrollCommand agents={enrollment.status === "ready" ? enrollment.data.agents_url : t("enroll.server")} />;
}

export function EnrollHelp() {
  return (
    <Page title={t("enroll.title")} lead={t("enroll.lead")}>
      <ol class="steps measure">
        <li><strong>{t("enroll.step_1")}</strong><p>{t("enroll.step_1_text")}</p></li>
        <li><strong>{t("enroll.step_2")}</strong><p>{t("enroll.step_2_text")} {mayEverywhere("edit_tokens") && <a href="/tokens">{t("enroll.tokens_link")}</a>}</p></li>
        <li><strong>{t("enroll.step_3")}</strong><p>{t("enroll.step_3_text")}</p>{session.value ? <EnrollHere /> : <EnrollCommand agents={t("enroll.server")} />}</li>
        <li><strong>{t("enroll.step_4")}</strong><p>{t("enroll.step_4_text")}</p><Secret label={t("enroll.start")} text="sudo systemctl enable --now rollcall-agent" /></li>
      </ol>
      <Section title={t("enroll.many")}>
        <p class="measure">{t("enroll.many_text")}</p>
        <Secret label={t("enroll.many_file")} text={`server: ${t("enroll.server")}\ntoken: ${t("enroll.token")}`} />
      </Section>
      <Section title={t("enroll.sees")}>
        <p class="measure">{t("enroll.sees_text")} <a href="/collected">{t("nav.collected")}</a></p>
        <Secret label={t("enroll.preview")} text="rollcall-agent collect" />
      </Section>
    </Page>
  );
}
