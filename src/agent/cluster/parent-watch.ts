import type { PartialObject } from "../../kube/kube-client.ts";
import { isKubeError } from "../../kube/kube-error.ts";
import { watchKind } from "../../kube/watch.ts";
import type { AgentContext } from "../agent-context.ts";
import { APPLY_SET_ID } from "./inventory.ts";

/**
 * Watches the ApplySet parents in the agent's own namespace: one that is deleted by hand has to come back, or nobody would
 * know any more what its system made.
 * @param onGone with the parent's name
 */
export async function watchParents(
  { kube, namespace, log }: Pick<AgentContext, "kube" | "namespace" | "log">,
  onGone: (name: string) => void,
): Promise<{ stop(): Promise<void> }> {
  const there = new Set<string>();
  const nameOf = ({ metadata }: PartialObject) => metadata.name;
  const gone = (name: string) => {
    if (there.delete(name)) onGone(name);
  };
  const resource = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true, verbs: [] };
  return watchKind(
    kube,
    resource,
    { namespace, labelSelector: APPLY_SET_ID },
    {
      onList(items) {
        const now = new Set(items.map(nameOf));
        for (const name of [...there]) if (!now.has(name)) gone(name);
        for (const name of now) there.add(name);
      },
      onEvent(type, object) {
        if (type === "DELETED") gone(nameOf(object));
        else there.add(nameOf(object));
      },
      onBreak(err) {
        if (isKubeError(err, 401, 403))
          log.warn({ reason: err.message }, "the cluster does not let the agent watch inventories, trying again");
        else log.debug({ err }, "the watch of inventories broke, watching again");
      },
    },
  );
}
