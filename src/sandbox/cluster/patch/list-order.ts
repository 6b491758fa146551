import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../../core/manifest/kube-object.ts";
import { isObject } from "./merge-patch.ts";

/**
 * The items of a merged list in Kubernetes' order: what the patch names stands as the patch has it, all else as it stood
 * before, and where both were there before, an item that is not named keeps before the next one that it was before.
 * @param order the patch's items, or its `$setElementOrder`
 * @param before the list as it was
 * @param key the merge key; undefined for a list of scalars
 */
export function orderedByPatch(
  list: readonly Json[],
  order: readonly Json[],
  before: readonly Json[],
  key: string | undefined,
): Json[] {
  const place = (among: readonly Json[], item: Json) =>
    among.findIndex((other) =>
      key !== undefined && isObject(item) && isObject(other)
        ? isDeepStrictEqual(item[key], other[key])
        : isDeepStrictEqual(item, other),
    );
  const by = (among: readonly Json[]) => (a: Json, b: Json) => place(among, a) - place(among, b);
  const named = list.filter((item) => place(order, item) >= 0).sort(by(order));
  const others = list.filter((item) => place(order, item) < 0).sort(by(before));
  const result: Json[] = [];
  for (const item of named) {
    const was = place(before, item);
    while (others[0] !== undefined && was >= 0 && place(before, others[0]) < was) result.push(others.shift()!);
    result.push(item);
  }
  return [...result, ...others];
}
