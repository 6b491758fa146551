import type { JsonSchema } from "../built-in-schema.ts";
import type { RuleViolation } from "../rules/registry.ts";

/** What is wrong with one value, by the keyword of its schema that says so; ./explain.ts puts it in words. */
export interface Failure {
  /** JSON pointer to the value. */
  at: string;
  data: unknown;
  /** Where the keyword stands. */
  schema: JsonSchema;
  keyword: string;
  params: FailureParams;
}

export interface FailureParams {
  /** Of `rules` and `check`. */
  violation?: RuleViolation;
  /** Of lists. */
  index?: number;
  keys?: Record<string, unknown>;
  /** Of mappings. */
  field?: string;
  empty?: boolean;
}

/**
 * Looks at a value. Without a list to put failures in it stops at the first one; with it, it goes on to the end.
 * @returns whether the value is valid
 */
export type Visit = (value: unknown, at: string, failures: Failure[] | undefined) => boolean;

/** One keyword of a schema as a function. */
export type Keyword = (value: unknown, at: string, failures: Failure[] | undefined) => boolean;
/** What a schema inside this one compiles to. */
export type Compile = (schema: JsonSchema) => Visit;

/** Notes a failure where failures are wanted. */
export function fail(
  failures: Failure[] | undefined,
  schema: JsonSchema,
  keyword: string,
  data: unknown,
  at: string,
  params: FailureParams = {},
): false {
  failures?.push({ at, data, schema, keyword, params });
  return false;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
