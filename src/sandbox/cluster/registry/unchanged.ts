import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { bare } from "../apply/object-state.ts";
import { deepEqual } from "../apply/typed-value.ts";

/** True when nothing but the times of managed fields would change: then nothing is written. */
export function unchanged(object: KubeObject, live: KubeObject): boolean {
  const owners = (it: KubeObject) => (it.metadata.managedFields ?? []).map(({ time: _, ...entry }) => entry);
  return (
    deepEqual(bare(object), bare(live)) &&
    deepEqual(owners(object) as unknown as JsonObject[], owners(live) as unknown as JsonObject[])
  );
}
