import { groupOf, type Json, type KubeObject } from "../manifest/kube-object.ts";
import type { Segment } from "./field-path.ts";

/** One length for all, so that it tells nothing about what it hides. */
export const MASK = "********";

const secretFields = new Set(["data", "stringData"]);

/** A field's value as it may be shown: whatever a Secret carries is hidden, and that it changed still shows. */
export function maskValue(
  object: Pick<KubeObject, "apiVersion" | "kind">,
  path: readonly Segment[],
  value: Json,
): Json {
  if (object.kind !== "Secret" || groupOf(object.apiVersion) !== "") return value;
  const [first] = path;
  if (first === undefined) return MASK;
  // Tools keep copies of the whole manifest in annotations, so a Secret's are no safer than its data.
  const annotation =
    first.type === "field" && first.name === "metadata" && path[1]?.type === "field" && path[1].name === "annotations";
  if (annotation || (first.type === "field" && secretFields.has(first.name))) return masked(value);
  return value;
}

function masked(value: Json): Json {
  if (value === null || typeof value !== "object") return MASK;
  if (Array.isArray(value)) return value.map(masked);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]));
}
