import fc, { type Arbitrary } from "fast-check";
import type { JsonObject, KubeObject } from "../../src/core/manifest/kube-object.ts";
import { patches } from "./media-types.ts";
import type { Ask } from "./pair.ts";
import type { Config } from "./random-configs.ts";

/** One client's way to write something of what is desired, as plain data: a failing sequence can be read. */
export interface Write {
  by: "apply" | "merge" | "strategic" | "json" | "update" | "scale" | "status" | "client-side";
  manager: string;
  force: boolean;
  dryRun: boolean;
  config: Config;
}

/** Writes to one object of a kind, applies more often than others. */
export function randomWrite(kind: string, config: Arbitrary<Config>): Arbitrary<Write> {
  const others: Write["by"][] = ["merge", "json", "update", "client-side"];
  // Of a Service's ports a strategic merge looks at the number alone, and makes one of two protocols' ports.
  if (kind === "ConfigMap" || kind === "Deployment") others.push("strategic");
  if (kind === "Deployment") others.push("scale", "status");
  return fc.record({
    by: fc.oneof(
      { weight: 2, arbitrary: fc.constant<Write["by"]>("apply") },
      { weight: 1, arbitrary: fc.constantFrom(...others) },
    ),
    manager: fc.constantFrom("alice", "bob", "kubectl"),
    force: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    dryRun: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    config,
  });
}

/**
 * The request that a write is.
 * @param path of the object
 * @param live the object as it is on the server that is asked; undefined when it is not there
 */
export function requestOf(write: Write, path: string, name: string, live: KubeObject | undefined): Ask {
  const { by, manager, force, dryRun, config } = write;
  const dry = dryRun ? "&dryRun=All" : "";
  const desired = { ...config, metadata: { ...config.metadata, name } };
  if (by === "apply") {
    const target = `?fieldManager=${manager}&force=${force}${dry}`;
    return { method: "PATCH", path: `${path}${target}`, contentType: patches.apply, body: desired };
  }
  const { metadata, apiVersion: _, kind, ...content } = config;
  const { labels, annotations } = metadata;
  const edit = `?fieldManager=${manager}-edit${dry}`;
  const patch = (contentType: string, body: unknown, target = edit): Ask => ({
    method: "PATCH",
    path: `${path}${target}`,
    contentType,
    body,
  });
  const changes = (noted = annotations) => ({
    ...content,
    metadata: { ...(labels && { labels }), ...(noted && { annotations: noted }) },
  });
  switch (by) {
    case "merge":
      return patch(patches.merge, changes());
    case "strategic":
      return patch(patches.strategic, changes());
    case "client-side": {
      // As client-side `kubectl apply` leaves it, which a later server-side apply by kubectl takes into account.
      const last = { "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(desired)}\n` };
      return patch(patches.merge, changes({ ...(annotations as JsonObject), ...last }));
    }
    case "json":
      return patch(patches.json, [{ op: "add", path: "/metadata/labels", value: labels ?? {} }]);
    case "scale":
      return patch(patches.merge, { spec: { replicas: force ? 5 : 1 } }, `/scale?fieldManager=${manager}-scale${dry}`);
    case "status": {
      const seen = { status: { replicas: force ? 2 : 1 }, metadata: { annotations: { seen: String(force) } } };
      return patch(patches.merge, seen, `/status?fieldManager=controller${dry}`);
    }
    case "update": {
      const spec = { ...(live?.spec as JsonObject), ...(content.spec as JsonObject) };
      const body = {
        ...live,
        ...content,
        ...(kind === "Service" && { spec }),
        metadata: { ...live?.metadata, name, ...(labels && { labels }) },
      };
      return { method: "PUT", path: `${path}${edit}`, body };
    }
  }
}
