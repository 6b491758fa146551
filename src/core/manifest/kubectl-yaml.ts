import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullCoreTag,
  type Schema,
} from "js-yaml";

/**
 * YAML as kubectl reads it, which is neither 1.1 nor 1.2: `yes`, `on` and `y` are true, `0644` and `0o644` are 420,
 * `1_000` is 1000, dates and `12:30:45` stay text, `<<` merges.
 * See https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
 */
const trueWords = new Set(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]);
const falseWords = new Set(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]);

const booleanTag = defineScalarTag<boolean>("tag:yaml.org,2002:bool", {
  implicit: true,
  implicitFirstChars: [..."yYnNtTfFoO"],
  resolve: (source) => (trueWords.has(source) ? true : falseWords.has(source) ? false : NOT_RESOLVED),
  identify: () => false,
});

/** What Go's `strconv.ParseInt(s, 0, 64)` takes, underscores taken out before. */
const integer = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;

const integerTag = defineScalarTag<number>("tag:yaml.org,2002:int", {
  implicit: true,
  implicitFirstChars: [..."+-0123456789"],
  resolve(source) {
    const plain = source.includes("_") ? source.replaceAll("_", "") : source;
    if (!integer.test(plain)) return NOT_RESOLVED;
    const negative = plain.startsWith("-");
    const digits = negative || plain.startsWith("+") ? plain.slice(1) : plain;
    const value = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
    // Go knows no negative zero among integers.
    return negative && value !== 0 ? -value : value;
  },
  identify: () => false,
});

const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const special = new Map([
  ...[".nan", ".NaN", ".NAN"].map((word): [string, number] => [word, Number.NaN]),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word): [string, number] => [word, Infinity]),
  ...["-.inf", "-.Inf", "-.INF"].map((word): [string, number] => [word, -Infinity]),
]);

const floatTag = defineScalarTag<number>("tag:yaml.org,2002:float", {
  implicit: true,
  implicitFirstChars: [..."+-.0123456789"],
  resolve(source) {
    const named = special.get(source);
    if (named !== undefined) return named;
    const plain = source.includes("_") && !source.startsWith(".") ? source.replaceAll("_", "") : source;
    if (!decimal.test(plain)) return NOT_RESOLVED;
    const value = Number(plain);
    if (!Number.isFinite(value)) return NOT_RESOLVED;
    // JSON has no negative zero, so that it would differ from itself once it was sent.
    return value === 0 ? 0 : value;
  },
  identify: () => false,
});

/** JSON has only text for keys, and `__proto__` is a trap for every program that copies fields by name. */
const jsonMapTag = defineMappingTag<Record<string, unknown>>("tag:yaml.org,2002:map", {
  create: () => ({}),
  addPair(fields, key, value) {
    if (key === null || typeof key === "object") return "a mapping's key must be text";
    const name = String(key);
    if (name === "__proto__") return "`__proto__` is not allowed as a key";
    fields[name] = value;
    return "";
  },
  has: (fields, key) => Object.hasOwn(fields, String(key)),
  keys: (fields) => Object.keys(fields),
  get: (fields, key) => fields[String(key)],
  identify: mapTag.identify,
});

export const kubectlYaml: Schema = CORE_SCHEMA.withTags(
  nullCoreTag,
  booleanTag,
  integerTag,
  floatTag,
  mergeTag,
  jsonMapTag,
);
