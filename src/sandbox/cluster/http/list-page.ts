import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Registry } from "../registry/registry.ts";
import type { Resource } from "../resources/resource.ts";
import { badRequest, StatusError } from "../status-error.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import { wholeNumber } from "./query-number.ts";
import { nameSelected, type Selection, selectionOf } from "./selection.ts";

export interface ListPage {
  items: KubeObject[];
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
}

/** The page of a list that a URL's query asks for. All pages of one list show the same moment. */
export function listPage(
  query: URLSearchParams,
  { registry, storage }: { registry: Registry; storage: ObjectStorage },
  { resource, namespace }: { resource: Resource; namespace: string | undefined },
): ListPage {
  wholeNumber(query, "timeoutSeconds");
  const selects = selectionOf(query, resource, undefined);
  const page = pageOf(query, storage.version());
  const all = objectsAt({ registry, storage }, resource, namespace, page);
  // One object is looked up and not searched for, so that nothing is left behind it.
  const name = namespace === undefined && resource.namespaced ? undefined : nameSelected(query);
  const { items, next, remaining } = select(
    name === undefined ? all : all.filter(({ metadata }) => metadata.name === name),
    selects,
    page,
  );
  const counted = !query.get("labelSelector") && !query.get("fieldSelector");
  return {
    items,
    metadata: {
      resourceVersion: String(page.version),
      ...(next !== undefined && { continue: token(page.version, next) }),
      ...(next !== undefined && counted && { remainingItemCount: remaining }),
    },
  };
}

/** Throws the 504 for a version that there will only be. */
export function reached(version: number, current: number): void {
  if (version <= current) return;
  const message = `Timeout: Too large resource version: ${version}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  throw new StatusError(504, "Timeout", message, { causes, retryAfterSeconds: 1 });
}

const goneOn =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/** Of a token that goes on at whatever moment. */
const anyVersion = -1;

interface Page {
  version: number;
  /** Namespace and name of the last object of the page before. */
  after: string | undefined;
  limit: number;
}

const place = ({ metadata: { namespace = "", name } }: KubeObject) => `${namespace}/${name}`;

function objectsAt(
  { registry, storage }: { registry: Registry; storage: ObjectStorage },
  resource: Resource,
  namespace: string | undefined,
  { version, after }: Page,
): KubeObject[] {
  if (version === storage.version()) return registry.list(resource, namespace);
  const past = storage.listAt(resource.name, version, namespace);
  if (past !== undefined) return past;
  if (after === undefined) {
    throw new StatusError(410, "Expired", "The resourceVersion for the provided list is too old.");
  }
  throw new StatusError(410, "Expired", goneOn, undefined, { continue: token(anyVersion, after) });
}

function select(objects: readonly KubeObject[], selects: Selection, { after, limit }: Page) {
  const items: KubeObject[] = [];
  let remaining = 0;
  for (const object of objects) {
    if (after !== undefined && place(object) <= after) continue;
    // Whether the selector takes what comes after a full page is not looked at, as on the real server.
    if (items.length >= limit) remaining += 1;
    else if (selects(object)) items.push(object);
  }
  return { items, remaining, next: remaining > 0 ? place(items.at(-1)!) : undefined };
}

function pageOf(query: URLSearchParams, current: number): Page {
  const asked = wholeNumber(query, "limit") ?? 0;
  const limit = asked <= 0 ? Number.POSITIVE_INFINITY : asked;
  const given = query.get("continue") ?? "";
  if (given !== "") {
    if (!["", "0", null].includes(query.get("resourceVersion"))) {
      throw badRequest("specifying resource version is not allowed when using continue");
    }
    const { version, after } = readToken(given);
    return { version: version === anyVersion ? current : version, after, limit };
  }
  const version = query.get("resourceVersion") ?? "";
  const match = query.get("resourceVersionMatch") ?? "";
  const exact = match === "Exact" || (match === "" && version !== "" && asked > 0);
  if (!/^\d*$/.test(version)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(version)}: ${why}`);
  }
  reached(Number(version), current);
  // The cache, which knows no pages.
  if (Number(version) === 0 && version !== "")
    return { version: current, after: undefined, limit: Number.POSITIVE_INFINITY };
  return { version: exact ? Number(version) : current, after: undefined, limit };
}

function token(version: number, after: string): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: version, start: after })).toString("base64url");
}

function readToken(text: string): { version: number; after: string } {
  let why = "no version and no start";
  try {
    const { rv, start } = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (Number.isSafeInteger(rv) && typeof start === "string") return { version: rv, after: start };
  } catch (error) {
    why = (error as Error).message;
  }
  throw badRequest(`invalid continue token: continue key is not valid: ${why}`);
}
