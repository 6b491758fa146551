import type { Json, JsonObject, KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { appliedEntry, holds } from "./field-ownership.ts";
import { type Segment, valueAt } from "./field-path.ts";
import { segmentOf } from "./managed-fields.ts";

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
  const isDrifted = (path: readonly Segment[]) =>
    !equalJson(valueAt(live as Json, path), valueAt(base as Json, path)) || !(now && holds(now.fieldsV1, path));
  const walk = (fields: JsonObject, kept: JsonObject | undefined, path: Segment[]): void => {
    for (const [name, inner] of Object.entries(fields) as [string, JsonObject][]) {
      const segment = segmentOf(name);
      if (segment === undefined) continue;
      const at = [...path, segment];
      const left = kept?.[name] as JsonObject | undefined;
      const isLeaf = Object.keys(inner).length === 0;
      // Of an item that another has a part in, only ours goes.
      const isWhole = isLeaf || ("." in inner && !others.some(({ fieldsV1 }) => holds(fieldsV1, at)));
      if (left !== undefined || !isWhole) walk(inner, left, at);
      else if (isDrifted(at)) dropped.push(at);
    }
  };
  walk(ours.fieldsV1, next.fieldsV1, []);
  const theirs = (live.metadata.managedFields ?? []).filter((one) => one !== now && one.subresource !== "status");
  return [...dropped, ...theirs.flatMap(({ fieldsV1 }) => besides(fieldsV1, next.fieldsV1, { base, merge }, []))];
}

/** Of what another holds, what healing takes out and the merge does not bring. */
function besides(
  fields: JsonObject,
  brought: JsonObject | undefined,
  states: Pick<DroppedStates, "base" | "merge">,
  path: Segment[],
): Segment[][] {
  return (Object.entries(fields) as [string, JsonObject][]).flatMap(([name, inner]) => {
    const segment = segmentOf(name);
    const at = segment && [...path, segment];
    if (at === undefined || valueAt(states.merge as Json, at) === undefined) return [];
    const both = brought?.[name] as JsonObject | undefined;
    const isTakenOut = valueAt(states.base as Json, at) === undefined;
    return isTakenOut && both === undefined ? [at] : besides(inner, both, states, at);
  });
}
