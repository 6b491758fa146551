import {
  type Fields,
  fields,
  isFilled,
  isSet,
  lacks,
  list,
  type Rule,
  type Step,
  textOf,
  type Violation,
} from "./rule.ts";

/** A custom resource's schema must be structural: it says of each value what type it has. */
export const structuralDefinition: Rule = {
  name: "structural-schema",
  objects: {
    "apiextensions.v1.CustomResourceValidation": ({ openAPIV3Schema: schema }) => {
      if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return [];
      const { type } = schema as Fields;
      const at = ["openAPIV3Schema"];
      const root: Violation[] =
        typeof type === "string" && type !== "" && type !== "object"
          ? [{ predicate: "must be `object` at the root", at: [...at, "type"] }]
          : [];
      return [...root, ...shape(schema as Fields, at, true)];
    },
    "apiextensions.v1.CustomResourceDefinitionSpec": ({ versions }) => {
      const stored = list(versions).filter((version) => fields(version).storage === true);
      if (list(versions).length === 0 || stored.length === 1) return [];
      return [{ predicate: "must have exactly one version with `storage: true`", at: ["versions"] }];
    },
    "apiextensions.v1.CustomResourceDefinitionVersion": selectable,
  },
};

function shape(schema: Fields, at: readonly Step[], typed: boolean): Violation[] {
  const found: Violation[] = [];
  const type = schema.type ?? "";
  if (typeof type !== "string") return [];
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true || schema["x-kubernetes-int-or-string"] === true;
  if (typed && type === "" && !open) found.push(lacks("type", undefined, at));
  if (type === "array" && !isSet(schema.items)) found.push(lacks("items", undefined, at));
  if (schema["x-kubernetes-embedded-resource"] === true) {
    if (type !== "object" && type !== "")
      found.push({ predicate: "must be `object` for an embedded resource", at: [...at, "type"] });
    if (!isFilled(schema.properties) && !open) {
      found.push({
        predicate: "lacks `properties` or `x-kubernetes-preserve-unknown-fields`",
        at,
        missing: ["properties"],
      });
    }
  }
  found.push(...mapKeys(schema, at), ...rulePaths(schema, at));
  for (const [name, property] of Object.entries(fields(schema.properties))) {
    found.push(...nested(property, [...at, "properties", name]));
  }
  if (!Array.isArray(schema.items)) found.push(...nested(schema.items, [...at, "items"]));
  if (typeof schema.additionalProperties === "object") {
    found.push(...nested(schema.additionalProperties, [...at, "additionalProperties"]));
  }
  return found;
}

function nested(schema: unknown, at: readonly Step[]): Violation[] {
  if (schema === undefined) return [];
  // A null is the empty schema, except where it says that there is none.
  if (schema === null && (at.at(-1) === "items" || at.at(-1) === "additionalProperties")) return [];
  if (schema !== null && (typeof schema !== "object" || Array.isArray(schema))) return [];
  return shape(fields(schema), at, true);
}

/** The fields by which a list's items are told apart. */
function mapKeys(schema: Fields, at: readonly Step[]): Violation[] {
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"];
  if (listType !== "map") {
    if (!isFilled(keys) || (isSet(listType) && typeof listType !== "string")) return [];
    return isSet(listType) && listType !== "set" && listType !== "atomic"
      ? []
      : [
          {
            predicate: "may only be there when `x-kubernetes-list-type` is `map`",
            at: [...at, "x-kubernetes-list-map-keys"],
          },
        ];
  }
  if (!isFilled(keys)) {
    return isSet(keys) && !Array.isArray(keys) ? [] : [lacks("x-kubernetes-list-map-keys", undefined, at)];
  }
  const items = fields(schema.items);
  const properties = fields(items.properties);
  const required = list(items.required);
  return list(keys).flatMap((key, index): Violation[] => {
    const name = key ?? "";
    if (typeof name !== "string") return [];
    if (!Object.hasOwn(properties, name)) {
      const predicate = "must be a field of the list's items (`items.properties`)";
      return [{ predicate, at: [...at, "x-kubernetes-list-map-keys", index] }];
    }
    if (required.includes(name) || isSet(fields(properties[name]).default)) return [];
    const predicate = `lacks \`${name}\` in \`required\`, or a default for it: the list's items are told apart by it`;
    return [{ predicate, at: [...at, "items"], missing: ["required"] }];
  });
}

/** Where a rule in CEL says that its finding lies. */
function rulePaths(schema: Fields, at: readonly Step[]): Violation[] {
  return list(schema["x-kubernetes-validations"]).flatMap((rule, index): Violation[] => {
    const path = fields(rule).fieldPath;
    if (typeof path !== "string" || path === "" || leadsSomewhere(schema, path)) return [];
    const predicate = `must lead to a field of this schema, but it is the text ${JSON.stringify(path)}`;
    return [{ predicate, at: [...at, "x-kubernetes-validations", index, "fieldPath"] }];
  });
}

function selectable({ selectableFields, schema }: Fields): Violation[] {
  const root = fields(fields(schema).openAPIV3Schema);
  if (!isFilled(root)) return [];
  return list(selectableFields).flatMap((field, index): Violation[] => {
    const path = textOf(fields(field).jsonPath);
    if (path === "" || leadsSomewhere(root, path)) return [];
    return [{ predicate: "must lead to a field of the schema", at: ["selectableFields", index, "jsonPath"] }];
  });
}

/** Follows paths of plain names; others are left to the server. */
function leadsSomewhere(schema: Fields, path: string): boolean {
  if (!path.startsWith(".") && !path.startsWith("[")) return false;
  if (!/^(?:\.[A-Za-z_][\w-]*)+$/.test(path)) return true;
  let here = schema;
  for (const name of path.slice(1).split(".")) {
    const properties = fields(here.properties);
    if (!Object.hasOwn(properties, name)) return isSet(here.additionalProperties);
    here = fields(properties[name]);
  }
  return true;
}
