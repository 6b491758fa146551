import type { KubeObject } from "../../manifest/kube-object.ts";
import { appliedEntry } from "../field-ownership.ts";
import { PART_OF } from "./foreign-owner.ts";

/** The label of all that an agent makes which takes nothing over: its value says whose it is. */
export const MADE_BY = "trueup.dev/made-by";

/** The object with the mark on it; as it is when there is none. */
export function marked(object: KubeObject, mark: string | undefined): KubeObject {
  if (mark === undefined) return object;
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [MADE_BY]: mark } } };
}

/**
 * Where nothing is taken over, only what was made under the mark is ours to write. An object whose label somebody took off is
 * known by what we applied.
 *
 * @param mark undefined where what nobody owns may be taken over
 * @returns why it is held
 */
export function madeElsewhere(
  { metadata }: Pick<KubeObject, "metadata">,
  mark: string | undefined,
  us: { applySet: string; manager: string },
): string | undefined {
  const { [MADE_BY]: by, [PART_OF]: partOf } = metadata.labels ?? {};
  if (mark === undefined || by === mark) return undefined;
  const isStripped = by === undefined && (!partOf || partOf === us.applySet);
  if (isStripped && appliedEntry(metadata, us.manager) !== undefined) return undefined;
  return "it is there already, and nothing is taken over here; take it out of Git, give it another name, or delete it and sync again";
}
