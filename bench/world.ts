import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeObject } from "../src/core/manifest/kube-object.ts";
import { startCluster } from "../src/sandbox/cluster/start-cluster.ts";
import { type FirstCommit, seedFiles } from "../src/sandbox/story/first-commit.ts";
import { waitFor } from "../src/sandbox/story/wait-for.ts";
import { startServices, type Watched } from "./services.ts";

export interface World {
  /** What bot and agent ask of the forge: REST and Git. */
  github: Watched;
  /** What the forge tells the bot. */
  bot: Watched;
  processes: { bot: number; agent: number };
  branch(name: string): Promise<void>;
  edit(branch: string, path: string, change: (text: string) => string): Promise<void>;
  create(branch: string, path: string, text: string): Promise<void>;
  openPullRequest(branch: string): Promise<number>;
  close(pullRequest: number): Promise<void>;
  merge(pullRequest: number): Promise<void>;
  /** Its check is completed. */
  settled(pullRequest: number): Promise<void>;
  /** Its comment tells that it is deployed. */
  deployed(pullRequest: number): Promise<void>;
  /** What the Deployment nginx asks for now. */
  replicas(): number;
  /** Each change of the Deployment nginx, as it is written. @returns how to stop */
  onDeployment(listener: (deployment: KubeObject) => void): () => void;
  /** Writes `spec.replicas` as somebody else. */
  scale(replicas: number, manager: string): void;
  rest(ms: number): Promise<void>;
  /** How long the bot's writes have waited so far so that GitHub's limits are kept, in milliseconds. */
  writeWaits(): Promise<number>;
  /** How many jobs of a kind the bot has done so far. */
  jobs(kind: string): Promise<number>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Where in the repository the system is; its root when left out. */
  folder?: string;
  /** Besides what the bot needs. */
  botEnvironment?: Record<string, string>;
}

/** Forge and cluster in this process, bot and agent as processes of their own; ready when the first sync is done. */
export async function startWorld({ folder, botEnvironment: more = {} }: WorldOptions = {}): Promise<World> {
  await using parts = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "trueup-bench-"));
  parts.defer(() => rmSync(dir, { recursive: true, force: true }));
  const cluster = await startCluster({ dir: join(dir, "cluster"), namespace: "demo" });
  parts.defer(() => cluster.stop());
  const kubeconfigPath = cluster.kubeconfigPath;
  const files = inFolder(folder, seedFiles(new URL("../src/sandbox/seed/", import.meta.url).pathname));
  const services = await startServices({ dir, kubeconfigPath, files, botEnvironment: more });
  parts.defer(() => services.stop());
  const { github, bot, processes, api, person, repository, botPort } = services;
  const nginx = () => cluster.store.get("deployments.apps", "demo", "nginx");
  await waitFor(
    "nginx runs",
    async () => (nginx()?.status as { readyReplicas?: number } | undefined)?.readyReplicas,
    (ready) => ready === 3,
  );
  const started = parts.move();
  return {
    github,
    bot,
    processes,
    branch: (name) => person.branch(name),
    edit: (branch, path, change) => person.edit(branch, path, change),
    async create(branch, path, text) {
      const content = Buffer.from(text).toString("base64");
      const body = { message: `Add ${path}`, content, branch };
      await api(`/repos/${repository.fullName}/contents/${path}`, { method: "PUT", body });
    },
    openPullRequest: (branch) => person.openPullRequest(branch, branch),
    merge: (pullRequest) => person.merge(pullRequest),
    async close(pullRequest) {
      await api(`/repos/${repository.fullName}/pulls/${pullRequest}`, { method: "PATCH", body: { state: "closed" } });
    },
    async settled(pullRequest) {
      await waitFor("it is planned", () => person.check(pullRequest), Boolean);
    },
    async deployed(pullRequest) {
      await waitFor(
        "it is deployed",
        () => person.comment(pullRequest),
        (text) => text?.includes("deployed"),
      );
    },
    replicas: () => (nginx()?.spec as { replicas: number } | undefined)?.replicas ?? Number.NaN,
    onDeployment: (listener) =>
      cluster.store.watch("deployments.apps", ({ object }) => {
        if (object.metadata.name === "nginx") listener(object);
      }),
    scale(replicas, manager) {
      const change = (copy: KubeObject) => ({ ...copy, spec: { ...(copy.spec as object), replicas } });
      cluster.store.update("deployments.apps", "demo", "nginx", change, { manager });
    },
    rest: (ms) => sleep(ms),
    writeWaits: async () => (await sumOf(botPort, /^trueup_github_write_wait_seconds_sum (\S+)$/gm)) * 1000,
    jobs: (kind) => sumOf(botPort, new RegExp(`^trueup_job_seconds_count\\{[^}]*kind="${kind}"[^}]*\\} (\\S+)$`, "gm")),
    stop: () => started.disposeAsync(),
  };
}

/** The values of a metric, over all its labels. */
async function sumOf(botPort: number, metric: RegExp): Promise<number> {
  const page = await (await fetch(`http://127.0.0.1:${botPort}/metrics`)).text();
  return [...page.matchAll(metric)].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** The seed with its system in a folder of the repository. */
function inFolder(folder: string | undefined, files: FirstCommit): FirstCommit {
  if (folder === undefined) return files;
  const moved = (path: string, content: Uint8Array): [string, Uint8Array] =>
    path === ".trueup.yaml"
      ? [path, Buffer.from(Buffer.from(content).toString().replace("path: .", `path: ${folder}`))]
      : [`${folder}/${path}`, content];
  return new Map([...files].map(([path, content]) => moved(path, content)));
}
