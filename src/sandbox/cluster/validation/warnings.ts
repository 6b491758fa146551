import { isDeepStrictEqual } from "node:util";
import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Resource } from "../resources/resource.ts";

/** Kinds of volumes that once were. */
const formerVolumes: { readonly [kind: string]: string } = {
  cephfs: "deprecated in v1.28, non-functional in v1.31+",
  glusterfs: "deprecated in v1.25, non-functional in v1.26+",
  rbd: "deprecated in v1.28, non-functional in v1.31+",
  scaleIO: "deprecated in v1.16, non-functional in v1.22+",
  quobyte: "deprecated in v1.22, non-functional in v1.25+",
  photonPersistentDisk: "deprecated in v1.11, non-functional in v1.16+",
  storageos: "deprecated in v1.22, non-functional in v1.25+",
  flocker: "deprecated in v1.22, non-functional in v1.25+",
  gitRepo: "deprecated in v1.11, and disabled by default in v1.33+",
};

/** Where a kind has its pod template. */
const templates: { readonly [resource: string]: string } = {
  pods: "spec",
  "cronjobs.batch": "spec.jobTemplate.spec.template.spec",
  ...Object.fromEntries(
    ["deployments.apps", "replicasets.apps", "daemonsets.apps", "statefulsets.apps", "jobs.batch"].map((name) => [
      name,
      "spec.template.spec",
    ]),
  ),
};

/** What the API server would say to whoever writes this object, of the things that often befall one; not all it knows. */
export function warningsOf(
  { name, definedBy }: Resource,
  object: KubeObject,
  before: KubeObject | undefined,
): string[] {
  const spec = (object.spec ?? {}) as JsonObject;
  if (definedBy !== undefined) return finalizerWarnings(object, before);
  if (name === "services" && ((spec.externalIPs ?? []) as string[]).length > 0) {
    return ["spec.externalIPs is deprecated and may no longer be implemented in some clusters"];
  }
  if (name === "csidrivers.storage.k8s.io" && spec.tokenRequests !== undefined) {
    const asked = (before?.spec as JsonObject | undefined)?.tokenRequests;
    if (spec.serviceAccountTokenInSecrets !== undefined || isDeepStrictEqual(asked, spec.tokenRequests)) return [];
    return [
      "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes",
    ];
  }
  const path = templates[name];
  if (path === undefined) return [];
  // Said again whenever something else is desired, be it of the pods or not.
  const asBefore = before !== undefined && before.metadata.generation === object.metadata.generation;
  return asBefore ? [] : podWarnings(at(object, path), path);
}

function podWarnings(pod: JsonObject, path: string): string[] {
  const volumes = ((pod.volumes ?? []) as JsonObject[]).flatMap((volume, index) => [
    ...Object.entries(formerVolumes)
      .filter(([kind]) => volume[kind] !== undefined)
      .map(([kind, why]) => `${path}.volumes[${index}].${kind}: ${why}`),
    ...overlaps(volume),
  ]);
  return [...volumes, ...portWarnings(pod, path)];
}

interface Port {
  name?: string;
  containerPort: number;
  protocol?: string;
  hostPort?: number;
  hostIP?: string;
}

/** Ports that two containers of a pod open, or call by one name. */
function portWarnings(pod: JsonObject, path: string): string[] {
  const all = ["initContainers", "containers"].flatMap((list) =>
    ((pod[list] ?? []) as unknown as { ports?: Port[] }[]).flatMap(({ ports = [] }, container) =>
      ports.map((port, index) => ({
        port,
        container: `${list}${container}`,
        at: `${path}.${list}[${container}].ports[${index}]`,
      })),
    ),
  );
  const doubled = all.flatMap(({ port, at: place }, index) =>
    all
      .slice(0, index)
      .filter(({ port: it }) => it.containerPort === port.containerPort && it.protocol === port.protocol)
      .filter(({ port: it }) => it.hostIP === port.hostIP && it.hostPort === port.hostPort)
      .map((it) => `${place}: duplicate port definition with ${it.at}`),
  );
  const named = all.flatMap(({ port: { name }, container, at: place }, index) => {
    const first = all.slice(0, index).find((it) => name !== undefined && it.port.name === name);
    if (first === undefined || first.container === container) return [];
    const use = `services and probes that select ports by name will use ${first.at}`;
    return [`${place}: duplicate port name ${JSON.stringify(name)} with ${first.at}, ${use}`];
  });
  return [...doubled, ...named];
}

/** Of custom resources, whose finalizers may be called anything. */
function finalizerWarnings({ metadata: { finalizers = [] } }: KubeObject, before: KubeObject | undefined): string[] {
  return finalizers
    .filter((it) => !(before?.metadata.finalizers ?? []).includes(it))
    .toSorted()
    .filter((it) => !it.includes("/") && !["orphan", "foregroundDeletion", "kubernetes"].includes(it))
    .map((it) => {
      const name = it.includes(".") ? "name including a path (/)" : "name";
      const why = `prefer a domain-qualified finalizer ${name} to avoid accidental conflicts with other finalizer writers`;
      return `metadata.finalizers: ${JSON.stringify(it)}: ${why}`;
    });
}

/** Files of a projected volume that several sources would write. */
function overlaps({ name, projected }: JsonObject): string[] {
  const { sources } = (projected ?? {}) as { sources?: { [kind: string]: Source }[] | null };
  const seen = new Map<string, string>();
  return (sources ?? []).flatMap((source) =>
    Object.entries(source).flatMap(([kind, { name: from, path, items = [] }]) => {
      const word = `${kind[0]!.toUpperCase()}${kind.slice(1)}`;
      const told = from === undefined ? word : `${word} "${from}"`;
      const paths = [...items.map((item) => item.path), ...(path === undefined ? [] : [path])];
      return paths.flatMap((it) => {
        const other = seen.get(it);
        seen.set(it, told);
        if (other === undefined) return [];
        const [first, second] = [other, told].sort();
        return [`volume "${name}" (Projected): overlapping paths: "${it}" (${first}) with "${it}" (${second})`];
      });
    }),
  );
}

interface Source {
  name?: string;
  path?: string;
  items?: { path: string }[];
}

function at(object: KubeObject, path: string): JsonObject {
  const found = path
    .split(".")
    .reduce<unknown>((value, step) => (value as { [field: string]: unknown } | undefined)?.[step], object);
  return (found ?? {}) as JsonObject;
}
