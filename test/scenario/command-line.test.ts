import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mainFile, type SandboxProcess, startSandboxProcess } from "../harness/sandbox-process.ts";

let dir: string;
let sandbox: SandboxProcess;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "trueup-cli-"));
  sandbox = await startSandboxProcess(join(dir, "one"));
});
afterAll(async () => {
  await sandbox?.end("SIGTERM");
  rmSync(dir, { recursive: true, force: true });
});

const trueup = (args: string[], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [mainFile, ...args], { encoding: "utf8", env, timeout: 60_000 });

test("a second sandbox on the same folder is refused, and the first one lives on", async () => {
  const { status, stderr } = trueup(["sandbox", "--dir", join(dir, "one")]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/another sandbox is running/);
  expect(await sandbox.github("")).toBeDefined();
});

test("a port in use is named, with the way out", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const { status, stderr } = trueup(["sandbox", "--dir", join(dir, "two"), "--port", String(port)]);
  server.close();
  expect(status).toBe(2);
  expect(stderr).toContain(String(port));
  expect(stderr).toContain("--port");
  expect(existsSync(join(dir, "two", "sandbox.json"))).toBe(false);
});

test("without git it says that git is missing", () => {
  const { status, stderr } = trueup(["sandbox", "--dir", join(dir, "three")], { ...process.env, PATH: "/nonexistent" });
  expect(status).toBe(2);
  expect(stderr).toMatch(/git/);
  expect(stderr).toMatch(/install/);
});

test("a folder that is not there is named", () => {
  const { status, stderr } = trueup(["sandbox", "--dir", join(dir, "four"), "--from", join(dir, "nowhere")]);
  expect(status).toBe(2);
  expect(stderr).toContain("nowhere");
});

test("help names every command, and an unknown one is refused", () => {
  const help = trueup(["--help"]);
  expect(help.status).toBe(0);
  for (const command of ["sandbox", "bot", "agent", "validate", "plan", "health", "agent-manifest"]) {
    expect(help.stdout).toContain(command);
  }
  expect(trueup(["frobnicate"]).status).toBe(2);
});

test("SIGTERM stops everything and leaves neither address nor process id behind", async () => {
  const own = join(dir, "five");
  const other = await startSandboxProcess(own);
  await other.end("SIGTERM");
  expect(existsSync(join(own, "sandbox.json"))).toBe(false);
  expect(existsSync(join(own, "sandbox.pid"))).toBe(false);
});
