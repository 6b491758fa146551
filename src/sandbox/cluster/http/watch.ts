import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Clock } from "../clock.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import { methodNotAllowed, StatusError } from "../status-error.ts";
import type { Change, ObjectStorage } from "../storage/object-storage.ts";
import { acceptedForm, type Form } from "./accept.ts";
import type { Exchange } from "./exchange.ts";
import { checkListOptions } from "./list-options.ts";
import type { Target } from "./request-path.ts";
import { type Selection, selectionOf } from "./selection.ts";
import { objectJson, partialJson } from "./serialize.ts";
import { tableJson } from "./table.ts";

const bookmarksEvery = 60_000;
/** A watch without `timeoutSeconds` ends by itself after half an hour, as on a real server. */
const longest = 30 * 60;

/**
 * Streams changes until the client leaves or the time is up. From a `resourceVersion` on nothing is left out or told
 * twice; when what came after it is forgotten, an error event says 410.
 */
export function watchObjects(
  exchange: Exchange,
  { storage, clock }: { storage: ObjectStorage; clock: Clock },
  { resource, namespace, name }: Target,
): void {
  if (!resource.verbs.includes("watch")) throw methodNotAllowed();
  const { query, response } = exchange;
  const form = acceptedForm(exchange.request.headers.accept);
  checkListOptions(query, true);
  const selected = selectionOf(query, resource, name);
  const selects: Selection = (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) && selected(object);
  const bookmarks = isTrue(query.get("allowWatchBookmarks"));
  const initial = isTrue(query.get("sendInitialEvents"));
  const from = startOf(query);

  let first = true;
  const send = (type: string, object: KubeObject) => {
    response.write(`{"type":"${type}","object":${inForm(form, resource, object, first, query, clock.now())}}\n`);
    first = false;
  };
  const bookmark = (annotations?: { [name: string]: string }) => {
    const metadata = {
      resourceVersion: String(storage.version()),
      ...(annotations !== undefined && { annotations }),
    };
    response.write(`${JSON.stringify({ type: "BOOKMARK", object: bookmarkObject(form, resource, metadata) })}\n`);
  };

  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  if (from === undefined || initial) {
    for (const object of storage.list(resource.name, namespace)) if (selects(object)) send("ADDED", object);
    if (initial && bookmarks) bookmark({ "k8s.io/initial-events-end": "true" });
  } else {
    const missed = from > storage.version() ? undefined : storage.since(resource.name, from);
    if (missed === undefined) {
      response.end(`${JSON.stringify({ type: "ERROR", object: tooOld(from, storage.version()).toStatus() })}\n`);
      return;
    }
    for (const change of missed) tell(change, selects, send);
  }
  // Headers alone are not sent by themselves, and a client waits for them.
  response.flushHeaders();

  const unsubscribe = storage.subscribe(resource.name, (change) => tell(change, selects, send));
  let stopBookmarks = () => {};
  const seconds = Number(query.get("timeoutSeconds") ?? longest) || longest;
  const stopTimer = clock.schedule(seconds * 1_000, () => {
    if (bookmarks) bookmark();
    // Not only when the response is closed, which comes later: what is written after its end would end the process.
    silence();
    response.end();
  });
  const silence = () => {
    unsubscribe();
    stopTimer();
    stopBookmarks();
  };
  const nextBookmark = () => {
    stopBookmarks = clock.schedule(bookmarksEvery, () => {
      bookmark();
      nextBookmark();
    });
  };
  if (bookmarks) nextBookmark();
  response.once("close", silence);
}

/** A change as it looks through a selector: an object that no longer fits is gone, one that fits from now on is new. */
function tell(change: Change, selects: Selection, send: (type: string, object: KubeObject) => void): void {
  const { type, object, previous } = change;
  const now = type !== "DELETED" && selects(object);
  const before = previous !== undefined && selects(previous);
  if (now) send(before ? "MODIFIED" : "ADDED", object);
  else if (before) send("DELETED", withVersion(previous, object.metadata.resourceVersion!));
}

function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

function inForm(
  form: Form,
  resource: Resource,
  object: KubeObject,
  first: boolean,
  query: URLSearchParams,
  now: Date,
): string {
  if (form === "partial") return partialJson(object);
  // Only a watch's first table says what its columns are.
  if (form === "table") return tableJson(resource, [object], object.metadata, query, now, first);
  return objectJson(object);
}

function bookmarkObject(form: Form, resource: Resource, metadata: object): object {
  return form === "partial"
    ? { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata }
    : { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
}

/** @returns undefined to begin with what is there */
function startOf(query: URLSearchParams): number | undefined {
  const text = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(text)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new StatusError(500, "", `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`);
  }
  return text === "" || text === "0" ? undefined : Number(text);
}

function tooOld(version: number, current: number): StatusError {
  return new StatusError(410, "Expired", `too old resource version: ${version} (${current})`);
}

function isTrue(value: string | null): boolean {
  return value !== null && /^(true|1)?$/i.test(value);
}
