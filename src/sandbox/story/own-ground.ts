import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type KubeObject, type ObjectRef, refOf } from "../../core/manifest/kube-object.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isKubeError } from "../../kube/kube-error.ts";
import { copyKubeconfig } from "../../kube/kubeconfig-copy.ts";
import { type Ground, openClient } from "./ground.ts";
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
  /** What an earlier run on the folder made; undefined at the first. */
  remembered: OwnCluster | undefined;
  /** Keeps what is made, before it is made. */
  remember(made: OwnCluster): void;
  say(line: string): void;
}

const namespaceRef = (name: string): ObjectRef => ({ apiVersion: "v1", kind: "Namespace", name });

/**
 * A person's own cluster. Nothing in it is touched but what the sandbox makes: namespaces that are not there yet, and the
 * objects that Git describes. What it will be is said before it is done.
 *
 * @throws UnusableKubeconfig, KubeUnreachable, GroundTaken
 */
export async function openOwnGround(options: OwnGroundOptions): Promise<Ground> {
  const { dir, namespace, namespaceGiven, remembered, remember, say } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const kubeconfig = join(dir, "kubeconfig");
  const { context, server } = copyKubeconfig({
    from: options.kubeconfig,
    context: options.context,
    namespace,
    to: kubeconfig,
  });
  if (remembered !== undefined && remembered.server !== server) {
    throw new GroundTaken(
      `the sandbox in ${dir} lives on ${remembered.server}, and ${context} is ${server}; choose another folder with --dir`,
    );
  }
  const kube = await openClient(kubeconfig);
  const agentNamespace = `${namespace}-agent`;
  let made: OwnCluster | undefined = remembered;

  async function prepare(desired: readonly KubeObject[]): Promise<void> {
    if (made !== undefined) return;
    const version = (await kube.transport.request({ method: "GET", path: "/version" })) as { gitVersion?: string };
    say(`the cluster is ${server} (context ${context}, ${version.gitVersion ?? "unknown version"})`);
    const described = new Set(desired.filter(isNamespace).map(({ metadata }) => metadata.name));
    const wanted = new Set([agentNamespace, namespace, ...desired.flatMap(({ metadata }) => metadata.namespace ?? [])]);
    const missing: string[] = [];
    for (const name of wanted) {
      if (described.has(name)) continue;
      if (!(await isThere(kube, namespaceRef(name)))) missing.push(name);
      else if (name === agentNamespace || (name === namespace && !namespaceGiven)) {
        throw new GroundTaken(
          `the cluster has a namespace ${name} already; name another one with --namespace (left over from a sandbox: kubectl delete namespace ${name})`,
        );
      }
    }
    await refuseExisting(desired.map(refOf));
    say("it will touch nothing there but what it makes:");
    for (const name of missing) say(`  Namespace ${name}, and everything in it`);
    for (const ref of desired.map(refOf)) {
      if (ref.namespace === undefined || !missing.includes(ref.namespace)) say(`  ${named(ref)}`);
    }
    made = { server, namespaces: [...missing, ...described] };
    remember(made);
    for (const name of missing) {
      await kube.create({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { "app.kubernetes.io/managed-by": "trueup-sandbox" } },
      });
    }
  }

  async function refuseExisting(refs: readonly ObjectRef[]): Promise<void> {
    const there = await Promise.all(refs.map(async (ref) => ((await isThere(kube, ref)) ? named(ref) : undefined)));
    const taken = there.filter((name) => name !== undefined);
    if (taken.length === 0) return;
    const most = 10;
    const list = taken.slice(0, most).join(", ") + (taken.length > most ? ` and ${taken.length - most} more` : "");
    throw new GroundTaken(
      `the cluster has already: ${list}. The sandbox takes nothing over; use another --namespace or another cluster`,
    );
  }

  return {
    kubeconfig,
    kube,
    agentNamespace,
    mayDelete: (name) => made?.namespaces.includes(name) ?? false,
    prepare,
    async cleanUp(desired) {
      const outside = desired.map(refOf).filter((ref) => !made?.namespaces.includes(ref.namespace ?? ""));
      const gone = [...outside, ...(made?.namespaces ?? []).map(namespaceRef)];
      await Promise.all(gone.map((ref) => kube.delete(ref, {})));
      await Promise.all(gone.map((ref) => untilGone(kube, ref)));
    },
    stop: () => kube.close(),
  };
}

const isNamespace = ({ apiVersion, kind }: KubeObject): boolean => apiVersion === "v1" && kind === "Namespace";

const named = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

async function isThere(kube: KubeClient, ref: ObjectRef): Promise<boolean> {
  try {
    return (await kube.get(ref)) !== undefined;
  } catch (thrown) {
    if (!isKubeError(thrown, 401, 403)) throw thrown;
    throw new GroundTaken(`the cluster does not let you look at ${named(ref)}: ${thrown.message}`);
  }
}

/** Ends in time for a person; a namespace takes some seconds, and longer when a finalizer is slow. */
async function untilGone(kube: KubeClient, ref: ObjectRef): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (await isThere(kube, ref)) {
    if (Date.now() > deadline)
      throw new Error(`${named(ref)} is still being deleted; its finalizers have to end first`);
    await sleep(200);
  }
}
