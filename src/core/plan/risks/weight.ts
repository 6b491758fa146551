import type { ObjectRef } from "../../manifest/kube-object.ts";
import { protectedKind } from "../guards/protected-kinds.ts";

/** Whoever reaches the API server, or all that runs in the cluster. */
const everybody = /\bsystem:(?:unauthenticated|anonymous|authenticated|serviceaccounts)(?![\w:-])/;
const strangers = /\bsystem:(?:unauthenticated|anonymous)(?![\w:-])/;
const anything = /\bcluster-admin\b|\bdo anything with everything of every group\b/;

/**
 * How much worse something is than others of its kind, from the words that tell of it and the objects that it happens to: rights for
 * everybody, rights to everything, and kinds that take along what no revert brings back.
 */
export function weightOf(words: string, objects: readonly ObjectRef[] = []): number {
  const toWhom = strangers.test(words) ? 4 : everybody.test(words) ? 3 : 0;
  const takesAlong = objects.some((object) => protectedKind(object) !== undefined) ? 1 : 0;
  return toWhom + (anything.test(words) ? 2 : 0) + takesAlong;
}

/** Before a list of them is cut. */
export const worstFirst = (told: readonly string[]): string[] =>
  told.toSorted((one, other) => weightOf(other) - weightOf(one));
