import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { JsonPatchError, jsonPatch } from "../patch/json-patch.ts";
import { isObject, mergePatch } from "../patch/merge-patch.ts";
import type { Strategy } from "../registry/strategy.ts";
import { badRequest, invalid, StatusError } from "../status-error.ts";
import { unsupported } from "./unsupported.ts";

const patchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];
export const strategicType = "application/strategic-merge-patch+json";

/** How a patch of that media type changes an object of that kind. Throws a 415 for what is none. */
export function patchFor(type: string, { strategicMerge }: Strategy): (target: JsonObject, patch: Json) => Json {
  switch (type) {
    case "application/json-patch+json":
      return (target, patch) => {
        if (!Array.isArray(patch)) {
          const found = isObject(patch) ? "object" : typeof patch;
          const message = `json: cannot unmarshal ${found} into Go value of type []handlers.jsonPatchOp`;
          throw badRequest(`error decoding patch: ${message}`);
        }
        try {
          return jsonPatch(target, patch);
        } catch (error) {
          if (!(error instanceof JsonPatchError)) throw error;
          throw new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});
        }
      };
    case "application/merge-patch+json":
      return mergePatch;
    case strategicType:
      if (strategicMerge !== undefined) {
        return (target, patch) => {
          if (!isObject(patch)) throw badRequest("a strategic merge patch is an object");
          return strategicMerge(target, patch);
        };
      }
  }
  throw patchTypes.includes(type) || type === strategicType
    ? unsupported(patchTypes)
    : new StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
}

export function parsedPatch(text: string, type: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `error decoding ${type === "application/json-patch+json" ? "" : "merge "}patch: ${(error as Error).message}`,
    );
  }
}

/** What is answered to a patch that leads to no good object. */
export function patchRefused(change: Json, said: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(JSON.stringify(change))}: ${said}`;
  return invalid("", "", "", [{ reason: "FieldValueInvalid", field: "patch", message }]);
}
