import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import type { Definitions, OpenApiSchema } from "../../../core/schema/kubernetes-schemas.ts";
import { goJsonKind } from "../go-text.ts";
import type { GoTypes } from "../resources/go-types.ts";
import { base64Fault } from "./base64.ts";
import { canonicalQuantity } from "./quantity.ts";
import { canonicalTime, NoTime } from "./time.ts";

/** A value that Go could not read into the type of its field. */
export class UnmarshalError extends Error {
  /** The field's type in Go: `int32`. */
  readonly type: string | undefined;
  /** Undefined where the type itself says what is wrong. */
  readonly found: Json | undefined;

  constructor(message: string, type?: string, found?: Json) {
    super(message);
    this.type = type;
    this.found = found;
  }
}

const noQuantity = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const prefix = "#/definitions/";
const microTime = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";

/**
 * Reads an object of a built-in kind as the API server does: into its Go type and out again. Unknown fields and nulls are
 * dropped, empty lists and maps too, and zeros where Go cannot tell them from nothing; quantities become canonical.
 * @param definition name of the kind's definition
 * @returns the object, and the paths of unknown fields, in their order
 */
export function decodeBuiltIn(
  definitions: Definitions,
  goTypes: GoTypes,
  definition: string,
  value: JsonObject,
): { object: JsonObject; unknown: string[] } {
  const unknown: string[] = [];

  const struct = (name: string, from: JsonObject, path: string, goPath: string): JsonObject => {
    const { properties = {}, required = [] } = definitions[name]!;
    const { pointers = [], unset = {} } = goTypes[name] ?? {};
    const goName = name.slice(name.lastIndexOf(".") + 1);
    const result: JsonObject = {};
    for (const [field, inner] of Object.entries(from)) {
      const property = properties[field];
      const at = path === "" ? field : `${path}.${field}`;
      if (property === undefined) {
        unknown.push(at);
        continue;
      }
      if (inner === null) continue;
      const goAt = goPath === "" ? field : `${goPath}.${field}`;
      const read = decode(property, inner, at, goAt, goName);
      // An empty list of managed fields says that all ownership is to be forgotten.
      const meant = required.includes(field) || field === "managedFields";
      if (isEmptyCollection(property, read) && !meant) continue;
      const isZero = read === "" || read === 0 || read === false;
      // Of a type that Go's sources do not tell about, zeros stay.
      if (isZero && goTypes[name] !== undefined && !pointers.includes(field) && !Object.hasOwn(unset, field)) continue;
      result[field] = read;
    }
    return result;
  };

  const decode = (schema: OpenApiSchema, from: Json, path: string, goPath: string, owner: string): Json => {
    const mismatch = (type: string, told = type) =>
      new UnmarshalError(
        `json: cannot unmarshal ${goKind(from, told)} into Go struct field ${owner}.${goPath} of type ${told}`,
        type,
        from,
      );
    if (schema.$ref !== undefined) {
      const name = schema.$ref.slice(prefix.length);
      if (name === quantity) return canonicalQuantity(from) ?? fail(new UnmarshalError(noQuantity));
      const target = definitions[name];
      if (target === undefined) return from;
      if (target.format === "date-time" && typeof from === "string") return time(from, name === microTime);
      if (target.properties === undefined) return decode(target, from, path, goPath, owner);
      if (!isObject(from)) throw mismatch(goType(name));
      return struct(name, from, path, goPath);
    }
    switch (schema.type) {
      case "object": {
        if (!isObject(from))
          throw mismatch(
            schema.additionalProperties === undefined
              ? "map[string]interface {}"
              : `map[string]${itemType(schema.additionalProperties)}`,
          );
        const { additionalProperties } = schema;
        if (additionalProperties === undefined) return from;
        return Object.fromEntries(
          Object.entries(from).map(([key, inner]) => [
            key,
            inner === null
              ? zero(additionalProperties)
              : decode(additionalProperties, inner, `${path}.${key}`, goPath, owner),
          ]),
        );
      }
      case "array": {
        if (!Array.isArray(from)) throw mismatch(`[]${itemType(schema.items ?? {})}`);
        return from.map((inner, index) =>
          inner === null
            ? zero(schema.items ?? {})
            : decode(schema.items ?? {}, inner, `${path}[${index}]`, goPath, owner),
        );
      }
      case "integer":
        if (!isInteger(from, schema.format ?? "int64")) throw mismatch(schema.format ?? "int64");
        return from;
      case "number":
        if (typeof from !== "number") throw mismatch("float64");
        return from;
      case "boolean":
        if (typeof from !== "boolean") throw mismatch("bool");
        return from;
      case "string":
        if (schema.format === "int-or-string") {
          if (typeof from !== "string" && !(typeof from === "number" && Number.isInteger(from)))
            throw mismatch("intstr.IntOrString", "int32");
          return from;
        }
        if (schema.format === "byte") return bytes(from) ?? fail(mismatch("[]uint8"));
        if (typeof from !== "string") throw mismatch("string");
        return from;
      default:
        return from;
    }
  };

  return { object: struct(definition, value, "", ""), unknown };
}

function time(text: string, micro: boolean): string {
  try {
    return canonicalTime(text, { micro });
  } catch (error) {
    throw error instanceof NoTime ? new UnmarshalError(error.message) : error;
  }
}

/** Base64 as Go writes it again; undefined for what is no text. */
function bytes(from: Json): string | undefined {
  if (typeof from !== "string") return undefined;
  const wrong = base64Fault(from);
  if (wrong !== undefined) throw new UnmarshalError(`illegal base64 data at input byte ${wrong}`);
  return Buffer.from(from, "base64").toString("base64");
}

function isEmptyCollection(schema: OpenApiSchema, value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return schema.$ref === undefined && schema.type === "object" && isObject(value) && Object.keys(value).length === 0;
}

function zero(schema: OpenApiSchema): Json {
  switch (schema.type) {
    case "string":
      return "";
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    case "array":
      return [];
    default:
      return {};
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const limits: { readonly [type: string]: number } = { int32: 2 ** 31, int64: 2 ** 63 };

function isInteger(value: Json, type: string): boolean {
  const limit = limits[type] ?? Infinity;
  return typeof value === "number" && Number.isInteger(value) && value >= -limit && value < limit;
}

/** A number that is of no use to an integer is told itself. */
function goKind(value: Json, wanted: string): string {
  return typeof value === "number" && wanted.startsWith("int") ? `number ${value}` : goJsonKind(value);
}

function goType(definition: string): string {
  return definition.split(".").slice(-2).join(".");
}

function itemType(schema: OpenApiSchema): string {
  if (schema.$ref !== undefined) return goType(schema.$ref.slice(prefix.length));
  if (schema.type === "integer") return schema.format ?? "int64";
  return schema.type === "boolean" ? "bool" : (schema.type ?? "interface {}");
}

function fail(error: Error): never {
  throw error;
}
