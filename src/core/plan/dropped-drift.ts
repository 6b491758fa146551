import type { Json, JsonObject, KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { appliedEntry, holds } from "./field-ownership.ts";
import { hasKeys, type Segment, valueAt } from "./field-path.ts";
import { itemKeys, type SchemaPlace } from "./list-keys.ts";

export interface DroppedStates {
  live: KubeObject;
  /** What the server would make of applying the base. */
  base: KubeObject;
  manifests: { base: KubeObject; merge: KubeObject };
}

/** What a merge drops of what somebody has changed. */
export interface DroppedDrift {
  /**
   * What to ask for in the manifest's place: `null` asks what the server puts there when nobody says anything. Undefined when there is
   * nothing to ask.
   */
  asked: KubeObject | undefined;
  /** Names in mappings whose names are anybody's, and items of lists with keys: they have no default, and go. */
  gone: Segment[][];
}

/**
 * Healed first, what somebody has changed would be ours and go; but a dry run starts from live, where it is theirs and stays. So does
 * what they changed back again: it is theirs alone.
 *
 * @param manager our own field manager
 */
export function droppedDrift(states: DroppedStates, schema: SchemaPlace | undefined, manager: string): DroppedDrift {
  const { base, merge } = states.manifests;
  const gone: Segment[][] = [];
  const [now, then] = [states.live, states.base].map(({ metadata }) => appliedEntry(metadata, manager)?.fieldsV1 ?? {});
  const isDrifted = (path: readonly Segment[]) =>
    !equalJson(valueAt(states.live as Json, path), valueAt(states.base as Json, path)) ||
    (holds(then!, path) && !holds(now!, path));
  /** @returns whether it is to be asked for */
  const drops = (was: Json, place: SchemaPlace | undefined, path: Segment[], isInOpen: boolean): boolean => {
    if (place?.isOpen && isMapping(was)) {
      for (const [name, inner] of Object.entries(was))
        drops(inner, undefined, [...path, { type: "field", name }], true);
      return false;
    }
    if (!isDrifted(path)) return false;
    if (isInOpen) gone.push(path);
    // A list that is as the base has it is likely what the server fills in anyway, and `null` would not have it do so.
    const isFilledIn =
      Array.isArray(was) && equalJson(valueAt(states.live as Json, path), valueAt(states.base as Json, path));
    return !isInOpen && !isFilledIn;
  };
  const walk = (was: Json, will: Json, place: SchemaPlace | undefined, path: Segment[]): Json => {
    if (place === undefined) return will;
    if (isMapping(was) && isMapping(will)) {
      const changed = Object.entries(was).flatMap(([name, inner]): [string, Json][] => {
        const at: Segment[] = [...path, { type: "field", name }];
        const next = will[name] ?? null;
        const below = place.property(name);
        // What a mapping of names says to be null, the server reads as it likes.
        if (will[name] === null && place.isOpen) return [];
        if (next === null) return drops(inner, below, at, place.isOpen) ? [[name, null]] : [];
        const walked = walk(inner, next, below, at);
        return walked === next ? [] : [[name, walked]];
      });
      return changed.length === 0 ? will : { ...will, ...Object.fromEntries(changed) };
    }
    const list = place.list();
    if (!Array.isArray(was) || !Array.isArray(will) || list.type !== "map") return will;
    const walked = will.map((item, index) => {
      if (!isMapping(item)) return item;
      const keys = itemKeys(item, list);
      const before = was.find((one) => hasKeys(one, keys));
      return before === undefined ? item : walk(before, item, place.items(), [...path, { type: "key", keys, index }]);
    });
    for (const [index, item] of was.filter(isMapping).entries()) {
      const keys = itemKeys(item, list);
      const at: Segment[] = [...path, { type: "key", keys, index }];
      if (!will.some((one) => hasKeys(one, keys)) && isDrifted(at)) gone.push(at);
    }
    return walked.every((item, at) => item === will[at]) ? will : walked;
  };
  const asked = walk(base as Json, merge as Json, schema, []);
  return { asked: asked === (merge as Json) ? undefined : (asked as unknown as KubeObject), gone };
}

function isMapping(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
