import type { Json, KubeObject } from "../../../core/manifest/kube-object.ts";
import { emptySet, type FieldSet, fieldSet } from "./field-set.ts";
import { fieldElement } from "./path-element.ts";
import { builtInResetFields } from "./reset-fields.ts";
import { structFields } from "./struct-fields.ts";
import {
  type Atom,
  atomicAtom,
  deduced,
  deducedAtom,
  type ListType,
  lazily,
  type MapType,
  type Type,
  untypedAtomic,
} from "./type.ts";

/** How server-side apply merges objects of one kind, and which of their fields a request cannot set. */
export interface TypeSchema {
  readonly type: Type;
  /** An object of the kind before anything is set: Go writes some structs even when they are empty. */
  readonly blank: (apiVersion: string, kind: string) => KubeObject;
  /** What a write through that subresource (undefined: the resource itself) leaves as it was. */
  readonly resetFields: (subresource: string | undefined) => FieldSet;
}

export interface Gvk {
  group: string;
  version: string;
  kind: string;
}

/** A schema of OpenAPI v2, or of a CustomResourceDefinition, as far as merging reads it. */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: { readonly [name: string]: OpenApiSchema };
  readonly additionalProperties?: boolean | OpenApiSchema;
  readonly items?: OpenApiSchema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly "x-kubernetes-group-version-kind"?: readonly Gvk[];
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
}

export type Definitions = { readonly [name: string]: OpenApiSchema };

const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const rawExtension = "io.k8s.apimachinery.pkg.runtime.RawExtension";
const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

const types = new WeakMap<Definitions, Map<string, Type>>();

/** The schema of a built-in kind; undefined when no definition carries that group, version and kind. */
export function typeSchemaFor(definitions: Definitions, gvk: Gvk): TypeSchema | undefined {
  const name = Object.keys(definitions).find((name) => {
    const kinds = definitions[name]?.["x-kubernetes-group-version-kind"];
    return kinds?.some(
      ({ group, version, kind }) => group === gvk.group && version === gvk.version && kind === gvk.kind,
    );
  });
  if (name === undefined) return undefined;
  return {
    type: definedType(definitions, name),
    blank: (apiVersion, kind) =>
      ({ apiVersion, kind, ...(blankStruct(definitions, name) as object) }) as unknown as KubeObject,
    resetFields: (subresource) => builtInResetFields(gvk, subresource),
  };
}

/**
 * The schema of a custom resource.
 * @param schema `openAPIV3Schema` of its version; undefined for one that takes anything
 * @param options.definitions where `metadata` is defined
 * @param options.status whether the version has the status subresource
 */
export function typeSchemaFromStructural(
  schema: OpenApiSchema | undefined,
  { definitions, status }: { definitions: Definitions; status: boolean },
): TypeSchema {
  const top = schema === undefined ? undefined : withObjectFields(schema);
  return {
    type: top === undefined ? deduced : lazily(() => atomOf(definitions, embedded(top), false)),
    blank: (apiVersion, kind) => ({ apiVersion, kind }) as KubeObject,
    resetFields: (subresource) => {
      if (!status) return emptySet;
      return subresource === "status"
        ? fieldSet([fieldElement("metadata")], [fieldElement("spec")])
        : fieldSet([fieldElement("status")]);
    },
  };
}

function withObjectFields(schema: OpenApiSchema): OpenApiSchema {
  return {
    ...schema,
    properties: {
      ...schema.properties,
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { $ref: `#/definitions/${objectMeta}` },
    },
  };
}

/** A schema whose embedded resources say what every object has. */
function embedded(schema: OpenApiSchema): OpenApiSchema {
  const { properties, items, additionalProperties } = schema;
  const inner: OpenApiSchema = {
    ...schema,
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, embedded(value)])),
    }),
    ...(items !== undefined && { items: embedded(items) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: embedded(additionalProperties) }),
  };
  return schema["x-kubernetes-embedded-resource"] === true ? withObjectFields(inner) : inner;
}

function definedType(definitions: Definitions, name: string): Type {
  const known = types.get(definitions) ?? new Map<string, Type>();
  types.set(definitions, known);
  const type = known.get(name) ?? lazily(() => definedAtom(definitions, name));
  known.set(name, type);
  return type;
}

function definedAtom(definitions: Definitions, name: string): Atom {
  if (name === quantity) return { scalar: "untyped" };
  if (name === rawExtension) return atomicAtom;
  const schema = definitions[name];
  return schema === undefined ? deducedAtom : atomOf(definitions, schema, false);
}

function typeOf(definitions: Definitions, schema: OpenApiSchema, preserve: boolean): Type {
  if (schema.$ref === undefined) return lazily(() => atomOf(definitions, schema, preserve));
  const type = definedType(definitions, schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1));
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType === undefined) return type;
  // A field may merge a type otherwise than the type says of itself.
  return lazily(() => {
    const { map, list, scalar } = type.atom;
    const merge = mapType === "atomic" ? "atomic" : "granular";
    if (map !== undefined) return { ...type.atom, map: { ...map, merge } };
    if (list !== undefined) return { list: { ...list, merge: merge === "atomic" ? "atomic" : "associative" } };
    return { ...(scalar !== undefined && { scalar }) };
  });
}

function atomOf(definitions: Definitions, schema: OpenApiSchema, inherited: boolean): Atom {
  const preserve = inherited || schema["x-kubernetes-preserve-unknown-fields"] === true;
  const map = () => mapOf(definitions, schema, preserve);
  const list = () => listOf(definitions, schema, preserve);
  switch (schema.type) {
    case undefined:
    case "":
      return { scalar: "untyped", list: list(), map: map() };
    case "object":
      return { map: map() };
    case "array":
      return { list: list() };
    case "integer":
    case "number":
      return { scalar: "numeric" };
    case "boolean":
      return { scalar: "boolean" };
    case "string":
      return { scalar: schema.format === undefined || ["", "byte"].includes(schema.format) ? "string" : "untyped" };
    default:
      return { scalar: "untyped" };
  }
}

function mapOf(definitions: Definitions, schema: OpenApiSchema, preserve: boolean): MapType {
  const properties = Object.entries(schema.properties ?? {});
  const { additionalProperties } = schema;
  const open = additionalProperties === undefined ? preserve || properties.length === 0 : additionalProperties === true;
  return {
    merge: schema["x-kubernetes-map-type"] === "atomic" ? "atomic" : "granular",
    fields: new Map(
      properties.map(([name, property]) => [
        name,
        {
          type: typeOf(definitions, property, preserve),
          ...(property.default !== undefined && { default: property.default as Json }),
        },
      ]),
    ),
    others:
      typeof additionalProperties === "object"
        ? typeOf(definitions, additionalProperties, preserve)
        : open
          ? deduced
          : undefined,
  };
}

function listOf(definitions: Definitions, schema: OpenApiSchema, preserve: boolean): ListType {
  const items = schema.items === undefined ? untypedAtomic : typeOf(definitions, schema.items, preserve);
  const mergeKey = schema["x-kubernetes-patch-merge-key"];
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return { merge: "associative", keys: [], items };
    case "map":
      return {
        merge: "associative",
        keys: schema["x-kubernetes-list-map-keys"] ?? [],
        items,
      };
    case undefined:
      if (/^merge(,|$)/.test(schema["x-kubernetes-patch-strategy"] ?? "")) {
        return { merge: "associative", keys: mergeKey === undefined ? [] : [mergeKey], items };
      }
      return { merge: "atomic", keys: [], items };
    default:
      return { merge: "atomic", keys: [], items };
  }
}

/** The fields that Go writes of a struct in which nothing is set. */
function blankStruct(definitions: Definitions, name: string): Json {
  const schema = definitions[name];
  const required = new Set(schema?.required);
  const structs = structFields(name);
  const fields = Object.entries(schema?.properties ?? {}).flatMap(([field, property]): [string, Json][] => {
    const target = property.$ref?.slice(property.$ref.lastIndexOf("/") + 1);
    if (!required.has(field) && (target === undefined || !structs.has(field))) return [];
    if (target !== undefined && definitions[target]?.properties !== undefined) {
      return [[field, blankStruct(definitions, target)]];
    }
    return [[field, ["", 0, false].includes(property.default as string) ? (property.default as Json) : null]];
  });
  return Object.fromEntries(fields);
}
