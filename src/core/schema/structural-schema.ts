import { RE2JS } from "re2js";
import type { JsonSchema } from "./built-in-schema.ts";
import { isLenientFormat } from "./formats/text-formats.ts";
import { formatOf, listKeywords, type Raw, rangeOf, record, typeOf } from "./structural-keywords.ts";

/** A CustomResourceDefinition's schema that we refuse to compile. The message says why, as a predicate of the schema. */
export class UnusableSchemaError extends Error {}

/** Far above the largest published definitions (about 10,000), far below what would keep the compiler busy. */
const mostNodes = 50_000;
const deepest = 100;
const longestPattern = 20_000;

export interface StructuralSchemaOptions {
  /** Looks at each pattern before it gets through; undefined for one that cannot be judged here. */
  usable?: (pattern: string) => string | undefined;
  /** As server-side apply alone sees an object: which fields there are and of which type, and not what is in them. */
  typesOnly?: boolean;
}

/**
 * The JSON Schema of a custom resource from its structural schema (`openAPIV3Schema`), as the API server judges it under
 * strict field validation, after its defaults are filled in. Only keywords known here get through, each with a value of its
 * right type: the schema comes from anybody's repository. What cannot be judged here as the server does is left out, and with it
 * each `not` and `oneOf` around it, which would turn "may fit" into "is refused".
 * Rules in CEL (`x-kubernetes-validations`) are left to the server.
 * @throws UnusableSchemaError when it is too large, nested too deep, or has a pattern that is none
 */
export function structuralSchema(raw: unknown, options: StructuralSchemaOptions = {}): JsonSchema {
  const { usable = usablePattern, typesOnly = false } = options;
  let nodes = 0;
  /** How many keywords so far are not judged exactly. */
  let doubts = 0;
  const step = (depth: number) => {
    nodes += 1;
    if (nodes > mostNodes) throw new UnusableSchemaError(`has more than ${mostNodes} parts`);
    if (depth > deepest) throw new UnusableSchemaError(`is nested more than ${deepest} deep`);
  };

  /**
   * A schema that shapes: it decides which fields there are.
   * @param open inside what preserves unknown fields, where server-side apply knows none: there every field may be
   */
  const shape = (schema: unknown, depth: number, open: boolean): JsonSchema => {
    step(depth);
    const from = record(schema);
    const opens = open || from["x-kubernetes-preserve-unknown-fields"] === true;
    // A number or a text is anything to server-side apply.
    const type = typesOnly && from["x-kubernetes-int-or-string"] === true ? undefined : typeOf(from);
    return {
      ...(type !== undefined && { type: shapedTypes(from, type, opens) }),
      ...fields(from, depth, opens),
      ...(from.items !== undefined && { items: shape(from.items, depth + 1, opens) }),
      ...listKeywords(from),
      ...(!typesOnly && values(from, depth)),
    };
  };

  const shapedTypes = (from: Raw, type: readonly string[], open: boolean): string[] => {
    if (typesOnly) return [...(type[0] === "integer" ? ["number"] : type), "null"];
    return [
      ...type,
      ...(from.nullable === true ? ["null"] : []),
      // With a format, the server asks a list for no type.
      ...(open && type[0] === "string" && formatOf(from) !== undefined ? ["array"] : []),
    ];
  };

  const fields = (from: Raw, depth: number, open: boolean): JsonSchema => {
    if (from.type !== undefined && from.type !== "object") return {};
    const embedded = from["x-kubernetes-embedded-resource"] === true;
    const isObject = embedded || depth === 0;
    const own = Object.entries(record(from.properties)).map(([name, property]): [string, JsonSchema] => {
      // What metadata has besides is known, and no schema may say it.
      const metadata = isObject && name === "metadata";
      return [name, shape(property, depth + 1, open || metadata)];
    });
    const properties: Record<string, JsonSchema> = {
      ...(isObject && {
        apiVersion: { type: "string" },
        kind: { type: "string" },
        metadata: { type: ["object", "null"] },
      }),
      ...Object.fromEntries(own),
    };
    const { additionalProperties } = from;
    if (additionalProperties !== undefined && additionalProperties !== false) {
      return additionalProperties === true
        ? {}
        : { additionalProperties: shape(additionalProperties, depth + 1, open) };
    }
    // An object of which nothing is said may hold anything.
    const anything = !isObject && own.length === 0 && additionalProperties === undefined;
    return {
      properties,
      ...(!open && !anything && from.type !== undefined && { additionalProperties: false as const }),
      ...(embedded && !typesOnly && { requiredFields: { present: [], filled: ["apiVersion", "kind"] } }),
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
      ...values(from, depth),
    };
  };

  const values = (from: Raw, depth: number): JsonSchema => {
    const result: JsonSchema = {};
    for (const keyword of ["maximum", "minimum", "multipleOf"] as const) {
      const value = from[keyword];
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      // What the server makes of these depends on the machine that it runs on.
      if (Math.abs(value) >= 2 ** 63) {
        doubts += 1;
        continue;
      }
      // OpenAPI v3.0 marks an exclusive bound with a boolean beside it.
      const exclusive = keyword === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum";
      result[keyword !== "multipleOf" && from[exclusive] === true ? exclusive : keyword] = value;
    }
    for (const keyword of counts) {
      const value = from[keyword];
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) result[keyword] = value;
    }
    if (typeof from.pattern === "string") {
      const pattern = from.pattern.length > longestPattern ? undefined : usable(from.pattern);
      if (pattern === undefined) doubts += 1;
      else result.pattern = pattern;
    }
    const range = rangeOf(from);
    if (range !== undefined) result.range = range;
    const format = formatOf(from);
    if (format !== undefined) {
      result.format = format;
      if (isLenientFormat(format)) doubts += 1;
    }
    if (Array.isArray(from.enum) && from.enum.length > 0) Object.assign(result, { enum: from.enum, looseEnum: true });
    if (Array.isArray(from.required)) {
      const required = from.required.filter((name) => typeof name === "string");
      if (required.length > 0) result.required = [...new Set(required)];
    }
    for (const keyword of ["allOf", "anyOf", "oneOf"] as const) {
      const alternatives = from[keyword];
      if (!Array.isArray(alternatives) || alternatives.length === 0) continue;
      const before = doubts;
      const restrictions = alternatives.map((alternative) => restriction(alternative, depth + 1));
      if (keyword !== "oneOf" || doubts === before) result[keyword] = restrictions;
    }
    if (from.not !== undefined && from.not !== null) {
      const before = doubts;
      const not = restriction(from.not, depth + 1);
      if (doubts === before) result.not = not;
    }
    return result;
  };

  return shape(raw, 0, false);
}

const counts = ["maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"] as const;

/** What newer versions of Go have in patterns, and our engine does not: `\p{Letter}`, two groups of one name. */
const unknownSyntax = /^error parsing regexp: (?:invalid character class range: `\\p|duplicate capture group name)/i;

function usablePattern(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return pattern;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    if (unknownSyntax.test(why)) return undefined;
    throw new UnusableSchemaError(`cannot be compiled (${why})`);
  }
}

function mapValues(from: Raw, convert: (value: unknown) => JsonSchema): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, convert(value)]));
}
