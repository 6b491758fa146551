import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { loadKubeAccess } from "../../src/kube/kube-access.ts";
import { createKubeClient, type KubeClient } from "../../src/kube/kube-client.ts";
import { openTransport } from "../../src/kube/transport.ts";
import { prepareAgent, type RunningAgent } from "../../test/agent/harness/run-agent.ts";
import { startControlPlane } from "../../test/harness/control-plane.ts";

/** A real API server, without controllers so that it serves nobody else, and an agent on it in this process. */
export interface RealWorld {
  kubeconfig: string;
  server: string;
  agent: RunningAgent;
  /** A client of the bench's own. @param inFlight requests at the same time */
  client(inFlight: number): Promise<KubeClient>;
  /** Runs kubectl. @returns seconds; @throws with what it said when it exits with another code than these */
  kubectl(args: readonly string[], fine?: readonly number[]): Promise<number>;
  /** Writes objects as files of a folder, one each. @returns its path */
  folder(name: string, objects: readonly KubeObject[]): string;
  stop(): Promise<void>;
}

export const repositoryId = 7;
/** The agent calls its cluster so. */
export const clusterName = "here";
/** The agent's one system. */
export const system = "many";

export async function startRealWorld(): Promise<RealWorld> {
  await using parts = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "trueup-bench-"));
  parts.defer(() => rmSync(dir, { recursive: true, force: true }));
  const plane = await startControlPlane({ controllers: false });
  parts.defer(() => plane.stop());
  const agent = await prepareAgent({ kubeconfig: plane.kubeconfig, repositoryId });
  parts.defer(() => agent.close());
  const started = parts.move();
  return {
    kubeconfig: plane.kubeconfig,
    server: plane.url,
    agent,
    async client(inFlight) {
      const access = await loadKubeAccess({ kubeconfig: plane.kubeconfig });
      return createKubeClient(openTransport(access, { inFlight }));
    },
    kubectl: (args, fine = [0]) => timed(plane.kubectl, ["--kubeconfig", plane.kubeconfig, ...args], fine),
    folder(name, objects) {
      for (const object of objects) writeObject(join(dir, name), object);
      return join(dir, name);
    },
    stop: () => started.disposeAsync(),
  };
}

/** A real world for one measure alone. */
export async function onFreshServer<T>(measure: (world: RealWorld) => Promise<T>): Promise<T> {
  const world = await startRealWorld();
  try {
    return await measure(world);
  } finally {
    await world.stop();
  }
}

function writeObject(folder: string, object: KubeObject): void {
  const file = join(folder, fileOf(object));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(object));
}

/** Where an object lies in a folder or repository. */
export function fileOf({ kind, metadata: { name, namespace } }: KubeObject): string {
  return join(namespace ?? "", `${kind}-${name}.json`.toLowerCase());
}

async function timed(program: string, args: readonly string[], fine: readonly number[]): Promise<number> {
  const began = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code === null || !fine.includes(code)) throw new Error(`kubectl ${args[0]} exited ${code}: ${said.slice(-1000)}`);
  return (performance.now() - began) / 1000;
}
