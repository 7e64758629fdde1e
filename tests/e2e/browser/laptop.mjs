// A laptop of the fixtures: what the real agent would send from that machine, sent over mutual TLS as the agent
// does. `rollcall-agent run` reads the machine that it stands on, and this machine is no ThinkPad.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import https from "node:https";
import path from "node:path";
import { check } from "./harness.mjs";
import { program, root } from "./server.mjs";

export class Laptop {
  static async enrol(server, token, machine, identity = {}) {
    const laptop = new Laptop();
    const fixture = path.join(root, "tests/fixtures/machines", machine);
    const folder = fs.mkdtempSync(path.join(server.folder, "laptop-"));
    const state = path.join(folder, "agent.yaml");
    fs.writeFileSync(state, `state: "${folder}/state"\n`);
    const report = JSON.parse(execFileSync(program("rollcall-agent"), ["collect", "--root", fixture, "--json", "--config", state], { encoding: "utf8" }));
    Object.assign(report.id, identity);
    const key = path.join(folder, "key.pem");
    execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key]);
    const request = execFileSync("openssl", ["req", "-new", "-key", key, "-subj", "/CN=ignored"], { encoding: "utf8" });
    Object.assign(laptop, { server, report, key: fs.readFileSync(key), authority: fs.readFileSync(server.authority()), sequence: 0, monotonicMs: report.m, samples: 0 });
    const reply = await laptop.post("/agent/v1/enroll", { v: 1, secret: token.split(".")[1], csr: request, id: report.id });
    laptop.certificate = reply.cert;
    laptop.id = reply.agent;
    return laptop;
  }

  // `changes` overwrite sections of the report; a sample may lie in the past.
  async send(changes = {}, { agoMs = 0, occasion } = {}) {
    this.monotonicMs += 1_000;
    const report = { ...structuredClone(this.report), ...changes, q: ++this.sequence, m: this.monotonicMs - agoMs, w: Date.now() - agoMs };
    if (occasion) report.o = occasion;
    const boot = report.b;
    return await this.post("/agent/v1/reports", { v: 1, b: boot, m: this.monotonicMs, w: Date.now(), r: [report] });
  }

  battery(percent, state = "discharging", onAc = false) {
    const bat = structuredClone(this.report.bat);
    for (const pack of bat.p) Object.assign(pack, { pc: percent, s: state, en: Math.round((pack.ef * percent) / 100) });
    return { bat: { ...bat, ac: onAc } };
  }

  post(where, message) {
    const body = JSON.stringify(message);
    const options = { method: "POST", ca: this.authority, key: this.certificate ? this.key : undefined, cert: this.certificate, headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }, agent: false };
    return new Promise((done, failed) => {
      const request = https.request(`https://localhost:${this.server.agents}${where}`, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => { text += part; }).on("end", () => {
          try {
            check(response.statusCode === 200, `${where} answered ${response.statusCode}: ${text}`);
            const reply = JSON.parse(text);
            check(!reply.no?.length, `${where} rejected: ${text}`);
            done(reply);
          } catch (error) { failed(error); }
        });
      });
      request.on("error", failed).end(body);
    });
  }
}
