import { currentPods } from "../../core/health/current-pods.ts";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import type { KubeClient } from "../../kube/kube-client.ts";

/** The pods of a workload's latest revision; undefined for what has none. @throws what the API server says */
export type PodsOf = (workload: KubeObject) => Promise<KubeObject[] | undefined>;

/**
 * For one look at all of these workloads: pods come and go, so it is of no use later. A namespace is listed once however many of them live
 * in it, since asking for each would cost a large rollout two requests a workload and look.
 */
export function lookAtPods(kube: KubeClient, workloads: readonly KubeObject[]): PodsOf {
  const inNamespace = Map.groupBy(
    workloads.filter((one) => matchLabelsOf(one) !== undefined),
    ({ metadata }) => metadata.namespace,
  );
  const lists = new Map<string, Promise<KubeObject[]>>();

  function listed(namespace: string, apiVersion: string, kind: string): Promise<KubeObject[]> {
    const key = `${namespace}/${kind}`;
    const list = lists.get(key) ?? listNow(namespace, apiVersion, kind);
    lists.set(key, list);
    return list;
  }

  async function listNow(namespace: string, apiVersion: string, kind: string): Promise<KubeObject[]> {
    const resource = await kube.discovery.find(apiVersion, kind);
    if (resource === undefined) return [];
    const [first, ...more] = inNamespace.get(namespace) ?? [];
    const labels = first === undefined || more.length > 0 ? undefined : matchLabelsOf(first);
    return (await kube.list(resource, labels === undefined ? { namespace } : { namespace, labelSelector: labels }))
      .items;
  }

  return async (workload) => {
    const { namespace } = workload.metadata;
    if (namespace === undefined || matchLabelsOf(workload) === undefined) return undefined;
    const [replicaSets, pods] = await Promise.all([
      workload.kind === "Deployment" ? listed(namespace, "apps/v1", "ReplicaSet") : [],
      listed(namespace, "v1", "Pod"),
    ]);
    return currentPods(workload, { pods, replicaSets });
  };
}

/** As a query says it. */
function matchLabelsOf(workload: KubeObject): string | undefined {
  const selector = (workload.spec as { selector?: { matchLabels?: Record<string, string> } } | undefined)?.selector;
  if (selector?.matchLabels === undefined) return undefined;
  return Object.entries(selector.matchLabels)
    .map(([name, value]) => `${name}=${value}`)
    .join();
}
