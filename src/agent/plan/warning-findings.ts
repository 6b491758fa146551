import type { Finding } from "../../core/manifest/finding.ts";
import { groupOf, type KubeObject } from "../../core/manifest/kube-object.ts";
import type { SourceObject } from "../../core/manifest/source-object.ts";
import { clusterWarnings } from "../../core/plan/cluster-warnings.ts";
import type { Labels } from "../../core/plan/pod-security/policy.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";

/**
 * What the cluster warned of when it was asked about an object, by what the object's namespace will be.
 * @param merge everything that is applied together
 * @param texts in the server's words
 */
export async function warningFindings(
  { kube, merge }: { kube: KubeClient; merge: readonly Pick<SourceObject, "object">[] },
  one: SourceObject,
  texts: Iterable<string>,
): Promise<Finding[]> {
  const told = [...texts];
  if (told.length === 0) return [];
  const name = one.object.metadata.namespace;
  if (name === undefined) return clusterWarnings(one, told, {});
  const described = merge.find(
    ({ object }) => object.kind === "Namespace" && groupOf(object.apiVersion) === "" && object.metadata.name === name,
  );
  // What an applied label was is gone with it; another's stays, and is no reason for more than a warning.
  if (described !== undefined) return clusterWarnings(one, told, described.object.metadata.labels ?? {});
  return clusterWarnings(one, told, await labelsNow(kube, one.object));
}

/** Of an object's namespace as it is; who may not look at it is told less. */
export async function labelsNow(kube: KubeClient, { metadata: { namespace: name } }: KubeObject): Promise<Labels> {
  if (name === undefined) return {};
  const live = await kube.get({ apiVersion: "v1", kind: "Namespace", name }).catch((thrown) => {
    if (!isRefusal(thrown)) throw thrown;
  });
  return live?.metadata.labels ?? {};
}
