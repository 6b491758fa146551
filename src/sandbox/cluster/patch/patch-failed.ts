import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { goKind, goText } from "../go-text.ts";
import { StatusError } from "../status-error.ts";

/** A 500 without a reason, which a real server answers to most strategic merge patches that do not fit. */
export function patchFailed(message: string): StatusError {
  return new StatusError(500, "", message);
}

export function noMergeKey(item: JsonObject, key: string): StatusError {
  return patchFailed(`map: ${goText(item)} does not contain declared merge key: ${key}`);
}

export function unknownDirective(item: JsonObject): StatusError {
  const { $patch: said = null } = item;
  const shown = typeof said === "string" ? said : said === null ? "%!s(<nil>)" : `%!s(${goKind(said)}=${goText(said)})`;
  return patchFailed(`unknown patch type: ${shown} in map: ${goText(item)}`);
}

const goTypes: { readonly [kind: string]: string } = {
  map: "map[string]interface {}",
  slice: "[]interface {}",
};

/** @param expected and found as `goKind` names them */
export function wrongArgument(expected: string, found: string): StatusError {
  const type = (kind: string) => goTypes[kind] ?? kind;
  return patchFailed(`expected a ${type(expected)}, but received a ${type(found)}`);
}
