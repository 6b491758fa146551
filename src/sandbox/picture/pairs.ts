import { groupOf, type KubeObject } from "../../core/manifest/kube-object.ts";
import { type DriftedField, driftedFields } from "./drifted-fields.ts";
import { type PodDot, podDots } from "./pod-dots.ts";

/**
 * How one object stands: what Git wants beside what is. Every pair has exactly one of these words. It is `behind Git`
 * when nobody but the agent wrote what differs: a merge that is not rolled out yet is nobody's drift.
 */
export type Standing = "in sync" | "behind Git" | "drifted" | "missing" | "leaving" | "not in Git";

/** The agent's field manager. */
export const agentManager = "trueup";

export interface Pair {
  /** Group, kind, namespace, name; the same over time. */
  key: string;
  kind: string;
  name: string;
  namespace: string | undefined;
  standing: Standing;
  wanted: KubeObject | undefined;
  live: KubeObject | undefined;
  drifted: DriftedField[];
  /** Of workloads, oldest first. */
  pods: PodDot[];
}

/** Pairs every object that Git describes with the live one, and adds live ones of the same kinds that Git does not know. */
export function pairsOf(desired: readonly KubeObject[], live: readonly KubeObject[]): Pair[] {
  const byKey = new Map(live.map((object) => [keyOf(object), object]));
  const pairs: Pair[] = [];
  const paired = new Set<KubeObject>();
  for (const wanted of desired) {
    const found = byKey.get(keyOf(wanted)) ?? byKey.get(keyOf(wanted, ""));
    if (found !== undefined) paired.add(found);
    const drifted = found === undefined ? [] : driftedFields(wanted, found);
    pairs.push({ ...describe(wanted, found, live), standing: standingOf(found, drifted), drifted });
  }
  const kinds = new Set(desired.map(kindKey));
  const namespaces = new Set(desired.map((object) => object.metadata.namespace));
  for (const object of live) {
    if (paired.has(object) || !kinds.has(kindKey(object)) || !namespaces.has(object.metadata.namespace)) continue;
    if (object.metadata.ownerReferences?.length || object.metadata.namespace === undefined) continue;
    if (isMadeByKubernetes(object)) continue;
    const standing = object.metadata.deletionTimestamp === undefined ? "not in Git" : "leaving";
    pairs.push({ ...describe(undefined, object, live), standing, drifted: [] });
  }
  return pairs.sort((a, b) => rank(a) - rank(b));
}

function standingOf(found: KubeObject | undefined, drifted: DriftedField[]): Standing {
  if (found === undefined) return "missing";
  if (found.metadata.deletionTimestamp !== undefined) return "leaving";
  if (drifted.length === 0) return "in sync";
  return drifted.some(({ writer }) => writer !== undefined && writer !== agentManager) ? "drifted" : "behind Git";
}

function describe(wanted: KubeObject | undefined, found: KubeObject | undefined, live: readonly KubeObject[]) {
  const object = (found ?? wanted)!;
  return {
    key: keyOf(object),
    kind: object.kind,
    name: object.metadata.name,
    namespace: object.metadata.namespace,
    wanted,
    live: found,
    pods: podDots(found, live),
  };
}

const kindKey = (object: KubeObject): string => `${groupOf(object.apiVersion)}/${object.kind}`;
const keyOf = (object: KubeObject, namespace = object.metadata.namespace ?? ""): string =>
  `${kindKey(object)}/${namespace}/${object.metadata.name}`;

const isMadeByKubernetes = (object: KubeObject): boolean =>
  (object.kind === "ConfigMap" && object.metadata.name === "kube-root-ca.crt") ||
  (object.kind === "ServiceAccount" && object.metadata.name === "default");

/** Shapes first, then what runs, then the rest. */
function rank({ kind, wanted }: Pair): number {
  const place = kind === "Shape" ? 0 : hasPods(kind) ? 1 : 2;
  return place * 2 + (wanted === undefined ? 1 : 0);
}

export const hasPods = (kind: string): boolean =>
  ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Pod"].includes(kind);
