import { isMapping, type Json, type ManagedFieldsEntry } from "../../manifest/kube-object.ts";
import { holds } from "../field-ownership.ts";
import { type Segment, valueAt } from "../field-path.ts";
import { itemKeys, type SchemaPlace } from "../list-keys.ts";
import { appliersOf, isNamedWithin, namesOn, type SwapStates, visitBoth } from "./swap.ts";

/**
 * Items that Git drops, and of which what somebody wrote into them would be left: a container without its image. The server would not
 * have that. Unless another applies it too, such an item goes as a whole.
 *
 * @returns where they are, as they are live
 */
export function leftoverItems(states: SwapStates, schema: SchemaPlace | undefined): Segment[][] {
  const { live, before, manifest, named } = states;
  const found: Segment[][] = [];
  if (before === undefined) return found;
  const appliers = appliersOf(states);
  const writers = (live.metadata.managedFields ?? []).filter(({ operation }) => operation === "Update");
  visitBoth(live, before, schema, {
    list(now, _was, list, path) {
      if (!named.some((field) => isNamedWithin(field, namesOn(path)))) return;
      for (const [index, item] of now.entries()) {
        if (!isMapping(item)) continue;
        const at: Segment[] = [...path, { type: "key", keys: itemKeys(item, list), index }];
        const isDropped = valueAt(before as Json, at) !== undefined && valueAt(manifest as Json, at) === undefined;
        const isHeld = (by: readonly ManagedFieldsEntry[]) => by.some(({ fieldsV1 }) => holds(fieldsV1, at));
        if (isDropped && isHeld(writers) && !isHeld(appliers)) found.push(at);
      }
    },
  });
  return found;
}
