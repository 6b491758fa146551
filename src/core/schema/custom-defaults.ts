import { isMapping } from "./compile/visit.ts";
import { UnusableSchemaError } from "./structural-schema.ts";

/** Far above what an API server would store of one object. */
const mostValues = 1_000_000;

/**
 * A custom object with its schema's defaults filled in where a field is left out, or null without being nullable: what the API
 * server does before it validates.
 * @param schema of the object (`openAPIV3Schema`), of any shape
 * @returns a copy
 * @throws UnusableSchemaError when it would come to too many values
 */
export function fillDefaults(schema: unknown, object: unknown): unknown {
  let values = 0;
  const fill = (value: unknown, schema: unknown): unknown => {
    values += 1;
    if (values > mostValues) throw new UnusableSchemaError(`fills in more than ${mostValues} values`);
    if (Array.isArray(value)) {
      const items = record(schema).items;
      return value.map((item) => fill(replaced(item, items), items));
    }
    if (!isMapping(value)) return value;
    const properties = record(record(schema).properties);
    const others = record(schema).additionalProperties;
    const filled = Object.entries(value).map(([name, inner]): [string, unknown] => {
      const field = Object.hasOwn(properties, name) ? properties[name] : others;
      return [name, fill(replaced(inner, field), field)];
    });
    for (const [name, field] of Object.entries(properties)) {
      const fallback = defaultOf(field);
      if (fallback !== undefined && !Object.hasOwn(value, name)) filled.push([name, fill(fallback, field)]);
    }
    return Object.fromEntries(filled);
  };
  return fill(object, schema);
}

/** Whether {@link fillDefaults} could add anything to an object of this schema. */
export function hasDefaults(schema: unknown): boolean {
  if (!isMapping(schema)) return false;
  const { properties, items, additionalProperties } = schema;
  const inner = [...Object.values(record(properties)), items, additionalProperties];
  return defaultOf(schema) !== undefined || inner.some(hasDefaults);
}

/** A default that is null is none. */
function defaultOf(schema: unknown): unknown {
  return record(schema).default ?? undefined;
}

function replaced(value: unknown, schema: unknown): unknown {
  return value === null && record(schema).nullable !== true ? (defaultOf(schema) ?? null) : value;
}

function record(value: unknown): { readonly [field: string]: unknown } {
  return isMapping(value) ? value : {};
}
