import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type KubeObject, type ObjectRef, refOf, titleOf } from "../../core/manifest/kube-object.ts";
import { MADE_BY, marked } from "../../core/plan/guards/made-elsewhere.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isKubeError } from "../../kube/kube-error.ts";
import { copyKubeconfig } from "../../kube/kubeconfig-copy.ts";
import { type Ground, openClient } from "./ground.ts";
import { isMadeBy, takeAway } from "./own-objects.ts";
import type { OwnCluster } from "./sandbox-folder.ts";

/** The cluster holds what the sandbox would make, or the folder belongs to another cluster. */
export class GroundTaken extends Error {}

export interface OwnGroundOptions {
  dir: string;
  kubeconfig: string;
  context: string | undefined;
  /** The system's. */
  namespace: string;
  /** Somebody named the namespace, so it may be there already; it is not deleted then. */
  namespaceGiven: boolean;
  /** Where an earlier run on the folder may have made something; undefined at the first. */
  remembered: OwnCluster | undefined;
  /** Keeps where something may be made from now on. */
  remember(own: OwnCluster): void;
  say(line: string): void;
}

/** Which folder's sandbox made a namespace, so that somebody who finds it knows how to be rid of it. */
const FOLDER = "trueup.dev/sandbox-folder";

const namespaceRef = (name: string): ObjectRef => ({ apiVersion: "v1", kind: "Namespace", name });

/**
 * A person's own cluster, under one rule: what carries the sandbox's mark is its own, and nothing else is written or deleted.
 * The mark is drawn once for a folder, and whatever is made carries it from the request on that makes it; so what was made is
 * known by the cluster alone, however a run ended. What it will be is said before it is done.
 *
 * @throws UnusableKubeconfig, KubeUnreachable, GroundTaken
 */
export async function openOwnGround(options: OwnGroundOptions): Promise<Ground> {
  const { dir, namespace, namespaceGiven, remembered, remember, say } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const kubeconfig = join(dir, "kubeconfig");
  const from = options.kubeconfig;
  const { context, server } = copyKubeconfig({ from, context: options.context, namespace, to: kubeconfig });
  const kube = await openClient(kubeconfig);
  const mark = remembered?.mark ?? randomUUID();
  const agentNamespace = `trueup-agent-${mark.slice(0, 8)}`;
  const cluster = await identityOf(kube).catch(async (thrown) => {
    await kube.close();
    throw thrown;
  });
  if (remembered !== undefined && !isSame(remembered, { server, cluster })) {
    await kube.close();
    throw new GroundTaken(
      `the sandbox in ${dir} lives on another cluster (then at ${remembered.server}) than that of ${context} (${server}); choose another folder with --dir, and when that cluster is gone for good remove the folder`,
    );
  }

  /** @returns the namespaces to make, the agent's last: when it is there, all was made */
  async function whatIsMissing(desired: readonly KubeObject[]): Promise<string[]> {
    const described = new Set(desired.filter(isNamespace).map(({ metadata }) => metadata.name));
    const wanted = new Set([namespace, ...desired.flatMap(({ metadata }) => metadata.namespace ?? []), agentNamespace]);
    const refs = [...[...wanted].filter((name) => !described.has(name)).map(namespaceRef), ...desired.map(refOf)];
    const found = await Promise.all(refs.map((ref) => lookAt(kube, ref)));
    const mayBeThere = ({ kind, name }: ObjectRef) =>
      kind === "Namespace" && wanted.has(name) && !described.has(name) && (name !== namespace || namespaceGiven);
    const taken = refs.filter((ref, index) => {
      const live = found[index];
      return live !== undefined && !isMadeBy(live, mark) && !mayBeThere(ref);
    });
    if (taken.length > 0) throw new GroundTaken(await takenSentence(taken));
    return refs.flatMap(({ kind, name }, index) =>
      kind === "Namespace" && !described.has(name) && found[index] === undefined ? [name] : [],
    );
  }

  async function takenSentence(taken: readonly ObjectRef[]): Promise<string> {
    const most = 10;
    const more = taken.length > most ? ` and ${taken.length - most} more` : "";
    const isMovable = taken.every(({ kind, name, namespace: its }) =>
      kind === "Namespace" ? name === namespace : its === namespace,
    );
    return [
      `the cluster has already: ${taken.slice(0, most).map(titleOf).join(", ")}${more}. The sandbox takes nothing over; ${isMovable ? "use another --namespace or another cluster" : "use another cluster"}`,
      ...(await otherSandboxes()),
    ].join("\n");
  }

  async function otherSandboxes(): Promise<string[]> {
    const kind = await kube.discovery.find("v1", "Namespace");
    if (kind === undefined) return [];
    const { items } = await kube.listMetadata(kind, { labelSelector: MADE_BY });
    const others = Map.groupBy(
      items.filter((one) => one.metadata.labels?.[MADE_BY] !== mark),
      (one) => one.metadata.labels?.[MADE_BY],
    );
    return [...others.values()].map((namespaces) => {
      const names = namespaces.map(({ metadata }) => metadata.name);
      const folder = namespaces.map(({ metadata }) => metadata.annotations?.[FOLDER]).find((one) => one !== undefined);
      return `A sandbox lives there, or was left over, in the namespaces ${names.join(", ")}. ${folder === undefined ? `Delete them to be rid of it` : `All that it made goes with: ${cleanUpCommand(from, folder)}`}`;
    });
  }

  return {
    kubeconfig,
    kube,
    agentNamespace,
    mark,
    isOurs: (live) => isMadeBy(live, mark),
    async prepare(desired) {
      const agents = await lookAt(kube, namespaceRef(agentNamespace));
      // What Git describes since then is the agent's to look at: it holds what is not its own.
      if (agents !== undefined && isMadeBy(agents, mark)) return;
      const missing = await whatIsMissing(desired);
      const version = (await kube.transport.request({ method: "GET", path: "/version" })) as { gitVersion?: string };
      say(`the cluster is ${server} (context ${context}, ${version.gitVersion ?? "unknown version"})`);
      say("it will touch nothing there but what it makes:");
      for (const name of missing) say(`  Namespace ${name}, and everything in it`);
      for (const ref of desired.map(refOf)) {
        if (ref.namespace === undefined || !missing.includes(ref.namespace)) say(`  ${titleOf(ref)}`);
      }
      say(`to take it away again: ${cleanUpCommand(from, dir)}`);
      remember({ server, cluster, mark });
      try {
        for (const name of missing) await makeNamespace(kube, name, { mark, dir });
      } catch (thrown) {
        await takeAway(kube, mark);
        throw thrown;
      }
    },
    cleanUp: () => takeAway(kube, mark),
    stop: () => kube.close(),
  };
}

/** A cluster is the same for as long as its namespace kube-system is; where that may not be looked at, nobody can tell. */
async function identityOf(kube: KubeClient): Promise<string | undefined> {
  try {
    return (await kube.get(namespaceRef("kube-system")))?.metadata.uid;
  } catch (thrown) {
    if (!isKubeError(thrown, 403)) throw thrown;
    return undefined;
  }
}

function isSame(one: Omit<OwnCluster, "mark">, other: Omit<OwnCluster, "mark">): boolean {
  if (one.cluster !== undefined && other.cluster !== undefined) return one.cluster === other.cluster;
  return one.server === other.server;
}

/** @throws GroundTaken when somebody else has made it in the meantime */
async function makeNamespace(kube: KubeClient, name: string, { mark, dir }: { mark: string; dir: string }) {
  const metadata = { name, annotations: { [FOLDER]: dir } };
  const namespace = marked({ apiVersion: "v1", kind: "Namespace", metadata }, mark);
  try {
    await kube.apply(namespace, { dryRun: false, force: true, onto: "nothing" });
  } catch (thrown) {
    if (!isKubeError(thrown, 409)) throw thrown;
    const live = await kube.get(namespaceRef(name));
    // The answer was lost, and the request sent again.
    if (live !== undefined && isMadeBy(live, mark)) return;
    throw new GroundTaken(`somebody has made the namespace ${name} at this moment; name another one with --namespace`);
  }
}

const cleanUpCommand = (kubeconfig: string, dir: string): string =>
  `trueup sandbox --kubeconfig ${kubeconfig} --dir ${dir} --clean-up`;

const isNamespace = ({ apiVersion, kind }: KubeObject): boolean => apiVersion === "v1" && kind === "Namespace";

async function lookAt(kube: KubeClient, ref: ObjectRef): Promise<KubeObject | undefined> {
  try {
    return await kube.get(ref);
  } catch (thrown) {
    if (!isKubeError(thrown, 401, 403)) throw thrown;
    throw new GroundTaken(`the cluster does not let you look at ${titleOf(ref)}: ${thrown.message}`);
  }
}
