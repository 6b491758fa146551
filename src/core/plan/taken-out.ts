import type { Json, KubeObject } from "../manifest/kube-object.ts";
import { isTold, type Segment, valueAt, withoutFields } from "./field-path.ts";
import type { FieldChange } from "./plan.ts";

/**
 * What changes of an object when what others added goes with the same write.
 *
 * @param changes without that
 * @param together with it: what changes only then goes along with what they added, as the port of a node with the type that asks for one
 * @param added what goes, as it is told
 */
export function withTakenOut(
  changes: readonly FieldChange[],
  together: readonly FieldChange[],
  added: readonly FieldChange[],
): FieldChange[] {
  const managers = new Set(added.map(({ manager }) => manager));
  const by = managers.size === 1 ? added[0]?.manager : undefined;
  const isAround = ({ path }: FieldChange) => added.some((one) => isTold([{ path }], one));
  const own = together.flatMap((one): FieldChange[] => {
    if (isTold(changes, one)) return [one];
    if (isTold(added, one) || isAround(one)) return [];
    const { path, before, after } = one;
    const values = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
    return [{ path, cause: "foreign", ...values, manager: by ?? "unknown" }];
  });
  return [...own, ...added.filter((one) => !isTold(own, one))];
}

/**
 * Whether more than these places goes with them: the server takes a mapping out of which nobody holds anything any more, and what nobody
 * holds in it, as an empty list of ours.
 *
 * @param with what the object comes to with what is in these places, and without
 */
export function takesAlong(
  states: { with: KubeObject; without: KubeObject },
  places: readonly (readonly Segment[])[],
): boolean {
  const left = withoutFields(states.with, places) as Json;
  const around = places.flatMap((path) => path.slice(1).map((_, at) => path.slice(0, at + 1)));
  return around.some((at) => valueAt(left, at) !== undefined && valueAt(states.without as Json, at) === undefined);
}
