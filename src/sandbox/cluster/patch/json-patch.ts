import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../../core/manifest/kube-object.ts";
import { isObject, setOwn } from "./merge-patch.ts";

/** An operation that does not fit the object. */
export class JsonPatchError extends Error {}

/**
 * RFC 6902 as Kubernetes' library reads it, which takes more: a path without its first slash, an index from the end
 * (`-1`), a value that is not there for null, and replaces a field that is not there. The document is left as it is.
 */
export function jsonPatch(document: Json, operations: readonly Json[]): Json {
  return operations.reduce<Json>(operate, structuredClone(document));
}

function operate(document: Json, operation: Json): Json {
  const { op, path, value = null, from } = isObject(operation) ? operation : {};
  switch (op) {
    case "add":
      add(placeOf(document, path), structuredClone(value));
      return document;
    case "replace":
      return path === "" ? whole(value) : replace(document, placeOf(document, path), structuredClone(value));
    case "remove":
      remove(placeOf(document, path));
      return document;
    case "test": {
      const found = path === "" ? document : (read(placeOf(document, path)) ?? null);
      if (!isDeepStrictEqual(found, value)) throw new JsonPatchError("test failed");
      return document;
    }
    case "copy": {
      const copied = structuredClone(read(placeOf(document, from)) ?? null);
      add(placeOf(document, path), copied);
      return document;
    }
    case "move": {
      const place = placeOf(document, from);
      const moved = read(place) ?? null;
      remove(place);
      add(placeOf(document, path), moved);
      return document;
    }
    default:
      throw new JsonPatchError("unexpected kind");
  }
}

function whole(value: Json): Json {
  if (typeof value !== "object" || value === null) throw new JsonPatchError("value must be object or array");
  return structuredClone(value);
}

interface Place {
  parent: { [key: string]: Json } | Json[];
  step: string;
}

function placeOf(document: Json, path: Json | undefined): Place {
  if (typeof path !== "string") throw new JsonPatchError("missing value");
  const [, ...steps] = path.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = steps.pop();
  const parent = steps.reduce<Json | undefined>(
    (found, step) => (isContainer(found) ? childOf({ parent: found, step }) : undefined),
    document,
  );
  if (last === undefined || !isContainer(parent)) throw new JsonPatchError(`${path} does not exist`);
  return { parent, step: last };
}

function isContainer(value: Json | undefined): value is Place["parent"] {
  return Array.isArray(value) || isObject(value);
}

/** Undefined when the text is no index; below zero it counts from an end that `length` names. */
function indexIn(step: string, length: number): number | undefined {
  if (!/^[+-]?\d+$/.test(step)) return undefined;
  const index = Number(step);
  const from = index < 0 ? index + length : index;
  return from >= 0 && from < length ? from : undefined;
}

function childOf({ parent, step }: Place): Json | undefined {
  if (!Array.isArray(parent)) return Object.hasOwn(parent, step) ? parent[step] : undefined;
  const index = indexIn(step, parent.length);
  return index === undefined ? undefined : parent[index];
}

/** What stands there; undefined for a field that is not there. Throws for an item that is not there. */
function read(place: Place): Json | undefined {
  if (Array.isArray(place.parent) && indexIn(place.step, place.parent.length) === undefined) {
    throw new JsonPatchError(`${place.step} is out of bounds`);
  }
  return childOf(place);
}

function add({ parent, step }: Place, value: Json): void {
  if (!Array.isArray(parent)) {
    setOwn(parent, step, value);
    return;
  }
  const index = step === "-" ? parent.length : indexIn(step, parent.length + 1);
  if (index === undefined) throw new JsonPatchError(`${step} is out of bounds`);
  parent.splice(index, 0, value);
}

function replace(document: Json, place: Place, value: Json): Json {
  read(place);
  const { parent, step } = place;
  if (Array.isArray(parent)) parent[indexIn(step, parent.length)!] = value;
  else setOwn(parent, step, value);
  return document;
}

function remove(place: Place): void {
  const { parent, step } = place;
  read(place);
  if (Array.isArray(parent)) parent.splice(indexIn(step, parent.length)!, 1);
  else if (!Object.hasOwn(parent, step)) throw new JsonPatchError(`${step} does not exist`);
  else delete parent[step];
}
