// Nothing in this folder ignores a certificate's errors. These two show that it would be noticed.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { check, test } from "../harness.mjs";
import { launchTrusting, Window } from "../browser.mjs";

// An authority of the same name and kind of key, made by somebody else.
function foreignAuthority(folder) {
  const subject = execFileSync("openssl", ["x509", "-in", path.join(folder, "data/ca.pem"), "-noout", "-subject", "-nameopt", "RFC2253,sep_comma_plus"], { encoding: "utf8" });
  const name = /CN=([^,\n]+)/.exec(subject)?.[1];
  check(name, `the authority has no name: ${subject}`);
  const key = path.join(folder, "foreign.key");
  const file = path.join(folder, "foreign.pem");
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", `/CN=${name}`,
    "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", key, "-out", file], { stdio: "ignore" });
  return fs.readFileSync(file, "utf8");
}

export async function trust(world) {
  const { server } = world;

  await test("a browser that trusts the downloaded CA opens the console", async () => {
    const window = await Window.open(world.browser, server);
    await window.go("/");
    const details = await (await window.page.goto(server.origin)).securityDetails();
    check(/^TLS 1\.3$/.test(details?.protocol ?? ""), JSON.stringify(details));
    window.flawless();
    await window.close();
  });

  await test("a browser that trusts another CA of the same name refuses it", async () => {
    const browser = await launchTrusting(server, foreignAuthority(server.folder));
    try {
      const page = await browser.newPage();
      const refusal = await page.goto(server.origin).then(() => "it was loaded", (error) => String(error.message));
      check(/ERR_CERT_AUTHORITY_INVALID|ERR_CERT_INVALID/.test(refusal), refusal);
    } finally {
      await browser.close();
    }
  });
}
