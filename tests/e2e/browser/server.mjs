// The real server and the real agent, in a folder of their own, on ports that were free a moment ago.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import https from "node:https";
import net from "node:net";
import path from "node:path";
import { check, until } from "./harness.mjs";

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../../..");
const bin = process.env.ROLLCALL_BIN ? path.resolve(process.env.ROLLCALL_BIN) : path.join(root, "build/bin");
export const program = (name) => path.join(bin, name);

const freePort = () => new Promise((done, failed) => {
  const probe = net.createServer().on("error", failed).listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});

export class Server {
  // Its configuration, on ports of its own; nothing runs yet.
  static async prepare(folder, consoleFolder) {
    const server = new Server();
    const [people, agents, probe] = [await freePort(), await freePort(), await freePort()];
    Object.assign(server, { folder, console: consoleFolder, people, agents, origin: `https://localhost:${people}`, config: path.join(folder, "server.yaml") });
    fs.writeFileSync(server.config, `data: "${folder}/data"
console: "${consoleFolder}"
doors:
  people: { address: 127.0.0.1, port: ${people} }
  agents: { address: 127.0.0.1, port: ${agents}, url: "https://localhost:${agents}" }
  probe: { address: 127.0.0.1, port: ${probe} }
schools:
  - { id: lincoln, name: Lincoln Middle School, ssids: [Lincoln-Student] }
  - { id: mountain-view, name: Mountain View High School, ssids: [MVHS-Student] }
`);
    return server;
  }

  static async start(folder, consoleFolder) {
    const server = await Server.prepare(folder, consoleFolder);
    await server.run();
    return server;
  }

  // Days of a district's life, written before the first start. `zone`: the schools' hours ahead of UTC.
  seed(devices, zone) {
    execFileSync(program("tests/seed_district"), [this.config, String(devices), String(zone)], { stdio: ["ignore", "ignore", "pipe"], timeout: 300_000 });
  }

  async run(limitMs = 30_000) {
    const log = fs.openSync(path.join(this.folder, "server.log"), "a");
    this.process = spawn(program("rollcalld"), ["serve", "--config", this.config], { stdio: ["ignore", log, log] });
    this.ended = new Promise((done) => this.process.on("exit", (code) => done(code)));
    let gone = false;
    void this.ended.then(() => { gone = true; });
    await until("the server", async () => {
      check(!gone, `the server stopped: ${this.logTail()}`);
      return await this.isHealthy();
    }, limitMs);
  }

  async stop() {
    this.process.kill("SIGTERM");
    return await this.ended;
  }

  logTail() {
    return fs.readFileSync(path.join(this.folder, "server.log"), "utf8").split("\n").slice(-8).join("\n");
  }

  // On the server's own disk; whoever is not there downloads it.
  authority() {
    return path.join(this.folder, "data/ca.pem");
  }

  // What the people's door answers, as text.
  get(where) {
    return new Promise((done, failed) => {
      const request = https.get(this.origin + where, { ca: fs.readFileSync(this.authority()), timeout: 2_000 }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => { text += part; }).on("end", () => done({ status: response.statusCode, text }));
      });
      request.on("error", failed).on("timeout", () => request.destroy(new Error(`${where} took too long`)));
    });
  }

  async isHealthy() {
    // Before its first start it has no authority to be known by.
    return fs.existsSync(this.authority()) && (await this.get("/healthz").catch(() => undefined))?.status === 200;
  }

  // A one-time password for a new administrator.
  makeAdministrator(name) {
    return execFileSync(program("rollcalld"), ["admin", "create", name, "--config", this.config], { encoding: "utf8" }).trim().split(/\s+/).pop();
  }

  token(note) {
    const text = execFileSync(program("rollcalld"), ["admin", "token", note, "--config", this.config], { encoding: "utf8" });
    const token = /rc1\.[\w-]+\.[\w-]+/.exec(text)?.[0];
    check(token, `no token in: ${text}`);
    return token;
  }

  // The real agent on this machine, enrolled and running.
  startAgent(token) {
    const config = path.join(this.folder, "agent.yaml");
    fs.writeFileSync(config, `state: "${this.folder}/agent"\nruntime: "${this.folder}/agent-run"\nstart_jitter: 0s\n`);
    execFileSync(program("rollcall-agent"), ["enroll", "--server", `https://localhost:${this.agents}`, "--token", token, "--config", config]);
    const log = fs.openSync(path.join(this.folder, "agent.log"), "a");
    const agent = spawn(program("rollcall-agent"), ["run", "--config", config], { stdio: ["ignore", log, log] });
    const ended = new Promise((done) => agent.on("exit", done));
    return { stop: async () => { agent.kill("SIGTERM"); await ended; } };
  }
}
