import { load } from "js-yaml";
import { parseDocument } from "yaml";
import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { badRequest } from "../status-error.ts";
import { duplicateFields } from "./duplicate-fields.ts";

export interface Body {
  value: JsonObject;
  /** Of fields that stand there twice, of which the last one counts: their paths, or of YAML the whole complaint. */
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
    return readYaml(text, "error decoding YAML: ");
  }
  if (!isObject(value)) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(value) ? "array" : typeof value} into Go value of type struct (${excerpt(text)})`,
    );
  }
  return { value, duplicates: duplicateFields(text) };
}

/** Reads what is applied: YAML, of which JSON is a part. Throws a 400 for what is no object. */
export function readApplied(text: string): Body {
  const trouble = "error decoding patch: ";
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return readYaml(text, trouble);
  }
  if (!isObject(value)) throw badRequest(trouble + noMap(value));
  return { value, duplicates: duplicateFields(text) };
}

function readYaml(text: string, trouble: string): Body {
  let value: unknown;
  try {
    value = load(text, { json: true });
  } catch (error) {
    throw badRequest(`${trouble}error converting YAML to JSON: yaml: ${(error as Error).message}`);
  }
  if (!isObject(value as Json)) throw badRequest(trouble + noMap(value));
  // Aliases give one value twice; what we keep must not be shared.
  return { value: JSON.parse(JSON.stringify(value)), duplicates: doubledKeys(text) };
}

function noMap(value: unknown): string {
  const found = Array.isArray(value) ? "array" : typeof value;
  return `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
}

/** Keys that stand twice in a map of a YAML text, as `line 5: key "a" already set in map`. */
function doubledKeys(text: string): string[] {
  const { errors } = parseDocument(text, { uniqueKeys: true });
  return errors
    .filter(({ code }) => code === "DUPLICATE_KEY")
    .map(({ linePos, pos }) => {
      const key = /^[^:\n]*/.exec(text.slice(pos[0]))?.[0].trim() ?? "";
      return `line ${linePos?.[0].line}: key ${JSON.stringify(key.replace(/^(["'])(.*)\1$/, "$2"))} already set in map`;
    });
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function excerpt(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
}
