import type { Json } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { hasKeys, type Segment } from "./field-path.ts";

/** Whether a manifest says something of this field, itself or as a part of a larger value. */
export function isNamed(manifest: Json | undefined, path: readonly Segment[]): boolean {
  let place: Json | undefined = manifest;
  for (const segment of path) {
    // `null` says that nothing is there, and names nothing in it.
    if (place === null) return false;
    if (place === undefined || typeof place !== "object") return true;
    switch (segment.type) {
      case "field":
        if (Array.isArray(place) || !Object.hasOwn(place, segment.name)) return false;
        place = place[segment.name];
        break;
      case "key":
        place = Array.isArray(place) ? place.find((item) => hasKeys(item, segment.keys)) : undefined;
        if (place === undefined) return false;
        break;
      case "value":
        return Array.isArray(place) && place.some((item) => equalJson(item, segment.value));
      case "index":
        place = Array.isArray(place) ? place[segment.index] : undefined;
        if (place === undefined) return false;
        break;
    }
  }
  return true;
}
