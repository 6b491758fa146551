import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What `D/sandbox.json` says once everything is ready. */
export interface SandboxInfo {
  /** The forge's pages. */
  web: string;
  /** GitHub's REST API (v3). */
  api: string;
  /** `owner/name`. */
  repository: string;
  /** For `git clone`, credentials included. */
  clone: string;
  /** For curl on `api`, as a person with write permission. */
  token: string;
  /** Path of a kubeconfig file. */
  kubeconfig: string;
  /** The bot's address: webhooks, the agents' link. */
  bot: string;
}

/** The file is written last and in one step, so whoever sees it can use all of it. */
export function writeInfo(dir: string, info: SandboxInfo): void {
  const file = join(dir, "sandbox.json");
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

export function removeInfo(dir: string): void {
  rmSync(join(dir, "sandbox.json"), { force: true });
}

/** Ports and secrets that must stay the same when the sandbox starts again on its folder. */
export interface Remembered {
  ports: { web: number; cluster: number; bot: number };
  agentToken: string;
  /** What was made in a cluster of one's own; absent on the embedded one. */
  own?: OwnCluster;
}

export interface OwnCluster {
  /** The API server's URL. */
  server: string;
  /** Those that the sandbox made. */
  namespaces: string[];
}

export function readRemembered(dir: string): Remembered {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  try {
    return JSON.parse(readFileSync(join(dir, "remembered.json"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return {
      ports: { web: 0, cluster: 0, bot: 0 },
      agentToken: randomBytes(32).toString("base64url"),
    };
  }
}

export function writeRemembered(dir: string, remembered: Remembered): void {
  const file = join(dir, "remembered.json");
  writeFileSync(`${file}.draft`, JSON.stringify(remembered), { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}
