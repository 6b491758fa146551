import type { JsonSchema } from "./built-in-schema.ts";
import { normalFormat, textFormat } from "./formats/text-formats.ts";

/** A schema as it stands in a CustomResourceDefinition, unchecked. */
export type Raw = { readonly [keyword: string]: unknown };

const types = new Set(["object", "array", "string", "integer", "number", "boolean"]);

export function typeOf(from: Raw): string[] | undefined {
  if (from["x-kubernetes-int-or-string"] === true) return ["integer", "string"];
  return typeof from.type === "string" && types.has(from.type) ? [from.type] : undefined;
}

/** Of text alone; a server ignores a format on any other type. */
export function formatOf(from: Raw): string | undefined {
  const { type, format } = from;
  if (typeof format !== "string" || textFormat(format) === undefined) return undefined;
  return type === undefined || type === "string" ? normalFormat(format) : undefined;
}

export function rangeOf({ type, format }: Raw): JsonSchema["range"] {
  if (type === "integer") return format === "int32" ? "int32" : "int64";
  return type === "number" && format === "float" ? "float" : undefined;
}

export function listKeywords(from: Raw): JsonSchema {
  const keys = from["x-kubernetes-list-map-keys"];
  switch (from["x-kubernetes-list-type"]) {
    case "set":
      return { uniqueItemsOfSet: true };
    case "map":
      if (!Array.isArray(keys)) return {};
      return { uniqueBy: { keys: keys.filter((key) => typeof key === "string"), defaults: {} } };
    default:
      return {};
  }
}

export function record(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}
