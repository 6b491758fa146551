import { isTold } from "./field-path.ts";
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
