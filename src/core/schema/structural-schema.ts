import { RE2JS } from "re2js";
import type { JsonSchema } from "./built-in-schema.ts";
import type { Defaults } from "./defaults.ts";
import { otherTextFormats, textFormats } from "./text-formats.ts";

/** A CustomResourceDefinition's schema that we refuse to compile. The message says why, as a predicate of the schema. */
export class UnusableSchemaError extends Error {}

/** Far above the largest published definitions (about 10,000), far below what would keep the compiler busy. */
const mostNodes = 50_000;
const deepest = 100;
const longestPattern = 2_000;

type Raw = { readonly [keyword: string]: unknown };

/**
 * The JSON Schema of a custom resource from its structural schema (`openAPIV3Schema`), as the API server judges it under
 * strict field validation: a field that no schema names is unknown, unless it is preserved. Only keywords known here get
 * through, each with a value of its right type: the schema comes from anybody's repository.
 * Rules in CEL (`x-kubernetes-validations`) are left to the server.
 * @param usable looks at each pattern before it gets through
 * @throws UnusableSchemaError when it is too large, nested too deep, or has a pattern that is none
 */
export function structuralSchema(raw: unknown, usable: (pattern: string) => string = usablePattern): JsonSchema {
  let nodes = 0;
  /** Whether what was converted fits more than it should. */
  let leftOut = false;
  const step = (depth: number) => {
    nodes += 1;
    if (nodes > mostNodes) throw new UnusableSchemaError(`has more than ${mostNodes} parts`);
    if (depth > deepest) throw new UnusableSchemaError(`is nested more than ${deepest} deep`);
  };

  /** A schema that shapes: it decides which fields there are. Below where unknown ones are preserved, they are everywhere. */
  const shape = (schema: unknown, depth: number, within: boolean): JsonSchema => {
    step(depth);
    const from = record(schema);
    const intOrString = from["x-kubernetes-int-or-string"] === true;
    const type = intOrString ? ["integer", "string"] : typeOf(from);
    // Null is dropped where a default takes its place.
    const nullable = from.nullable === true || from.default !== undefined;
    const open = within || from["x-kubernetes-preserve-unknown-fields"] === true;
    const keywords = values(from, type, depth, nullable);
    const defaults = ofTheWhole.some((keyword) => keyword in keywords) ? defaultsIn(from, depth) : undefined;
    return {
      ...(type !== undefined && { type: nullable ? [...type, "null"] : type }),
      ...fields(from, type, depth, open),
      ...(from.items !== undefined && { items: shape(from.items, depth + 1, open) }),
      ...listKeywords(from),
      ...keywords,
      ...(defaults !== undefined && { defaults }),
    };
  };

  const fields = (from: Raw, type: string[] | undefined, depth: number, open: boolean): JsonSchema => {
    if (!type?.includes("object")) return {};
    const embedded = from["x-kubernetes-embedded-resource"] === true;
    const properties = {
      ...(embedded && {
        apiVersion: { type: "string" },
        kind: { type: "string" },
        metadata: { type: ["object", "null"] },
      }),
      ...mapValues(record(from.properties), (property) => shape(property, depth + 1, open)),
    };
    const { additionalProperties } = from;
    if (additionalProperties !== undefined && additionalProperties !== false) {
      return additionalProperties === true
        ? {}
        : { additionalProperties: shape(additionalProperties, depth + 1, open) };
    }
    return {
      properties,
      ...(!open && { additionalProperties: false as const }),
      ...(embedded && { requiredFields: { present: [], filled: ["apiVersion", "kind"] } }),
    };
  };

  /** A schema inside `allOf`, `anyOf`, `oneOf` or `not`: it restricts values and shapes nothing. */
  const restriction = (schema: unknown, depth: number): JsonSchema => {
    step(depth);
    const from = record(schema);
    const type = typeOf(from);
    const properties = mapValues(record(from.properties), (property) => restriction(property, depth + 1));
    return {
      ...(type !== undefined && { type }),
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(from.items !== undefined && { items: restriction(from.items, depth + 1) }),
      ...values(from, type, depth, false),
    };
  };

  /** Alternatives of which one too many would fit, because something of them is the server's to judge, are left to it wholly. */
  const whole = <T>(convert: () => T): T | undefined => {
    const before = leftOut;
    leftOut = false;
    const result = convert();
    const usable = !leftOut;
    leftOut ||= before;
    return usable ? result : undefined;
  };

  const values = (from: Raw, type: string[] | undefined, depth: number, nullable: boolean): JsonSchema => {
    const result: JsonSchema = {};
    for (const keyword of ["maximum", "minimum", "multipleOf"] as const) {
      const value = from[keyword];
      if (typeof value === "number" && Number.isFinite(value) && (keyword !== "multipleOf" || value > 0)) {
        // OpenAPI v3.0 marks an exclusive bound with a boolean beside it.
        const exclusive = keyword === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum";
        result[keyword !== "multipleOf" && from[exclusive] === true ? exclusive : keyword] = value;
      }
    }
    for (const keyword of counts) {
      const value = from[keyword];
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) result[keyword] = value;
    }
    if (typeof from.pattern === "string") {
      if (from.pattern.length > longestPattern) leftOut = true;
      else result.pattern = usable(from.pattern);
    }
    if (isSet(from["x-kubernetes-validations"])) leftOut = true;
    if (typeof from.format === "string") {
      const format = formatOf(from.format, type);
      if (otherTextFormats.has(format)) leftOut = true;
      else if (format !== "") result.format = format;
      if (format === "byte") result.check = "base64";
    }
    if (Array.isArray(from.enum)) result.enum = nullable ? [...from.enum, null] : from.enum;
    if (Array.isArray(from.required)) {
      // A default fills in what is required and left out, before anything is checked.
      const properties = record(from.properties);
      const names = from.required.filter((name) => typeof name === "string");
      const required = names.filter((name) => record(properties[name]).default === undefined);
      if (required.length > 0) result.required = [...new Set(required)];
    }
    for (const keyword of ["allOf", "anyOf", "oneOf"] as const) {
      const alternatives = from[keyword];
      if (!Array.isArray(alternatives) || alternatives.length === 0) continue;
      const convert = () => alternatives.map((alternative) => restriction(alternative, depth + 1));
      const converted = keyword === "oneOf" ? whole(convert) : convert();
      if (converted !== undefined) result[keyword] = converted;
    }
    if (from.not !== undefined) {
      const not = whole(() => restriction(from.not, depth + 1));
      if (not !== undefined) result.not = not;
    }
    return result;
  };

  return shape(raw, 0, false);
}

const counts = ["maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"] as const;
const types = new Set(["object", "array", "string", "integer", "number", "boolean"]);
/** Keywords about a value with all that is in it. */
const ofTheWhole = ["allOf", "anyOf", "oneOf", "not", "enum", "minProperties", "maxProperties"];

/** As ./text-formats.ts calls it; empty for one that the server passes over. */
function formatOf(format: string, type: string[] | undefined): string {
  const [only] = type?.length === 1 ? type : [undefined];
  if (only === "integer") return format === "int32" || format === "int64" ? format : "";
  if (type !== undefined && only !== "string") return "";
  const name = format.replaceAll("-", "");
  return Object.hasOwn(textFormats, name) || otherTextFormats.has(name) ? name : "";
}

function defaultsIn(from: Raw, depth: number): Defaults | undefined {
  if (depth > deepest) return undefined;
  const properties: Record<string, Defaults["properties"][string]> = {};
  for (const [name, property] of Object.entries(record(from.properties))) {
    const { default: value, nullable } = record(property);
    const inside = defaultsIn(record(property), depth + 1);
    if (isSet(value) || inside !== undefined) {
      properties[name] = { ...(isSet(value) && { value }), nullable: nullable === true, inside };
    }
  }
  const others = from.items ?? from.additionalProperties;
  const inside = isSet(others) ? defaultsIn(record(others), depth + 1) : undefined;
  return Object.keys(properties).length === 0 && inside === undefined ? undefined : { properties, others: inside };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function typeOf({ type }: Raw): string[] | undefined {
  return typeof type === "string" && types.has(type) ? [type] : undefined;
}

function listKeywords(from: Raw): JsonSchema {
  const keys = from["x-kubernetes-list-map-keys"];
  switch (from["x-kubernetes-list-type"]) {
    case "set":
      return { uniqueItemsOfSet: true };
    case "map": {
      if (!Array.isArray(keys)) return {};
      const names = keys.filter((key) => typeof key === "string");
      const items = record(record(from.items).properties);
      const defaults = names.flatMap((name): [string, unknown][] => {
        const value = record(items[name]).default;
        return value === undefined ? [] : [[name, value]];
      });
      return { uniqueBy: { keys: names, defaults: Object.fromEntries(defaults) } };
    }
    default:
      return {};
  }
}

function usablePattern(pattern: string): string {
  try {
    RE2JS.compile(pattern);
    return pattern;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UnusableSchemaError(`cannot be compiled (${why})`);
  }
}

function record(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

function mapValues(from: Raw, convert: (value: unknown) => JsonSchema): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, convert(value)]));
}
