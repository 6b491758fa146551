import { groupOf, type KubeObject, type ObjectRef } from "../../core/manifest/kube-object.ts";
import type { Resource } from "../../kube/discovery.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";
import { inParallel } from "../in-parallel.ts";

/** As many kinds as a sentence bears. */
const mostKinds = 6;
const atATime = 8;

/** What cannot be got back by applying Git again comes first. */
const worstFirst = ["PersistentVolumeClaim", "Secret", "StatefulSet", "Deployment", "DaemonSet", "Job", "Pod"];
/** Made by controllers of what else is counted, or gone by themselves. */
const notCounted = new Set(["Event", "Endpoints", "EndpointSlice", "ControllerRevision", "ReplicaSet", "Lease"]);
/** Kubernetes makes these in every namespace. */
const inEveryNamespace: Record<string, number> = { ConfigMap: 1, ServiceAccount: 1 };

/**
 * What goes with an object that is deleted, in words that follow it: what lives in a namespace, the data of a claim, the objects of
 * a definition's kind, the pods of a workload. Costs requests, so it is asked only of what a plan deletes.
 *
 * @returns undefined when nothing goes with it, or it is no kind that takes anything along
 */
export async function goesAlong(kube: KubeClient, ref: ObjectRef): Promise<string | undefined> {
  switch (`${groupOf(ref.apiVersion)}/${ref.kind}`) {
    case "/Namespace":
      return inNamespace(kube, ref.name);
    case "/PersistentVolumeClaim":
      return dataOf(kube, ref);
    case "apiextensions.k8s.io/CustomResourceDefinition":
      return instancesOf(kube, ref);
    case "apps/StatefulSet":
      return podsAndClaimsOf(kube, ref);
    case "apps/Deployment":
    case "apps/DaemonSet":
      return podsOf((await seen(kube, ref)) as Workload | undefined);
    default:
      return undefined;
  }
}

async function inNamespace(kube: KubeClient, namespace: string): Promise<string | undefined> {
  const kinds = (await kube.discovery.all()).filter(
    ({ namespaced, verbs, kind }) =>
      namespaced && verbs.includes("list") && verbs.includes("delete") && !notCounted.has(kind),
  );
  const counted = await inParallel(kinds, atATime, async (resource) => {
    const count = await countOf(kube, resource, namespace);
    const own = count - (resource.group === "" ? (inEveryNamespace[resource.kind] ?? 0) : 0);
    return { kind: resource.kind, count: own };
  });
  const there = counted.filter(({ count }) => count > 0 || Number.isNaN(count));
  const told = there
    .filter(({ count }) => !Number.isNaN(count))
    .sort((one, other) => rankOf(one.kind) - rankOf(other.kind) || other.count - one.count);
  const unseen = there.length - told.length;
  const names = told.slice(0, mostKinds).map(({ kind, count }) => `${count} × ${kind}`);
  if (told.length > mostKinds) names.push(`${told.length - mostKinds} more kinds`);
  if (unseen > 0) names.push(`what there may be of ${unseen} kinds that the agent may not list`);
  return names.length === 0 ? "nothing lives in it now" : `in it: ${names.join(", ")}`;
}

const rankOf = (kind: string): number => {
  const at = worstFirst.indexOf(kind);
  return at === -1 ? worstFirst.length : at;
};

async function dataOf(kube: KubeClient, ref: ObjectRef): Promise<string | undefined> {
  const claim = (await seen(kube, ref)) as Claim | undefined;
  if (claim === undefined) return undefined;
  const { phase, capacity } = claim.status ?? {};
  const volume = claim.spec?.volumeName;
  if (phase !== "Bound" || volume === undefined) return "no volume is bound to it";
  const size = capacity?.storage === undefined ? "" : `, ${capacity.storage}`;
  const persistent = (await seen(kube, { apiVersion: "v1", kind: "PersistentVolume", name: volume })) as
    | Volume
    | undefined;
  const policy = persistent?.spec?.persistentVolumeReclaimPolicy;
  const data =
    policy === "Retain" ? "; the volume itself is kept" : policy === "Delete" ? "; its volume is deleted with it" : "";
  return `bound${size}${data}`;
}

type Claim = { spec?: { volumeName?: string }; status?: { phase?: string; capacity?: { storage?: string } } };
type Volume = { spec?: { persistentVolumeReclaimPolicy?: string } };

/** Its claims stay unless it says otherwise: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ */
async function podsAndClaimsOf(kube: KubeClient, ref: ObjectRef): Promise<string | undefined> {
  const set = (await seen(kube, ref)) as StatefulSet | undefined;
  const { volumeClaimTemplates = [], persistentVolumeClaimRetentionPolicy: policy } = set?.spec ?? {};
  const claims =
    policy?.whenDeleted === "Delete"
      ? "its claims are deleted with it, and what is stored in them may go"
      : "its claims stay, with what is stored in them";
  const told = [podsOf(set), volumeClaimTemplates.length === 0 ? undefined : claims];
  return told.filter((one) => one !== undefined).join("; ") || undefined;
}

type StatefulSet = Workload & {
  spec?: { volumeClaimTemplates?: unknown[]; persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string } };
};

function podsOf(workload: Workload | undefined): string | undefined {
  const { replicas, currentNumberScheduled } = workload?.status ?? {};
  const count = replicas ?? currentNumberScheduled ?? 0;
  return count === 0 ? undefined : count === 1 ? "its pod goes with it" : `its ${count} pods go with it`;
}

type Workload = { status?: { replicas?: number; currentNumberScheduled?: number } };

async function instancesOf(kube: KubeClient, ref: ObjectRef): Promise<string | undefined> {
  const definition = (await seen(kube, ref)) as Definition | undefined;
  const { group, names, scope, versions = [] } = definition?.spec ?? {};
  const version = versions.find(({ served }) => served)?.name;
  if (group === undefined || names?.plural === undefined || version === undefined) return undefined;
  const { kind = "", plural } = names;
  const namespaced = scope === "Namespaced";
  const count = await countOf(kube, { group, version, kind, plural, namespaced, verbs: [] }, undefined);
  if (Number.isNaN(count)) return "the agent may not list its objects";
  return count === 0 ? "there is none of its kind now" : `${count} × ${kind} in the cluster`;
}

type Definition = {
  spec?: {
    group?: string;
    scope?: string;
    names?: { kind?: string; plural?: string };
    versions?: { name: string; served: boolean }[];
  };
};

/** NaN where the agent may not look. */
async function countOf(kube: KubeClient, resource: Resource, namespace: string | undefined): Promise<number> {
  try {
    return await kube.count(resource, namespace);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return Number.NaN;
  }
}

async function seen(kube: KubeClient, ref: ObjectRef): Promise<Pick<KubeObject, "metadata"> | undefined> {
  try {
    return await kube.get(ref);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return undefined;
  }
}
