import { Ajv, type FuncKeywordDefinition } from "ajv";
import { RE2JS } from "re2js";
import { type CheckName, checks } from "./checks.ts";
import { checkOf, type RuleViolation } from "./rules/registry.ts";

/** What ajv calls for each value; it takes the errors off the function itself. */
type DataCheck = ReturnType<NonNullable<FuncKeywordDefinition["compile"]>>;

const int32 = 2 ** 31;

/**
 * An ajv that knows Kubernetes' number formats and our own keywords, and matches patterns in linear time with Go's own
 * syntax: a pattern can come from anybody's CustomResourceDefinition.
 */
export function kubernetesAjv(): Ajv {
  const regExp = Object.assign(
    (pattern: string) => {
      const compiled = RE2JS.compile(pattern);
      return { test: (text: string) => compiled.matcher(text).find() };
    },
    { code: "re2" },
  );
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    verbose: true,
    validateSchema: false,
    logger: false,
    code: { regExp },
  });
  ajv.addFormat("int32", { type: "number", validate: (value) => value >= -int32 && value < int32 });
  // JavaScript has no more of it than this; the server judges the rest.
  ajv.addFormat("int64", { type: "number", validate: (value) => Math.abs(value) <= 2 ** 63 });
  for (const keyword of [check, rules, requiredFields, nullItems, uniqueBy, uniqueItemsOfSet]) ajv.addKeyword(keyword);
  return ajv;
}

/** The parameters that each own keyword hands to ./explain.ts. */
export type OwnError =
  | { keyword: "check"; params: { rule: string; predicate: string } }
  | { keyword: "rules"; params: RuleViolation }
  | { keyword: "requiredFields"; params: { missing: string; empty: boolean } }
  | {
      keyword: "uniqueBy";
      params: { problem: "duplicate" | "null"; index: number; keys: Record<string, unknown> };
    }
  | { keyword: "uniqueItemsOfSet"; params: { index: number } }
  | { keyword: "nullItems"; params: { index: number } };

const check: FuncKeywordDefinition = {
  keyword: "check",
  errors: true,
  compile(name: CheckName) {
    const validate: DataCheck = (value: unknown) => {
      const violation = value === null ? undefined : checks[name](value);
      if (violation === undefined) return true;
      return fail(validate, [{ keyword: "check", params: violation }]);
    };
    return validate;
  },
};

/** What ./rules/ say about an object of the definition named. */
const rules: FuncKeywordDefinition = {
  keyword: "rules",
  type: "object",
  errors: true,
  compile(definition: string) {
    const look = checkOf(definition)!;
    const validate: DataCheck = (value: Record<string, unknown>) => {
      const violations = look(value);
      if (violations.length === 0) return true;
      return fail(
        validate,
        violations.map((params) => ({ keyword: "rules", params })),
      );
    };
    return validate;
  },
};

/** A null in a list of objects is an empty object to the server, which here lacks something. */
const nullItems: FuncKeywordDefinition = {
  keyword: "nullItems",
  type: "array",
  errors: true,
  compile() {
    const validate: DataCheck = (items: unknown[]) => {
      const errors = items.flatMap((item, index): OwnError[] =>
        item === null ? [{ keyword: "nullItems", params: { index } }] : [],
      );
      return errors.length === 0 || fail(validate, errors);
    };
    return validate;
  },
};

const requiredFields: FuncKeywordDefinition = {
  keyword: "requiredFields",
  type: "object",
  errors: true,
  compile({ present, filled }: { present: string[]; filled: string[] }) {
    const validate: DataCheck = (value: Record<string, unknown>) => {
      const absent = (name: string) => !Object.hasOwn(value, name) || value[name] === null;
      const empty = (name: string) => isEmpty(value[name]);
      const errors: OwnError[] = [];
      for (const name of present) if (absent(name)) errors.push(missingField(name, false));
      for (const name of filled) {
        if (absent(name)) errors.push(missingField(name, false));
        else if (empty(name)) errors.push(missingField(name, true));
      }
      return errors.length === 0 || fail(validate, errors);
    };
    return validate;
  },
};

function isEmpty(value: unknown): boolean {
  return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

function missingField(name: string, empty: boolean): OwnError {
  return { keyword: "requiredFields", params: { missing: name, empty } };
}

const uniqueBy: FuncKeywordDefinition = {
  keyword: "uniqueBy",
  type: "array",
  errors: true,
  compile({ keys, defaults }: { keys: string[]; defaults: Record<string, unknown> }) {
    const validate: DataCheck = (items: unknown[]) => {
      const seen = new Set<string>();
      const errors: OwnError[] = [];
      for (const [index, item] of items.entries()) {
        if (item === null) errors.push({ keyword: "uniqueBy", params: { problem: "null", index, keys: {} } });
        if (typeof item !== "object" || item === null || Array.isArray(item)) continue;
        const fields = item as Record<string, unknown>;
        // A null key is a value of its own to server-side apply, which merges before anything is defaulted.
        const values = keys.map((key) => (Object.hasOwn(fields, key) ? fields[key] : defaults[key]));
        // A missing key is said by requiredFields already, and two of them are no duplicates.
        if (values.includes(undefined)) continue;
        const identity = JSON.stringify(values);
        if (seen.has(identity)) {
          const named = Object.fromEntries(keys.map((key, position) => [key, values[position]]));
          errors.push({ keyword: "uniqueBy", params: { problem: "duplicate", index, keys: named } });
        }
        seen.add(identity);
      }
      return errors.length === 0 || fail(validate, errors);
    };
    return validate;
  },
};

const uniqueItemsOfSet: FuncKeywordDefinition = {
  keyword: "uniqueItemsOfSet",
  type: "array",
  errors: true,
  compile() {
    const validate: DataCheck = (items: unknown[]) => {
      const seen = new Set<string>();
      const errors: OwnError[] = [];
      for (const [index, item] of items.entries()) {
        const identity = JSON.stringify(item);
        if (seen.has(identity) || item === null) errors.push({ keyword: "uniqueItemsOfSet", params: { index } });
        seen.add(identity);
      }
      return errors.length === 0 || fail(validate, errors);
    };
    return validate;
  },
};

function fail(validate: DataCheck, errors: OwnError[]): false {
  validate.errors = errors;
  return false;
}
