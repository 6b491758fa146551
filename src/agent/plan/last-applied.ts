import type { KubeObject } from "../../core/manifest/kube-object.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { Behind } from "../../core/plan/object-changes.ts";
import { digestOf } from "../system/enacted.ts";

/** What is known of what was applied last of an object that Git has now. */
export interface LastApplied {
  /** Why live may differ from what Git has now. */
  behind: Behind;
  /** Whether any of it was ever applied, so that somebody must have deleted what is not there. */
  wasMade: boolean;
  /** Undefined when it is not known any more. */
  object?: KubeObject | undefined;
}

/**
 * That a sync has begun says nothing of an object: it may be refused, or never be reached.
 *
 * @param recorded what the commit says of it that went through last
 * @param digest of the object as this process applied it; undefined when it has not
 */
export function lastApplied(
  { object }: DesiredObject,
  recorded: KubeObject | undefined,
  digest: string | undefined = recorded && digestOf(recorded),
): LastApplied {
  const isRecorded = recorded !== undefined && digestOf(recorded) === digest;
  return {
    behind: digest === digestOf(object) ? "drift" : "pending",
    wasMade: digest !== undefined,
    ...(isRecorded ? { object: recorded } : {}),
  };
}

/** Where the cluster is at the very commit, or nobody knows at which. */
export const wholly = (one: DesiredObject): LastApplied => lastApplied(one, one.object);
