import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { duplicateFields } from "../decode/duplicate-fields.ts";
import { goJsonKind, goText } from "../go-text.ts";
import { JsonPatchError, jsonPatch } from "../patch/json-patch.ts";
import { isObject, mergePatch } from "../patch/merge-patch.ts";
import type { Strategy } from "../registry/strategy.ts";
import { badRequest, invalid, StatusError } from "../status-error.ts";
import { unsupported } from "./unsupported.ts";

const jsonType = "application/json-patch+json";
const mergeType = "application/merge-patch+json";
const applyType = "application/apply-patch+yaml";
export const strategicType = "application/strategic-merge-patch+json";

const mostOperations = 10_000;
const operationFields = ["op", "path", "from", "value"];

/** How a patch changes an object; `validated` says whether its own fields are looked at. */
type Patching = (target: JsonObject, patch: Json, validated: boolean) => Json;

/** How a patch of that media type changes an object of that kind. Throws a 415 for what is none. */
export function patchFor(type: string, { strategicMerge }: Strategy): Patching {
  if (type === jsonType) return patchByOperations;
  if (type === mergeType) return patchByMerge;
  if (type === strategicType && strategicMerge !== undefined) {
    return (target, patch) => {
      if (patch !== null && !isObject(patch)) throw badRequest(noMap(patch));
      return strategicMerge(target, patch ?? {});
    };
  }
  const accepted = [jsonType, mergeType, ...(strategicMerge === undefined ? [] : [strategicType]), applyType];
  const known = [...accepted, strategicType].includes(type.trim());
  throw known ? unsupported(accepted) : new StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
}

/** Throws a 400 for what is no JSON. */
export function parsedPatch(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("invalid JSON patch");
  }
}

/** What is to be told of fields that stand twice in a patch, or that a JSON patch's operations do not have. */
export function patchComplaints(text: string, patch: Json, type: string): string[] {
  const doubled = duplicateFields(text).map((field) => `duplicate field ${JSON.stringify(field)}`);
  if (type !== jsonType || !Array.isArray(patch)) return doubled;
  const unknown = patch.flatMap((operation, index) =>
    Object.keys(isObject(operation) ? operation : {})
      .filter((field) => !operationFields.includes(field))
      .map((field) => `unknown field ${JSON.stringify(`[${index}].${field}`)}`),
  );
  return [...doubled, ...unknown].map((said) => `json patch ${said}`);
}

/** What is answered to a patch that leads to no good object. */
export function patchRefused(type: string, change: Json, said: string): StatusError {
  const shown = type === strategicType ? goText(change) : JSON.stringify(change);
  const message = `Invalid value: ${JSON.stringify(shown)}: ${said}`;
  return invalid("", "", "", [{ reason: "FieldValueInvalid", field: "patch", message }]);
}

const patchByOperations: Patching = (target, patch, validated) => {
  const refuse = (found: Json, where: string) => {
    const said = `json: cannot unmarshal ${goJsonKind(found)} into Go ${where}`;
    return badRequest(validated ? `error decoding patch: ${said}` : said);
  };
  const [list, item] = validated
    ? ["[]handlers.jsonPatchOp", "handlers.jsonPatchOp"]
    : ["jsonpatch.Patch", "jsonpatch.Operation"];
  const operations = patch ?? [];
  if (!Array.isArray(operations)) throw refuse(operations, `value of type ${list}`);
  for (const operation of operations) {
    if (operation === null) continue;
    if (!isObject(operation)) throw refuse(operation, `value of type ${item}`);
    for (const field of validated ? ["op", "path", "from"] : []) {
      const value = operation[field] ?? "";
      if (typeof value !== "string") throw refuse(value, `struct field jsonPatchOp.${field} of type string`);
    }
  }
  if (operations.length > mostOperations) {
    const said = `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${operations.length}`;
    throw new StatusError(413, "RequestEntityTooLarge", `Request entity too large: ${said}`);
  }
  try {
    return jsonPatch(target, operations);
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    throw new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});
  }
};

const patchByMerge: Patching = (target, patch, validated) => {
  if (isObject(patch)) return mergePatch(target, patch);
  if (patch !== null && validated) throw badRequest(`error decoding patch: ${noMap(patch)}`);
  if (!Array.isArray(patch)) throw badRequest("Invalid JSON Patch");
  return mergePatch(undefined, patch);
};

function noMap(value: Json): string {
  return `json: cannot unmarshal ${goJsonKind(value)} into Go value of type map[string]interface {}`;
}
