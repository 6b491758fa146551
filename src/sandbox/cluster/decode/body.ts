import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { badRequest } from "../status-error.ts";
import { duplicateFields } from "./duplicate-fields.ts";
import { NoYaml, readYaml } from "./yaml.ts";

export interface Body {
  value: JsonObject;
  /** Of fields that stand there twice, of which the last one counts: their paths, or of YAML the whole complaint. */
  duplicates: string[];
}

/** Reads a request's body: one object, as JSON or (when it is allowed) YAML. Throws a 400 for what is neither. */
export function readObject(text: string, { yaml, kind }: { yaml: boolean; kind?: string }): Body {
  const trouble = kind === undefined ? "" : `the object provided is unrecognized (must be of type ${kind}): `;
  let body: { value: unknown; duplicates: string[] };
  try {
    body = yaml ? readYaml(text) : { value: JSON.parse(text), duplicates: duplicateFields(text) };
  } catch (error) {
    const about = error instanceof NoYaml ? "yaml: " : "couldn't get version/kind; json parse error: ";
    throw badRequest(`${trouble}${about}${(error as Error).message} (${excerpt(text)})`);
  }
  const { value, duplicates } = body;
  // To Go nothing is an object without fields.
  if (value === null) return { value: {}, duplicates };
  if (!isObject(value)) {
    const found = Array.isArray(value) ? "array" : typeof value;
    throw badRequest(
      `${trouble}couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go value of type struct (${excerpt(text)})`,
    );
  }
  return { value, duplicates };
}

/** Reads what is applied: YAML, of which JSON is a part. Throws a 400 for what is no object. */
export function readApplied(text: string): Body {
  let body: { value: unknown; duplicates: string[] };
  try {
    body = readYaml(text);
  } catch (error) {
    if (!(error instanceof NoYaml)) throw error;
    // What begins as JSON is only read where it is applied.
    const begins = text.trimStart().startsWith("{");
    const stage = begins ? "decoding patch: error converting YAML to JSON" : "encoding patch";
    throw badRequest(`error ${stage}: yaml: ${error.message}`);
  }
  const { value, duplicates } = body;
  if (value === null) return { value: {}, duplicates };
  if (!isObject(value)) throw badRequest(`error decoding patch: ${noMap(value)}`);
  return { value, duplicates };
}

function noMap(value: unknown): string {
  const found = Array.isArray(value) ? "array" : typeof value;
  return `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function excerpt(text: string): string {
  return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
}
