import type { Json, JsonObject, KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { hasKeys, type Segment, valueAt } from "./field-path.ts";
import type { SchemaPlace } from "./list-keys.ts";

export interface DroppedStates {
  live: KubeObject;
  /** What the server would make of applying the base. */
  base: KubeObject;
  manifests: { base: KubeObject; merge: KubeObject };
}

/**
 * What to ask for in the manifest's place where a merge drops what somebody has changed. Healed first, it would be ours and go; but a
 * dry run starts from live, where it is theirs and stays. `null` asks what the server puts there when nobody says anything.
 *
 * @returns undefined when there is nothing of the kind
 */
export function withDroppedDrift(states: DroppedStates, schema: SchemaPlace | undefined): KubeObject | undefined {
  const { base, merge } = states.manifests;
  const isDrifted = (path: readonly Segment[]) =>
    !equalJson(valueAt(states.live as Json, path), valueAt(states.base as Json, path));
  const walk = (was: Json, will: Json, place: SchemaPlace | undefined, path: Segment[]): Json => {
    if (place === undefined) return will;
    if (isMapping(was) && isMapping(will)) {
      const changed = Object.entries(was).flatMap(([name, inner]): [string, Json][] => {
        const at: Segment[] = [...path, { type: "field", name }];
        const next = will[name];
        if (next === undefined || next === null) return !place.isOpen && isDrifted(at) ? [[name, null]] : [];
        const walked = walk(inner, next, place.property(name), at);
        return walked === next ? [] : [[name, walked]];
      });
      return changed.length === 0 ? will : { ...will, ...Object.fromEntries(changed) };
    }
    const list = place.list();
    if (!Array.isArray(was) || !Array.isArray(will) || list.type !== "map") return will;
    const walked = will.map((item, index) => {
      if (!isMapping(item)) return item;
      const keys = Object.fromEntries(list.keys.map((key) => [key, (item[key] ?? list.defaults[key] ?? null) as Json]));
      const before = was.find((one) => hasKeys(one, keys));
      return before === undefined ? item : walk(before, item, place.items(), [...path, { type: "key", keys, index }]);
    });
    return walked.every((item, at) => item === will[at]) ? will : walked;
  };
  const asked = walk(base as Json, merge as Json, schema, []);
  return asked === (merge as Json) ? undefined : (asked as unknown as KubeObject);
}

function isMapping(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
