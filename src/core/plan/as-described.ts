import type { Json, KubeObject } from "../manifest/kube-object.ts";
import { type Segment, valueAt, withoutFields } from "./field-path.ts";
import type { SchemaPlace } from "./list-keys.ts";
import { threeWayDifferences } from "./three-way.ts";

/**
 * What a manifest that the server refuses would come to, as far as another one that it takes tells: where the two say the same, the
 * server's word counts, defaults and all; where they do not, the manifest's own.
 *
 * @param taken the manifest that the server takes, and what it makes of it
 */
export function asDescribed(
  refused: KubeObject,
  taken: { manifest: KubeObject; result: KubeObject },
  schema: SchemaPlace | undefined,
): KubeObject {
  const said = refused as Json;
  const differences = threeWayDifferences(taken.manifest as Json, said, said, schema).filter(({ order }) => !order);
  // The last first, since items that go by their place move up.
  const gone = differences
    .filter(({ base }) => base === undefined)
    .map(({ path }) => path)
    .toReversed();
  const described = withoutFields(taken.result, gone);
  for (const { path, base } of differences) if (base !== undefined) put(described as Json, path, base);
  return described;
}

function put(place: Json, [first, ...rest]: readonly Segment[], value: Json): void {
  if (first === undefined || place === null || typeof place !== "object") return;
  const there = valueAt(place, [first]);
  const [next] = rest;
  const empty: Json = next?.type === "field" ? {} : [];
  const made = next === undefined ? value : (there ?? empty);
  put(made, rest, value);
  if (!Array.isArray(place)) {
    if (first.type === "field") place[first.name] = made;
  } else if (there === undefined) place.push(made);
  else place[place.indexOf(there)] = made;
}
