import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import type { FieldViolation } from "../status-error.ts";
import { type Rule, words } from "./rule.ts";

const mostData = 1024 * 1024;
const mostAnnotations = 256 * 1024;

/** Together, keys and values. */
export function annotationsTooLong(annotations: { [key: string]: string } | undefined): FieldViolation[] {
  const total = Object.entries(annotations ?? {}).reduce((sum, [key, value]) => sum + bytes(key) + bytes(value), 0);
  return total > mostAnnotations ? [words.tooLong("metadata.annotations", mostAnnotations)] : [];
}

export const configRules: { readonly [resource: string]: Rule } = {
  configmaps: ({ data, binaryData }) => {
    const total = sizes(data, bytes) + sizes(binaryData, decodedBytes);
    return [
      ...keyViolations(data, "data", binaryData),
      ...keyViolations(binaryData, "binaryData"),
      ...(total > mostData ? [words.tooLong("[]", mostData)] : []),
    ];
  },
  secrets: ({ data }: KubeObject) => [
    ...keyViolations(data, "data"),
    ...(sizes(data, decodedBytes) > mostData ? [words.tooLong("data", mostData)] : []),
  ],
};

const keyCharacters = "[-._a-zA-Z0-9]+";
const keyRule = `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${keyCharacters}')`;

function keyViolations(data: unknown, at: string, elsewhere?: unknown): FieldViolation[] {
  const others = (elsewhere ?? {}) as JsonObject;
  return Object.keys((data ?? {}) as JsonObject).flatMap((key) => {
    const told = (why: string) => words.invalid(`${at}[${key}]`, key, why);
    return [
      ...(key.length > 253 ? [told("must be no more than 253 characters")] : []),
      ...(new RegExp(`^${keyCharacters}$`).test(key) ? [] : [told(keyRule)]),
      ...(key === "." ? [told("must not be '.'")] : []),
      ...(key === ".." ? [told("must not be '..'")] : []),
      ...(key.startsWith("..") && key !== ".." ? [told("must not start with '..'")] : []),
      ...(Object.hasOwn(others, key) ? [told("duplicate of key present in binaryData")] : []),
    ];
  });
}

function sizes(values: unknown, sizeOf: (value: string) => number): number {
  return Object.values((values ?? {}) as JsonObject).reduce<number>((sum, value) => sum + sizeOf(String(value)), 0);
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

function decodedBytes(base64: string): number {
  return Buffer.byteLength(base64, "base64");
}
