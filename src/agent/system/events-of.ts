import type { KubeObject, ObjectMeta } from "../../core/manifest/kube-object.ts";
import type { KubeClient } from "../../kube/kube-client.ts";

/** What was told of this very object within the hour that a cluster keeps it, in one request. @throws what the API server says */
export async function eventsOf(
  kube: KubeClient,
  { namespace, uid }: Pick<ObjectMeta, "namespace" | "uid">,
  signal?: AbortSignal,
): Promise<KubeObject[]> {
  const events = await kube.discovery.find("v1", "Event");
  // A selector for no uid would select the events of all that have none.
  if (events === undefined || namespace === undefined || uid === undefined) return [];
  const fieldSelector = `involvedObject.uid=${uid}`;
  return (await kube.list(events, { namespace, fieldSelector, ...(signal === undefined ? {} : { signal }) })).items;
}
