import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../../core/manifest/kube-object.ts";
import { isObject, setOwn } from "./merge-patch.ts";

/** A patch that is none, or that does not fit the object. */
export class JsonPatchError extends Error {}

/** RFC 6902. The document is left as it is. */
export function jsonPatch(document: Json, patch: Json): Json {
  if (!Array.isArray(patch)) throw new JsonPatchError("a JSON patch is a list of operations");
  return patch.reduce<Json>(operate, structuredClone(document));
}

function operate(document: Json, operation: Json): Json {
  if (!isObject(operation) || typeof operation.path !== "string") throw new JsonPatchError("an operation needs a path");
  const { op, path, value, from } = operation;
  switch (op) {
    case "add":
      return add(document, path, present(value));
    case "replace":
      return replace(document, path, present(value));
    case "remove":
      return remove(document, path);
    case "test":
      if (!isDeepStrictEqual(readOr(document, path), value ?? null))
        throw new JsonPatchError(`testing value ${path} failed`);
      return document;
    case "copy":
      return add(document, path, structuredClone(readField(document, text(from))));
    case "move": {
      const moved = read(document, text(from));
      return add(remove(document, text(from)), path, moved);
    }
    default:
      throw new JsonPatchError(`unexpected kind: ${String(op)}`);
  }
}

function present(value: Json | undefined): Json {
  if (value === undefined) throw new JsonPatchError("missing value");
  return structuredClone(value);
}

function text(value: Json | undefined): string {
  if (typeof value !== "string") throw new JsonPatchError("missing from");
  return value;
}

function steps(path: string): string[] {
  if (path === "") return [];
  if (!path.startsWith("/")) throw new JsonPatchError(`${path} is no JSON pointer`);
  return path
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function child(parent: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(parent)) return /^(0|[1-9]\d*)$/.test(step) ? parent[Number(step)] : undefined;
  return isObject(parent) && Object.hasOwn(parent, step) ? parent[step] : undefined;
}

function readOr(document: Json, path: string): Json {
  return steps(path).reduce<Json | undefined>(child, document) ?? null;
}

function read(document: Json, path: string): Json {
  const found = steps(path).reduce<Json | undefined>(child, document);
  if (found === undefined) throw new JsonPatchError(`${path} does not exist`);
  return found;
}

/** As Kubernetes' library reads a field that may not be there: of a map it is null then. */
function readField(document: Json, path: string): Json {
  if (path === "") return document;
  const [parent, step] = parentOf(document, path);
  const found = child(parent, step);
  if (found === undefined && !isObject(parent)) throw new JsonPatchError(`${path} does not exist`);
  return found ?? null;
}

/** Of a map also a field that is not there can be replaced, which RFC 6902 would not have. */
function replace(document: Json, path: string, value: Json): Json {
  if (path === "") return value;
  const [parent, step] = parentOf(document, path);
  if (isObject(parent)) setOwn(parent, step, value);
  else if (child(parent, step) !== undefined) (parent as Json[])[Number(step)] = value;
  else throw new JsonPatchError(`${path} does not exist`);
  return document;
}

function parentOf(document: Json, path: string): [Json, string] {
  const all = steps(path);
  const last = all.pop();
  const parent = all.reduce<Json | undefined>(child, document);
  if (last === undefined || parent === undefined) throw new JsonPatchError(`${path} does not exist`);
  return [parent, last];
}

function add(document: Json, path: string, value: Json): Json {
  if (path === "") return value;
  const [parent, step] = parentOf(document, path);
  if (Array.isArray(parent)) {
    const index = step === "-" ? parent.length : Number(step);
    if (!/^(-|0|[1-9]\d*)$/.test(step) || index > parent.length) throw new JsonPatchError(`${path} is out of bounds`);
    parent.splice(index, 0, value);
  } else if (isObject(parent)) setOwn(parent, step, value);
  else throw new JsonPatchError(`${path} does not exist`);
  return document;
}

function remove(document: Json, path: string): Json {
  const [parent, step] = parentOf(document, path);
  if (child(parent, step) === undefined) throw new JsonPatchError(`${path} does not exist`);
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else delete (parent as { [key: string]: Json })[step];
  return document;
}
