import { isDeepStrictEqual } from "node:util";
import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { deepEqual } from "../apply/typed-value.ts";
import { hasSubresource } from "../resources/resource.ts";
import type { Strategy } from "./strategy.ts";

/** The object with its generation one higher when what is desired differs from the live object's. */
export function withGenerations(strategy: Strategy, object: KubeObject, live: KubeObject): KubeObject {
  if (!strategy.generations) return object;
  const { resource } = strategy;
  const statusCounts = resource.definedBy !== undefined && !hasSubresource(resource, "status");
  const desired = ({ metadata: _, status, ...rest }: KubeObject) =>
    (statusCounts && status !== undefined ? { ...rest, status } : rest) as JsonObject;
  const same =
    deepEqual(desired(object), desired(live)) &&
    // A Deployment hands its annotations on to its ReplicaSets, so they count.
    (resource.name !== "deployments.apps" || isDeepStrictEqual(object.metadata.annotations, live.metadata.annotations));
  // An EndpointSlice's labels say whose it is.
  const relabelled =
    resource.name === "endpointslices.discovery.k8s.io" &&
    !isDeepStrictEqual(object.metadata.labels, live.metadata.labels);
  if (same && !relabelled) return object;
  return { ...object, metadata: { ...object.metadata, generation: (live.metadata.generation ?? 0) + 1 } };
}
