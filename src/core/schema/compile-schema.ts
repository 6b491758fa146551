import type { JsonSchema } from "./built-in-schema.ts";
import { ofAnything } from "./compile/combining-keywords.ts";
import { ofLists } from "./compile/list-keywords.ts";
import { ofMappings } from "./compile/mapping-keywords.ts";
import { ofNumbers } from "./compile/number-keywords.ts";
import { ofScalars, typeTest } from "./compile/scalar-keywords.ts";
import { type Compile, fail, type Visit } from "./compile/visit.ts";

/**
 * A schema as a function. Schemas come from anybody's CustomResourceDefinition: nothing of them is run as code, and patterns
 * match in linear time with Go's own syntax.
 * @param resolve what a `$ref` means
 * @throws for a pattern that is none
 */
export function compileSchema(schema: JsonSchema, resolve: (definition: string) => Visit): Visit {
  if (schema.$ref !== undefined) return resolve(schema.$ref);
  const fits = typeTest(schema.type);
  const compile: Compile = (inner) => compileSchema(inner, resolve);
  const keywords = [
    ...ofAnything(schema, compile),
    ...ofMappings(schema, compile),
    ...ofLists(schema, compile),
    ...ofScalars(schema),
    ...ofNumbers(schema),
  ];
  return (value, at, failures) => {
    if (fits !== undefined && !fits(value)) return fail(failures, schema, "type", value, at);
    let valid = true;
    for (const keyword of keywords) {
      if (keyword(value, at, failures)) continue;
      if (failures === undefined) return false;
      valid = false;
    }
    return valid;
  };
}
