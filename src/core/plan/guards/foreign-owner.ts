import type { KubeObject } from "../../manifest/kube-object.ts";

export const PART_OF = "applyset.kubernetes.io/part-of";

export interface ForeignOwner {
  /** Id of its ApplySet. */
  owner: string;
  /** Why it is held. */
  reason: string;
}

/** An object that another ApplySet owns is not ours to write: two owners would undo each other for ever. */
export function foreignOwner(live: Pick<KubeObject, "metadata">, ourApplySet: string): ForeignOwner | undefined {
  const owner = live.metadata.labels?.[PART_OF];
  // Emptied, it names nobody.
  if (owner === undefined || owner === "" || owner === ourApplySet) return undefined;
  return { owner, reason: `it belongs to another ApplySet (${owner}); remove it there first` };
}
