/**
 * A watch that never ends by itself.
 *
 *   list ──▶ watching ──(closed, silent, timed out)──▶ backoff ──▶ watching from the last resourceVersion
 *    ▲           │ 410, or an error event                │
 *    └───────────┴──────────── kind not served ◀─────────┘
 *
 * Each (re)list hands over everything at once, so that the reader also learns what vanished while nobody watched.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Resource } from "./discovery.ts";
import { collectionPath, type KubeClient, type ListOptions, type PartialObject } from "./kube-client.ts";
import { isKubeError } from "./kube-error.ts";

export interface WatchHandler {
  /** Everything there is now; what the reader knew and is not in it is gone. */
  onList(items: PartialObject[], resourceVersion: string): void;
  onEvent(type: "ADDED" | "MODIFIED" | "DELETED", object: PartialObject): void;
  /** Told each time the watch is open: from here on nothing is missed, and it is allowed at all. */
  onOpen?(): void;
  /** Told once per break, for logs. */
  onBreak?(error: unknown): void;
}

export interface WatchOptions extends ListOptions {
  /** Whole objects instead of their metadata, for a reader that needs their status. */
  whole?: boolean;
  /** Milliseconds without a byte after which a line is taken for dead; servers send a bookmark each minute. */
  silence?: number;
}

const bookmarksEvery = 60_000;

/**
 * Watches one kind until `stop` is called: metadata only, or whole objects. Handlers must not throw.
 * @returns stop, which resolves when nothing is called any more
 */
export function watchKind(
  client: KubeClient,
  resource: Resource,
  options: WatchOptions,
  handler: WatchHandler,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = run(client, resource, options, handler, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** How far a watch has come. */
interface Place {
  /** Undefined: list first. */
  resourceVersion: string | undefined;
  /** Attempts in a row that brought nothing. */
  failures: number;
}

async function run(
  client: KubeClient,
  resource: Resource,
  options: WatchOptions,
  handler: WatchHandler,
  signal: AbortSignal,
): Promise<void> {
  const place: Place = { resourceVersion: undefined, failures: 0 };
  while (!signal.aborted) {
    let askedToWait = 0;
    // A server that closes at once must not be asked in a circle; the first event counts as recovered.
    place.failures++;
    try {
      if (place.resourceVersion === undefined) {
        // A list of a kind whose definition goes away may hang until it times out, and whoever stops the watch would too.
        const asked = { ...options, signal };
        const listed = await (options.whole ? client.list(resource, asked) : client.listMetadata(resource, asked));
        if (signal.aborted) return;
        handler.onList(listed.items, listed.resourceVersion);
        place.resourceVersion = listed.resourceVersion;
      }
      await watchOnce(client, resource, options, handler, place, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      handler.onBreak?.(thrown);
      // Only these demand a new list; after anything else the old place is still good.
      if (thrown instanceof WatchExpired || isKubeError(thrown, 404, 410)) place.resourceVersion = undefined;
      if (isKubeError(thrown)) askedToWait = (thrown.retryAfter ?? 0) * 1_000;
    }
    if (place.failures > 0) {
      const wait = Math.max(askedToWait, Math.min(100 * 2 ** place.failures, 30_000) * (0.5 + Math.random()));
      await sleep(wait, undefined, { signal }).catch(() => {});
    }
  }
}

class WatchExpired extends Error {}

async function watchOnce(
  client: KubeClient,
  resource: Resource,
  options: WatchOptions,
  handler: WatchHandler,
  place: Place,
  signal: AbortSignal,
): Promise<void> {
  const query = new URLSearchParams({
    watch: "true",
    resourceVersion: place.resourceVersion ?? "",
    allowWatchBookmarks: "true",
    // Spread, or all watches of an agent end in the same second.
    timeoutSeconds: String(Math.round(300 + Math.random() * 300)),
  });
  if (options.labelSelector !== undefined) query.set("labelSelector", options.labelSelector);
  if (options.fieldSelector !== undefined) query.set("fieldSelector", options.fieldSelector);
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), options.silence ?? 2.5 * bookmarksEvery);
  try {
    const body = await client.transport.stream({
      method: "GET",
      path: `${collectionPath(resource, options.namespace)}?${query}`,
      accept: options.whole ? "application/json" : "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
      signal: AbortSignal.any([signal, silent.signal]),
    });
    handler.onOpen?.();
    for await (const line of lines(body, () => timer.refresh())) {
      if (signal.aborted) return;
      const { type, object } = JSON.parse(line) as { type: string; object: PartialObject & { code?: number } };
      if (type === "ERROR") {
        if (object.code === 410) throw new WatchExpired("the watch's resourceVersion is too old");
        throw new Error(`the watch ended with an error event (${object.code})`);
      }
      place.failures = 0;
      place.resourceVersion = object.metadata.resourceVersion ?? place.resourceVersion;
      if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") handler.onEvent(type, object);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function* lines(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    onBytes();
    rest += decoder.decode(chunk, { stream: true });
    let end = rest.indexOf("\n");
    while (end >= 0) {
      const line = rest.slice(0, end).trim();
      rest = rest.slice(end + 1);
      if (line !== "") yield line;
      end = rest.indexOf("\n");
    }
  }
}
