import { load } from "js-yaml";
import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { badRequest } from "../status-error.ts";
import { duplicateFields } from "./duplicate-fields.ts";

export interface Body {
  value: JsonObject;
  /** Paths of fields that stand there twice; the last one counts. */
  duplicates: string[];
}

/** Reads a request's body: one object, as JSON or (when it is allowed) YAML. Throws a 400 for what is neither. */
export function readObject(text: string, { yaml, kind }: { yaml: boolean; kind: string }): Body {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!yaml) {
      throw badRequest(
        `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${(error as Error).message} (${excerpt(text)})`,
      );
    }
    return { value: readYaml(text), duplicates: [] };
  }
  if (!isObject(value)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(value) ? "array" : typeof value} into Go value of type struct (${excerpt(text)})`,
    );
  }
  return { value, duplicates: duplicateFields(text) };
}

function readYaml(text: string): JsonObject {
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
  if (!isObject(value as Json)) throw badRequest("error decoding YAML: the document is no object");
  // Aliases give one value twice; what we keep must not be shared.
  return JSON.parse(JSON.stringify(value));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function excerpt(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
}
