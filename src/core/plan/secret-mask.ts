import { isConfidential } from "../manifest/confidential.ts";
import { namesCredential } from "../manifest/credentials/names.ts";
import { MASK, withoutCredentialArguments, withoutCredentials } from "../manifest/credentials-in-text.ts";
import { groupOf, type Json, type KubeObject } from "../manifest/kube-object.ts";
import { hasKeys, type Segment } from "./field-path.ts";

/**
 * A field's value as it may be shown: whatever a Secret carries is hidden, what stands under a credential's name, and what looks
 * like one inside a text; that it changed still shows.
 *
 * @param object the one that holds the value: what stands beside it says whether it is a credential
 */
export function maskValue(object: KubeObject, path: readonly Segment[], value: Json): Json {
  const steps = path.map(stepOf);
  if (object.kind === "Secret" && groupOf(object.apiVersion) === "") {
    if (path.length === 0) return MASK;
    return isConfidential(object, steps) ? masked(value) : hidden(value, steps.at(-1));
  }
  if (steps.at(-1) !== "value") return hidden(value, steps.at(-1));
  const item = path.at(-2);
  const keys = item?.type === "key" ? Object.values(item.keys) : [];
  const names = [...keys, nameAt(object as Json, path.slice(0, -1))];
  return names.some(namesCredential) ? masked(value) : hidden(value, "value");
}

/** The `name` of the mapping at that place. */
function nameAt(object: Json, path: readonly Segment[]): Json | undefined {
  let place: Json | undefined = object;
  for (const segment of path) {
    if (place === undefined || place === null || typeof place !== "object") return undefined;
    if (!Array.isArray(place)) place = segment.type === "field" ? place[segment.name] : undefined;
    else if (segment.type === "key") place = place.find((item) => hasKeys(item, segment.keys));
    else place = segment.type === "field" ? undefined : place[segment.index];
  }
  return place !== null && typeof place === "object" && !Array.isArray(place) ? place.name : undefined;
}

function stepOf(segment: Segment): string {
  return segment.type === "field" ? segment.name : "";
}

/** Without credentials, however deep: under their name, as `{name: DB_PASSWORD, value: …}`, as arguments and in texts. */
function hidden(value: Json, name: string | undefined): Json {
  if (typeof value === "string" || typeof value === "number") {
    if (namesCredential(name)) return MASK;
    return typeof value === "string" ? withoutCredentials(value) : value;
  }
  if (Array.isArray(value)) {
    return value.every((one) => typeof one === "string")
      ? withoutCredentialArguments(value)
      : value.map((one) => hidden(one, undefined));
  }
  if (value === null || typeof value !== "object") return value;
  const isCredential = namesCredential(value.name);
  return mapFields(value, (inner, field) => (isCredential && field === "value" ? masked(inner) : hidden(inner, field)));
}

function masked(value: Json): Json {
  if (Array.isArray(value)) return value.map(masked);
  return value !== null && typeof value === "object" ? mapFields(value, masked) : MASK;
}

function mapFields(value: { [name: string]: Json }, change: (inner: Json, name: string) => Json): Json {
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner, name)]));
}
