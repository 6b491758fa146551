import { groupOf, type ObjectRef } from "../../core/manifest/kube-object.ts";
import type { PlannedObject } from "../../core/plan/plan.ts";
import type { PartialObject } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";
import { watchKind } from "../../kube/watch.ts";
import type { AgentContext } from "../agent-context.ts";
import { writtenOf } from "../cluster/written.ts";

/** Each is a connection to the API server that stays open. */
const mostWatches = 64;

/** Watches objects that are in nobody's inventory, such as those that a plan would make or take over. */
export interface OutsideWatch {
  /** @returns stop; `onChange` is called at most once, never after it */
  follow(objects: readonly PlannedObject[], onChange: () => void): () => void;
  close(): Promise<void>;
}

export function createOutsideWatch({
  kube,
  log,
  confine,
}: Pick<AgentContext, "kube" | "log" | "confine">): OutsideWatch {
  const open = new Set<{ stop(): Promise<void> }>();

  async function watchPlace(
    objects: readonly PlannedObject[],
    onChange: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { apiVersion, kind, namespace }: ObjectRef = objects[0]!;
    if (confine !== undefined && (namespace === undefined || !confine.includes(namespace))) return;
    const resource =
      (await kube.discovery.find(apiVersion, kind)) ?? (await kube.discovery.findGroupKind(groupOf(apiVersion), kind));
    // Of a kind that is not served there is nothing, and a plan that brings it is looked at again when it is merged.
    if (resource === undefined || signal.aborted) return;
    // Nobody tells of pull requests that are closed; the oldest is the likeliest to be one.
    const [oldest] = open;
    if (open.size >= mostWatches && oldest !== undefined) {
      log.debug({ kind, namespace }, "too many plans to watch what all of them would make");
      open.delete(oldest);
      oldest.stop().catch(() => undefined);
    }
    const names = new Set(objects.map(({ name }) => name));
    const expected = new Set(objects.filter(({ action }) => action === "create").map(({ name }) => name));
    const [only] = names;
    let known: Map<string, string> | undefined;
    const take = ({ metadata }: PartialObject, isGone: boolean) => {
      if (!names.has(metadata.name) || known === undefined) return;
      const written = isGone ? undefined : writtenOf(metadata);
      if (known.get(metadata.name) !== written) onChange();
    };
    const watch = watchKind(
      kube,
      resource,
      {
        ...(namespace === undefined ? {} : { namespace }),
        ...(names.size === 1 ? { fieldSelector: `metadata.name=${only}` } : {}),
      },
      {
        onList(items) {
          const there = new Map(
            items.flatMap(({ metadata }) => (names.has(metadata.name) ? [[metadata.name, writtenOf(metadata)]] : [])),
          );
          const before = known ?? there;
          known = there;
          const isMade = [...there.keys()].some((name) => expected.has(name));
          const differs = [...names].some((name) => before.get(name) !== there.get(name));
          if (isMade || differs) onChange();
        },
        onEvent: (type, object) => take(object, type === "DELETED"),
        onBreak(error) {
          if (isRefusal(error)) stop();
        },
      },
    );
    const stop = () => {
      if (open.delete(watch)) watch.stop().catch(() => undefined);
    };
    open.add(watch);
    signal.addEventListener("abort", stop, { once: true });
  }

  return {
    follow(objects, onChange) {
      const stopping = new AbortController();
      const once = () => {
        if (stopping.signal.aborted) return;
        stopping.abort();
        onChange();
      };
      const places = Map.groupBy(objects, ({ apiVersion, kind, namespace }) =>
        [groupOf(apiVersion), kind, namespace ?? ""].join("/"),
      );
      for (const place of places.values()) {
        watchPlace(place, once, stopping.signal).catch((thrown) =>
          log.debug({ reason: String(thrown) }, "what a plan would make is not watched"),
        );
      }
      return () => stopping.abort();
    },
    async close() {
      await Promise.all([...open].map((watch) => watch.stop()));
    },
  };
}
