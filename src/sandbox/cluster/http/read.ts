import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Registry } from "../registry/registry.ts";
import { scaleOf } from "../registry/scale.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import { badRequest, methodNotAllowed, StatusError } from "../status-error.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import { acceptedForm, type Form } from "./accept.ts";
import { answerJson, type Exchange } from "./exchange.ts";
import { checkListOptions } from "./list-options.ts";
import type { Target } from "./request-path.ts";
import { type Selection, selectionOf } from "./selection.ts";
import { itemJson, listJson, objectJson, partialJson } from "./serialize.ts";
import { tableJson } from "./table.ts";

export function answerObject(exchange: Exchange, resource: Resource, object: KubeObject, code = 200): void {
  const form = acceptedForm(exchange.request.headers.accept, "object");
  answerJson(exchange, code, inForm(form, resource, object, exchange));
}

function inForm(form: Form, resource: Resource, object: KubeObject, { query, now }: Exchange): string {
  if (form === "partial") return partialJson(object);
  if (form === "table" && object.kind === resource.kind)
    return tableJson(resource, [object], object.metadata, query, now);
  return objectJson(object);
}

export function getObject(exchange: Exchange, registry: Registry, target: Target & { name: string }): void {
  const { resource, namespace, name, subresource } = target;
  if (!resource.verbs.includes("get")) throw methodNotAllowed();
  const object = registry.get(resource, namespace, name);
  if (subresource === "scale") answerJson(exchange, 200, JSON.stringify(scaleOf(resource, object)));
  else answerObject(exchange, resource, object);
}

/** One page of a list. All its pages show the same moment. */
export function listObjects(
  exchange: Exchange,
  { registry, storage }: { registry: Registry; storage: ObjectStorage },
  { resource, namespace }: Target,
): void {
  if (!resource.verbs.includes("list")) throw methodNotAllowed();
  const { query } = exchange;
  const form = acceptedForm(exchange.request.headers.accept, "list");
  checkListOptions(query, false);
  const selects = selectionOf(query, resource, undefined);
  const page = pageOf(query, storage.version());
  const { items, next, remaining } = select(objectsAt({ registry, storage }, resource, namespace, page), selects, page);
  const metadata = {
    resourceVersion: String(page.version),
    ...(next !== undefined && { continue: token(page.version, next) }),
    // Of custom resources a real server says also that there is no more.
    ...(next === undefined && form === "object" && resource.definedBy !== undefined && { continue: "" }),
    ...(next !== undefined && query.get("labelSelector") === null && { remainingItemCount: remaining }),
  };
  const body =
    form === "table"
      ? tableJson(resource, items, metadata, query, exchange.now)
      : form === "partial"
        ? listJson("PartialObjectMetadataList", "meta.k8s.io/v1", metadata, items.map(partialJson))
        : listJson(
            resource.listKind,
            apiVersionOf(resource),
            metadata,
            items.map((it) => itemJson(it, resource)),
          );
  answerJson(exchange, 200, body);
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
    if (!selects(object)) continue;
    if (items.length < limit) items.push(object);
    else remaining += 1;
  }
  return { items, remaining, next: remaining > 0 ? place(items.at(-1)!) : undefined };
}

function pageOf(query: URLSearchParams, current: number): Page {
  const text = query.get("limit") || "0";
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const limit = Number(text) <= 0 ? Number.POSITIVE_INFINITY : Number(text);
  const given = query.get("continue") ?? "";
  if (given !== "") {
    const { version, after } = readToken(given);
    return { version: version === anyVersion ? current : version, after, limit };
  }
  const version = query.get("resourceVersion") ?? "";
  const exact = query.get("resourceVersionMatch") === "Exact";
  if (!/^\d*$/.test(version)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(version)}: ${why}`);
  }
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
