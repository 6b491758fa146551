import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockFolder, StoreInUse } from "../../store/folder-lock.ts";

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
  /** For the same as somebody else, who administers the repository: whoever opened a pull request cannot approve its deletions. */
  maintainer: { login: string; token: string };
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
  /** The cluster of one's own in which something may have been made; absent on the embedded one. */
  own?: OwnCluster;
}

export interface OwnCluster {
  /** The API server's URL. */
  server: string;
  /** The uid of its namespace kube-system; undefined where that may not be looked at. */
  cluster: string | undefined;
  /** Under which everything is made there. */
  mark: string;
}

/** Whether a sandbox ever ran on the folder. */
export const isSandboxFolder = (dir: string): boolean => existsSync(rememberedFile(dir));

const rememberedFile = (dir: string): string => join(dir, "remembered.json");

export function readRemembered(dir: string): Remembered {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  try {
    return JSON.parse(readFileSync(rememberedFile(dir), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return {
      ports: { web: 0, cluster: 0, bot: 0 },
      agentToken: randomBytes(32).toString("base64url"),
    };
  }
}

export function writeRemembered(dir: string, remembered: Remembered): void {
  const file = rememberedFile(dir);
  writeFileSync(`${file}.draft`, JSON.stringify(remembered), { mode: 0o600 });
  renameSync(`${file}.draft`, file);
}

/** The folder belongs to another running sandbox. */
export class FolderInUse extends Error {}

/** Takes the folder for this process. @throws FolderInUse */
export function lockSandbox(dir: string): { release(): void } {
  const pidFile = join(dir, "sandbox.pid");
  try {
    const lock = lockFolder(dir);
    writeFileSync(pidFile, `${process.pid}\n`);
    return {
      release() {
        rmSync(pidFile, { force: true });
        lock.release();
      },
    };
  } catch (error) {
    if (!(error instanceof StoreInUse)) throw error;
    throw new FolderInUse(
      `another sandbox is running on ${dir}; stop that one (its process id stands in ${pidFile}) or choose another folder with --dir`,
    );
  }
}
