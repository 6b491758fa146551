import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { field } from "../crd/violations.ts";
import type { FieldViolation } from "../status-error.ts";

/** What is wrong with one object, in the API server's words. */
export type Rule = (object: KubeObject, before: KubeObject | undefined) => FieldViolation[];

export const words = {
  ...field,
  duplicate: (at: string, value: unknown): FieldViolation => ({
    reason: "FieldValueDuplicate",
    field: at,
    message: `Duplicate value: ${JSON.stringify(value)}`,
  }),
  notFound: (at: string, value: unknown): FieldViolation => ({
    reason: "FieldValueNotFound",
    field: at,
    message: `Not found: ${JSON.stringify(value)}`,
  }),
};

/** The later items of a list whose value is there already. */
export function duplicates(items: readonly JsonObject[], name: string, at: string): FieldViolation[] {
  const seen = new Set<unknown>();
  return items.flatMap((item, index) => {
    const value = item[name];
    if (value === undefined || value === "") return [];
    if (seen.has(value)) return [words.duplicate(`${at}[${index}].${name}`, value)];
    seen.add(value);
    return [];
  });
}

export function oneOf(value: unknown, supported: readonly string[], at: string): FieldViolation[] {
  return value === undefined || supported.includes(value as string) ? [] : [words.notSupported(at, value, supported)];
}

export function notNegative(value: unknown, at: string): FieldViolation[] {
  return typeof value === "number" && value < 0 ? [words.invalid(at, value, "must be greater than or equal to 0")] : [];
}

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const matches = (text: string, pattern: string) => new RegExp(`^${pattern}$`).test(text);

/** RFC 1123 label. */
export function dnsLabel(value: unknown, at: string): FieldViolation[] {
  if (typeof value !== "string" || value === "") return [words.required(at)];
  if (value.length > 63) return [words.invalid(at, value, "must be no more than 63 characters")];
  if (matches(value, label)) return [];
  const why = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`;
  return [words.invalid(at, value, why)];
}

/** RFC 1123 subdomain. */
export function dnsSubdomain(value: string, at: string): FieldViolation[] {
  const problem = subdomainProblem(value);
  return problem === undefined ? [] : [words.invalid(at, value, problem)];
}

function subdomainProblem(value: string): string | undefined {
  if (value.length > 253) return "must be no more than 253 characters";
  if (matches(value, subdomain)) return undefined;
  return `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`;
}

const nameCharacters = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

/** `[prefix/]name`, as keys of labels and annotations and finalizers are. */
export function qualifiedName(key: string, at: string): FieldViolation[] {
  const parts = key.split("/");
  const name = parts.at(-1)!;
  const rule = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${nameCharacters}')`;
  if (parts.length > 2) {
    const optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [words.invalid(at, key, `a qualified name ${rule} ${optional}`)];
  }
  const found: FieldViolation[] = [];
  if (parts.length === 2) {
    if (parts[0] === "") found.push(words.invalid(at, key, "prefix part must be non-empty"));
    else {
      const prefix = subdomainProblem(parts[0]!);
      if (prefix !== undefined) found.push(words.invalid(at, key, `prefix part ${prefix}`));
    }
  }
  if (name === "") found.push(words.invalid(at, key, "name part must be non-empty"));
  else if (name.length > 63) found.push(words.invalid(at, key, "name part must be no more than 63 bytes"));
  if (!matches(name, nameCharacters)) found.push(words.invalid(at, key, `name part ${rule}`));
  return found;
}

export function labelValue(value: string, at: string): FieldViolation[] {
  if (value.length > 63) return [words.invalid(at, value, "must be no more than 63 bytes")];
  if (matches(value, `(${nameCharacters})?`)) return [];
  const why = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${nameCharacters})?')`;
  return [words.invalid(at, value, why)];
}
