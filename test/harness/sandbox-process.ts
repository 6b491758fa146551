import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { contributor } from "../../src/sandbox/story/contributor.ts";
import { openClient } from "../../src/sandbox/story/ground.ts";
import { jsonApi } from "../../src/sandbox/story/json-api.ts";
import type { SandboxInfo } from "../../src/sandbox/story/sandbox-folder.ts";
import { kubernetesApi } from "./kubernetes-api.ts";

export const mainFile = new URL("../../src/main.ts", import.meta.url).pathname;

/** `trueup sandbox` as a process of its own, ready; whoever starts it ends it. */
export async function startSandboxProcess(dir: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, [mainFile, "sandbox", "--dir", dir, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const file = join(dir, "sandbox.json");
  while (!(existsSync(file) && said.includes("ready after"))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the sandbox ended:\n${said}`);
    await sleep(25);
  }
  const info: SandboxInfo = JSON.parse(readFileSync(file, "utf8"));
  const kube = await openClient(info.kubeconfig);
  const api = jsonApi({ base: info.api, token: info.token });
  return {
    info,
    said: () => said,
    github: (<T>(path: string, call?: Parameters<typeof api>[1]) =>
      api<T>(`/repos/${info.repository}${path}`, call)) as typeof api,
    contributor: contributor(api, info.repository),
    kube,
    kubernetes: kubernetesApi(kube),
    /** Ends it with the signal. @returns once it is gone */
    end: (signal: NodeJS.Signals): Promise<void> => ended(child, closed, signal),
  };
}

async function ended(child: ChildProcess, closed: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await closed;
}

export type SandboxProcess = Awaited<ReturnType<typeof startSandboxProcess>>;
