import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

export interface PostgresServer extends AsyncDisposable {
  url: string;
  /** Ends it in the middle of whatever it does, and starts it again on the same port. */
  crash(): Promise<void>;
}

/** The folder of PostgreSQL's programs on this machine: on the PATH, or where Debian keeps them. */
export function postgresPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...versions];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** Starts a PostgreSQL server of its own on a free loopback port; nothing of it stays. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const dir = mkdtempSync(join(tmpdir(), "trueup-postgres-"));
  // PostgreSQL refuses to run as root.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (nobody.uid !== undefined) chownSync(dir, nobody.uid, nobody.gid);
  const data = join(dir, "data");
  const options = ["--pgdata", data, "--username", "trueup", "--auth", "trust", "--no-sync"];
  execFileSync(join(programs, "initdb"), options, { ...nobody, cwd: dir, stdio: "ignore" });
  const port = await freePort();
  let server = await run();

  async function run(): Promise<ChildProcess> {
    const settings = ["fsync=off", `unix_socket_directories=${dir}`, "listen_addresses=127.0.0.1"];
    const args = ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
    const started = spawn(join(programs, "postgres"), args, {
      ...nobody,
      cwd: dir,
      stdio: ["ignore", "ignore", "pipe"],
    });
    for await (const line of createInterface(started.stderr)) if (line.includes("ready to accept connections")) break;
    started.stderr.resume();
    if (started.exitCode !== null) throw new Error(`postgres ended with ${started.exitCode} before it was ready`);
    return started;
  }
  async function end(): Promise<void> {
    const exited = once(server, "exit");
    // PostgreSQL's "immediate shutdown": no goodbye to anybody, recovery at the next start.
    server.kill("SIGQUIT");
    await exited;
  }
  return {
    url: `postgres://trueup@127.0.0.1:${port}/postgres`,
    async crash() {
      await end();
      server = await run();
    },
    async [Symbol.asyncDispose]() {
      await end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
