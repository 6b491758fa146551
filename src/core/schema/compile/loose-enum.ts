import type { Json } from "../../manifest/kube-object.ts";
import { canonicalJson } from "../../plan/equal.ts";

/**
 * Whether a custom resource's value is one of those allowed, as the API server compares them: by Go's conversion to the allowed
 * value's type. So 1.5 is taken for 1, the number 65 for the text "A", and null for nothing at all.
 */
export function looseEnum(allowed: readonly unknown[]): (value: unknown) => boolean {
  const scalars = new Set<unknown>(allowed.filter((one) => one !== null));
  const others = new Set(allowed.filter((one) => typeof one === "object" && one !== null).map(identity));
  return (value) => {
    if (scalars.has(value)) return true;
    if (typeof value === "number") {
      return Number.isInteger(value) ? scalars.has(character(value)) : scalars.has(Math.trunc(value) + 0);
    }
    return typeof value === "object" && value !== null && others.size > 0 && others.has(identity(value));
  };
}

const identity = (value: unknown) => canonicalJson(value as Json);

function character(code: number): string {
  const isCharacter = code >= 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
  return isCharacter ? String.fromCodePoint(code) : "\ufffd";
}
