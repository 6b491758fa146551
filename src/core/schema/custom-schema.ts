import { isMapping, type Visit } from "./compile/visit.ts";
import { compileSchema } from "./compile-schema.ts";
import { fillDefaults, hasDefaults } from "./custom-defaults.ts";
import type { CustomResource } from "./custom-resources.ts";
import { pointerTo } from "./field-path.ts";
import { structuralSchema } from "./structural-schema.ts";

/**
 * What a CustomResourceDefinition says of its objects, as a function.
 * @throws UnusableSchemaError when its schema cannot be used; the function does so when an object becomes too large by its defaults
 */
export function compileCustomResource({
  schema,
  statusSubresource,
}: Pick<CustomResource, "schema" | "statusSubresource">): Visit {
  const structural = structuralSchema(schema);
  const visit = compileSchema(structural, noReference);
  const fills = hasDefaults(schema);
  const filled: Visit = (value, at, failures) => visit(fills ? fillDefaults(schema, value) : value, at, failures);
  const { status } = structural.properties ?? {};
  if (!statusSubresource || status === undefined) return filled;

  // What an apply says of the status is dropped before the rest is validated; only its fields have to be known.
  const { status: known } = structuralSchema(schema, { typesOnly: true }).properties ?? {};
  const visitStatus = compileSchema(known ?? {}, noReference);
  return (value, at, failures) => {
    if (!isMapping(value) || !Object.hasOwn(value, "status")) return filled(value, at, failures);
    const { status, ...rest } = value;
    const isKnown = visitStatus(status, pointerTo(at, "status"), failures);
    return filled(rest, at, failures) && isKnown;
  };
}

function noReference(definition: string): never {
  throw new Error(`a custom resource's schema refers to ${definition}`);
}
