import type { JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import type { Chooser } from "./random-configs.ts";

/** A request about one object that exists or, for an apply, need not. */
export interface Write {
  method: "PATCH" | "PUT";
  /** After the object's path: a subresource, and the query. */
  target: string;
  type: string;
  /** Made for each server from its own state of the object. */
  body: (live: KubeObject | undefined) => unknown;
}

const json = "application/json";
const merge = "application/merge-patch+json";

/** Some client's way to write something of what is desired. */
export function randomWrite(
  choose: Chooser,
  desired: JsonObject,
  { exists, kind }: { exists: boolean; kind: string },
): Write {
  const person = choose(["alice", "bob"]);
  const dryRun = exists && choose([true, false, false, false]) ? "&dryRun=All" : "";
  const force = choose([true, false, false]);
  const apply: Write = {
    method: "PATCH",
    target: `?fieldManager=${choose([person, person, "kubectl"])}&force=${force}${dryRun}`,
    type: "application/apply-patch+yaml",
    body: () => desired,
  };
  if (!exists || choose([true, true, false])) return apply;

  const edit = `?fieldManager=${person}-edit${dryRun}`;
  const { metadata: wanted, apiVersion: _, kind: _k, ...content } = desired;
  const { labels, annotations } = wanted as JsonObject;
  // As client-side `kubectl apply` leaves it, which a later server-side apply by kubectl takes into account.
  const applied = { "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(desired)}\n` };
  const noted = choose([true, false, false]) ? { ...(annotations as JsonObject), ...applied } : annotations;
  const changes = { ...content, metadata: { ...(labels && { labels }), ...(noted && { annotations: noted }) } };
  // Of a Service's ports a strategic merge looks at the number alone, and makes one of two protocols' ports.
  const typed = ["ConfigMap", "Deployment"].includes(kind);
  const writes: Write[] = [
    { method: "PATCH", target: edit, type: merge, body: () => changes },
    {
      method: "PATCH",
      target: edit,
      type: "application/json-patch+json",
      body: (live) => [
        { op: live?.metadata.labels === undefined ? "add" : "replace", path: "/metadata/labels", value: labels ?? {} },
      ],
    },
    {
      method: "PUT",
      target: edit,
      type: json,
      body: (live) => ({
        ...live,
        ...content,
        ...(kind === "Service" && { spec: { ...(live?.spec as JsonObject), ...(content.spec as JsonObject) } }),
        metadata: { ...live?.metadata, ...(labels && { labels }) },
      }),
    },
    ...(typed
      ? [
          {
            method: "PATCH",
            target: edit,
            type: "application/strategic-merge-patch+json",
            body: () => changes,
          } as const,
        ]
      : []),
    ...(kind === "Deployment"
      ? ([
          {
            method: "PATCH",
            target: `/scale?fieldManager=${person}-scale${dryRun}`,
            type: merge,
            body: () => ({ spec: { replicas: (force ? 5 : 1) + (dryRun === "" ? 0 : 1) } }),
          },
          {
            method: "PATCH",
            target: `/status?fieldManager=controller${dryRun}`,
            type: merge,
            body: () => ({ status: { replicas: force ? 2 : 1 }, metadata: { annotations: { seen: String(force) } } }),
          },
        ] as const)
      : []),
  ];
  return choose(writes);
}
