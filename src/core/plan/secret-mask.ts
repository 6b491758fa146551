import { isConfidential, namesCredential } from "../manifest/confidential.ts";
import { groupOf, type Json, type KubeObject } from "../manifest/kube-object.ts";
import type { Segment } from "./field-path.ts";

/** One length for all, so that it tells nothing about what it hides. */
export const MASK = "********";

/**
 * A field's value as it may be shown: whatever a Secret carries is hidden, and what stands under a credential's name; that it
 * changed still shows.
 */
export function maskValue(
  object: Pick<KubeObject, "apiVersion" | "kind">,
  path: readonly Segment[],
  value: Json,
): Json {
  if (object.kind === "Secret" && groupOf(object.apiVersion) === "") {
    if (path.length === 0) return MASK;
    return isConfidential(object, path.map(stepOf)) ? masked(value) : value;
  }
  if (object.kind === "ConfigMap" && path[0] !== undefined && stepOf(path[0]) === "data") {
    const [, key] = path;
    if (key !== undefined) return namesCredential(stepOf(key)) ? masked(value) : value;
    return mapFields(value, (inner, name) => (namesCredential(name) ? masked(inner) : inner));
  }
  const [item, field] = path.slice(-2);
  const named = item?.type === "key" && Object.values(item.keys).some(namesCredential);
  return named && field !== undefined && stepOf(field) === "value" ? masked(value) : maskedInside(value);
}

function stepOf(segment: Segment): string {
  return segment.type === "field" ? segment.name : "";
}

/** Environment variables inside a larger value: `{name: DB_PASSWORD, value: …}`. */
function maskedInside(value: Json): Json {
  if (Array.isArray(value)) return value.map(maskedInside);
  if (value === null || typeof value !== "object") return value;
  const isCredential = namesCredential(value.name);
  return mapFields(value, (inner, name) => (isCredential && name === "value" ? masked(inner) : maskedInside(inner)));
}

function masked(value: Json): Json {
  if (Array.isArray(value)) return value.map(masked);
  return value !== null && typeof value === "object" ? mapFields(value, masked) : MASK;
}

function mapFields(value: Json, change: (inner: Json, name: string) => Json): Json {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner, name)]));
}
