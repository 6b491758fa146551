import { isConfidential } from "../manifest/confidential.ts";
import type { UnplacedFinding } from "../manifest/finding.ts";
import { quoted } from "../manifest/quoted.ts";
import type { Failure } from "./compile/visit.ts";
import { didYouMean } from "./did-you-mean.ts";
import { fieldPath, pointerTo, pointerTokens } from "./field-path.ts";
import type { RuleViolation } from "./rules/registry.ts";
import { shown } from "./shown.ts";

/** A finding before it is known in which file and on which line its pointer lies. */
export type SchemaFinding = UnplacedFinding;

/**
 * A failure in plain words; a value that may be secret is not quoted.
 *
 * @param object of that kind, wholly
 */
export function explain(failure: Failure, kind: string, object: unknown): SchemaFinding {
  const { at: pointer, keyword, params } = failure;
  const here = fieldPath(pointer);
  const where = here === "" ? kind : `${kind} ${quoted(here)}`;
  const { field = "", index = 0, keys = {}, violation } = params;
  switch (keyword) {
    case "check":
    case "rules":
      return explainViolation(violation!, pointer, kind, object);
    case "nullItems": {
      const at = pointerTo(pointer, index);
      return finding(at, "wrong-type", `${kind} ${quoted(fieldPath(at))} must be a mapping, but it is null.`);
    }
    case "requiredFields": {
      if (!params.empty) {
        const message = `${where} lacks ${quoted(field)}, which is required.`;
        return finding(placeOfMissing(object, pointer, [field]), "missing-field", message);
      }
      const at = pointerTo(pointer, field);
      return finding(at, "missing-field", `${kind} ${quoted(fieldPath(at))} is required, but it is empty.`);
    }
    case "uniqueBy": {
      const at = pointerTo(pointer, index);
      const told = Object.entries(keys).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
      const message = `${where} already has an item with ${told.join(" and ")}; each may be there once.`;
      return finding(at, "duplicate-item", message);
    }
    case "uniqueItemsOfSet": {
      const at = pointerTo(pointer, index);
      return finding(
        at,
        "duplicate-item",
        `${kind} ${quoted(fieldPath(at))} repeats an earlier item or is null; each may be there once.`,
      );
    }
    default:
      return explainStandard(failure, where, isConfidential(object, pointerTokens(pointer)));
  }
}

function explainViolation(violation: Told, pointer: string, kind: string, object: unknown): SchemaFinding {
  const { rule, predicate, at: steps = [], missing = [] } = violation;
  const at = steps.reduce<string>(pointerTo, pointer);
  const where = at === "" ? kind : `${kind} ${quoted(fieldPath(at))}`;
  const confidential = isConfidential(object, pointerTokens(at));
  const told = confidential ? predicate.replace(/, but it is the .*$/s, "") : predicate;
  const found = "value" in violation ? `, but it is ${shown(violation.value, confidential)}` : "";
  const result = finding(placeOfMissing(object, at, missing), rule, `${where} ${told}${found}.`);
  return { ...result, severity: violation.severity ?? "error" };
}

type Told = Omit<RuleViolation, "value"> & { value?: unknown };

/** Where a missing field stands with nothing in it (`null`), or else what lacks it. */
function placeOfMissing(object: unknown, pointer: string, missing: readonly string[]): string {
  if (missing.length === 0) return pointer;
  const holder = pointerTokens(pointer).reduce<unknown>((value, token) => child(value, token), object);
  const there = missing.find((name) => child(holder, name) !== undefined);
  return there === undefined ? pointer : pointerTo(pointer, there);
}

function child(value: unknown, token: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, token)) return undefined;
  return (value as Record<string, unknown>)[token];
}

function explainStandard(
  { at: pointer, keyword, params, data, schema }: Failure,
  where: string,
  confidential: boolean,
): SchemaFinding {
  const found = shown(data, confidential);
  const limit = schema[keyword] as number;
  switch (keyword) {
    case "additionalProperties": {
      const { field = "" } = params;
      const near = didYouMean(field, Object.keys(schema.properties ?? {}));
      const hint = near === undefined ? "" : `; did you mean \`${near}\`?`;
      const message = `unknown field ${quoted(shortened(field))} in ${where}${hint}`;
      return finding(pointerTo(pointer, field), "unknown-field", hint === "" ? `${message}.` : message);
    }
    case "type": {
      const hint = typeHint(schema.type ?? [], data, confidential);
      const message = `${where} must be ${typeNames(schema.type ?? [])}, but it is ${found}.${hint}`;
      const told = finding(pointer, "wrong-type", message);
      return typeof data !== "string" && hint.endsWith("`.") ? { ...told, quoted: String(data) } : told;
    }
    case "enum": {
      const allowed = (schema.enum ?? []).filter((value) => value !== "" && value !== null);
      const near =
        typeof data === "string" && !confidential
          ? didYouMean(
              data,
              allowed.filter((value) => typeof value === "string"),
            )
          : undefined;
      const hint = near === undefined ? "" : ` Did you mean \`${near}\`?`;
      const list = allowed
        .slice(0, 20)
        .map((value) => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``);
      return finding(
        pointer,
        "invalid-value",
        `${where} must be one of ${list.join(", ")}, but it is ${found}.${hint}`,
      );
    }
    case "required":
      return finding(pointer, "missing-field", `${where} lacks ${quoted(params.field ?? "")}, which is required.`);
    case "format": {
      const format = String(schema.format);
      const wanted = formatNames[format] ?? `of the format ${format}`;
      const told = finding(pointer, "invalid-value", `${where} must be ${wanted}, but it is ${found}.`);
      // The server does not refuse it: it silently keeps the lower 32 bits, which nobody means.
      return format === "int32" ? { ...told, severity: "warning" } : told;
    }
    case "bound": {
      const message = `${where} can have no number: its schema bounds it by one that is of another type, and the API server refuses all others for that.`;
      return finding(pointer, "invalid-value", message);
    }
    case "range":
      return finding(
        pointer,
        "invalid-value",
        `${where} must be ${formatNames[schema.range ?? ""]}, but it is ${found}.`,
      );
    case "pattern":
      return finding(
        pointer,
        "invalid-value",
        `${where} must match \`${shortened(String(schema.pattern))}\`, but it is ${found}.`,
      );
    case "minItems":
      return finding(pointer, "invalid-value", `${where} must have at least ${count(limit, "item")}.`);
    case "maxItems":
      return finding(pointer, "invalid-value", `${where} must have at most ${count(limit, "item")}.`);
    case "minLength":
      return finding(
        pointer,
        "invalid-value",
        `${where} must have at least ${count(limit, "character")}, but it is ${found}.`,
      );
    case "maxLength":
      return finding(pointer, "invalid-value", `${where} must have at most ${count(limit, "character")}.`);
    case "minProperties":
      return finding(pointer, "invalid-value", `${where} must have at least ${count(limit, "field")}.`);
    case "maxProperties":
      return finding(pointer, "invalid-value", `${where} must have at most ${count(limit, "field")}.`);
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return finding(
        pointer,
        "invalid-value",
        `${where} must be ${comparisons[keyword]} ${limit}, but it is ${found}.`,
      );
    case "multipleOf":
      return finding(pointer, "invalid-value", `${where} must be a multiple of ${limit}, but it is ${found}.`);
    case "oneOf":
      return finding(
        pointer,
        "invalid-value",
        `${where} must satisfy exactly one of the alternatives that its schema offers.`,
      );
    case "anyOf":
      return finding(pointer, "invalid-value", `${where} satisfies none of the alternatives that its schema offers.`);
    case "not":
      return finding(pointer, "invalid-value", `${where} is what its schema rules out.`);
    default:
      return finding(pointer, "invalid-value", `${where} is invalid (${keyword}).`);
  }
}

const comparisons: { readonly [keyword: string]: string } = {
  minimum: ">=",
  maximum: "<=",
  exclusiveMinimum: ">",
  exclusiveMaximum: "<",
};

const formatNames: { readonly [format: string]: string } = {
  int32: "a whole number of 32 bits (-2147483648 to 2147483647)",
  int64: "a whole number of 64 bits",
  float: "a number of 32 bits",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  cidr: "a block of IP addresses such as `10.0.0.0/8`",
  mac: "a MAC address",
  hostname: "a host name",
  uri: "an absolute URI or path",
  email: "a mail address",
  uuid: "a UUID",
  date: "a date such as `2026-11-23`",
  datetime: "a time such as `2026-11-23T04:05:06Z` (RFC 3339)",
  duration: "a duration such as `1h30m`",
  byte: "base64, and not empty",
};

const typeWords: { readonly [type: string]: string } = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "`true` or `false`",
  array: "a list",
  object: "a mapping",
  null: "null",
};

function typeNames(types: string | readonly string[]): string {
  const named = [types].flat().filter((type) => type !== "null" || types === "null");
  return named.map((type) => typeWords[type] ?? type).join(" or ");
}

function typeHint(types: string | readonly string[], data: unknown, confidential: boolean): string {
  const wanted = [types].flat();
  if (wanted.includes("string") && (typeof data === "number" || typeof data === "boolean")) {
    return confidential ? " Put it in quotes." : ` Put it in quotes: \`"${data}"\`.`;
  }
  if (typeof data !== "string") return "";
  const number = wanted.includes("integer")
    ? /^[+-]?\d+$/.test(data)
    : wanted.includes("number") && /^[+-]?\d+(\.\d+)?$/.test(data);
  const truth = wanted.includes("boolean") && (data === "true" || data === "false");
  if (!number && !truth) return "";
  return confidential ? " Write it without quotes." : ` Write it without quotes: \`${data}\`.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function finding(pointer: string, rule: string, message: string): SchemaFinding {
  return { pointer, rule, message: message.charAt(0).toUpperCase() + message.slice(1), severity: "error" };
}
