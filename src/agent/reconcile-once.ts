import { hash } from "node:crypto";
import { isAbsolute, join, resolve } from "node:path";
import type { Logger } from "pino";
import type { SystemConfig } from "../core/config/system.ts";
import { openMirror } from "../git/open-mirror.ts";
import type { Credential } from "../git/run-git.ts";
import type { SyncResult } from "../link/messages.ts";
import { createRenderCache } from "../render/render-cache.ts";
import type { Confinement } from "./cluster/confinement.ts";
import { openInventory } from "./cluster/inventory.ts";
import { Refused } from "./refused.ts";
import { openAgentContext } from "./start-agent.ts";
import { runSync } from "./system/run-sync.ts";

export interface OnceOptions {
  /** A URL, or the path of a repository on this machine. */
  repository: string;
  /** The whole id of a commit. */
  revision: string;
  path: string;
  /** Default namespace, made when it is not there. */
  namespace: string | undefined;
  /** How much of what an earlier run made may go: `20%` of the objects, or a number of them. */
  maxDeletions: SystemConfig["protect"]["maxDeletions"];
  kubeconfig: string | undefined;
  agentNamespace: string;
  /** The only namespaces that it may look into and write to; undefined: the whole cluster. */
  confine?: Confinement | undefined;
  credential: Credential | undefined;
  /** Of the mirror; a cache. */
  dataDir: string;
  logger: Logger;
  /** Progress for a person. */
  say(line: string): void;
}

/**
 * Makes the cluster what one folder of one commit says, once: no branch is followed, nothing is watched afterwards. Its
 * inventory is one of its own, named after repository and path, so that the next such run prunes what this one made.
 */
export async function reconcileOnce(options: OnceOptions): Promise<SyncResult["outcome"]> {
  const { revision, namespace, say, credential } = options;
  const isLocal = !/^[a-z]+:\/\/|^[^/]+@[^/]+:/.test(options.repository);
  const url = isLocal
    ? `file://${isAbsolute(options.repository) ? options.repository : resolve(options.repository)}`
    : options.repository;
  const path = options.path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
  const system: SystemConfig = {
    name: `once-${hash("sha256", `${url} ${path}`, "hex").slice(0, 10)}`,
    cluster: "",
    path,
    branch: undefined,
    namespace: namespace ?? "default",
    namespaceGiven: namespace !== undefined,
    confine: false,
    dependsOn: [],
    prune: true,
    heal: false,
    exact: false,
    ignore: [],
    protect: { maxDeletions: options.maxDeletions },
    timeoutMs: 300_000,
    approvers: [],
  };
  const transports = [
    "https",
    "ssh",
    ...(url.startsWith("http:") ? ["http" as const] : []),
    ...(isLocal || url.startsWith("file:") ? ["file" as const] : []),
  ] as const;
  const mirror = await openMirror({
    dir: join(options.dataDir, "mirror"),
    url,
    transports,
    credential: async () => credential,
  });
  const { kubeconfig, confine, agentNamespace, logger } = options;
  await using closing = new AsyncDisposableStack();
  const context = await openAgentContext(
    {
      cluster: "",
      namespace: agentNamespace,
      logger,
      ...(confine === undefined ? {} : { confine }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    },
    () => undefined,
  );
  closing.defer(() => context.close());

  const stopping = new AbortController();
  let outcome: SyncResult["outcome"] = "failed";
  try {
    await mirror.fetchCommits([revision]);
    await runSync({
      isAsked: true,
      context,
      mirror,
      system,
      inventory: openInventory({ ...context, repositoryId: 0, system: system.name }),
      applied: new Map(),
      previous: undefined,
      cache: createRenderCache(),
      sha: revision,
      signal: stopping.signal,
      enact: async () => () => undefined,
      progress: (step, message) => say(`${step.padEnd(8)}  ${message}`),
      outcome(result) {
        outcome = result.outcome;
        say(`${result.outcome}${result.message === undefined ? "" : `: ${result.message}`}`);
        for (const line of result.details ?? []) say(`  ${line}`);
        if (result.message?.includes("maxDeletions")) say("  for this one run, --max-deletions N or N% allows more");
        stopping.abort();
      },
    });
  } catch (thrown) {
    if (thrown instanceof Refused) {
      say(`refused: ${thrown.message}`);
      for (const { file, line, message } of thrown.findings) say(`  ${file}:${line}: ${message}`);
      return "failed";
    }
    if (!stopping.signal.aborted) throw thrown;
  }
  return outcome;
}
