import type { Json, JsonObject, KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { appliedEntry, holds } from "./field-ownership.ts";
import { type Segment, valueAt } from "./field-path.ts";
import { stepsIn } from "./managed-fields.ts";

export interface DroppedStates {
  live: KubeObject;
  /** What the server would make of applying the base, and of applying the merge. */
  base: KubeObject;
  merge: KubeObject;
}

/**
 * What is live, would be gone after healing, and does not come back with a merge, although the dry run of the merge, which starts from
 * live, keeps it:
 * - what the merge drops and somebody has changed: healed first, it is ours and goes. So does what they changed back again;
 * - what else somebody put into a place that goes for ours in healing, and that the merge fills too.
 *
 * @param manager our own field manager
 */
export function droppedDrift({ live, base, merge }: DroppedStates, manager: string): Segment[][] {
  const [now, ours, next] = [live, base, merge].map(({ metadata }) => appliedEntry(metadata, manager));
  if (ours === undefined || next === undefined) return [];
  const dropped: Segment[][] = [];
  const others = (base.metadata.managedFields ?? []).filter((entry) => entry !== ours);
  const isLost = (fields: JsonObject, path: Segment[]): boolean =>
    isEmpty(fields)
      ? !(now && holds(now.fieldsV1, path))
      : stepsIn(fields, path).some(({ inner, at }) => isLost(inner, at));
  const walk = (fields: JsonObject, kept: JsonObject | undefined, path: Segment[]): void => {
    for (const { name, inner, at } of stepsIn(fields, path)) {
      const left = kept?.[name] as JsonObject | undefined;
      // With all that is ours in it, a mapping or an item goes whole; where another has a part in it, only ours goes.
      const isWhole = left === undefined && !others.some(({ fieldsV1 }) => holds(fieldsV1, at));
      if (!isWhole) walk(inner, left, at);
      else if (isLost(inner, at) || !equalJson(valueAt(live as Json, at), valueAt(base as Json, at))) dropped.push(at);
    }
  };
  walk(ours.fieldsV1, next.fieldsV1, []);
  return dropped;
}

const isEmpty = (fields: JsonObject): boolean => Object.keys(fields).length === 0;
