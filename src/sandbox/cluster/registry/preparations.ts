import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { deepEqual } from "../apply/typed-value.ts";
import { templateGeneration } from "../defaults/workloads.ts";
import type { ResourceName } from "../store.ts";

/** What the server decides by itself when an object of a kind is written, in place. */
type Preparation = (object: KubeObject, before: KubeObject | undefined, subresource?: string) => void;

const notReady = "node.kubernetes.io/not-ready";

export const preparations: { readonly [resource: ResourceName]: Preparation | undefined } = {
  namespaces(namespace, before, subresource) {
    if (subresource === "finalize") return;
    const had = (before?.spec as JsonObject | undefined)?.finalizers;
    const { finalizers: _, ...rest } = (namespace.spec ?? {}) as JsonObject;
    const finalizers = before === undefined ? ["kubernetes"] : had;
    namespace.spec = { ...rest, ...(finalizers !== undefined && { finalizers }) };
  },
  pods(pod, before) {
    const status = (pod.status ?? {}) as JsonObject;
    pod.status = status;
    status.phase ??= "Pending";
    if (before === undefined) status.qosClass = qosClass(pod);
    const spec = pod.spec as JsonObject;
    spec.tolerations ??= [];
    // Every node that turns bad is borne for five minutes.
    for (const key of [notReady, "node.kubernetes.io/unreachable"]) {
      const borne = (spec.tolerations as JsonObject[]).some(
        (it) => (it.key === key || it.key === undefined) && (it.effect === "NoExecute" || it.effect === undefined),
      );
      if (!borne) {
        (spec.tolerations as JsonObject[]).push({
          key,
          operator: "Exists",
          effect: "NoExecute",
          tolerationSeconds: 300,
        });
      }
    }
    const had = (before?.spec ?? { priority: 0, preemptionPolicy: "PreemptLowerPriority" }) as JsonObject;
    for (const field of ["priority", "preemptionPolicy"]) {
      if (had[field] !== undefined) spec[field] ??= had[field];
    }
    if (before === undefined) {
      spec.serviceAccountName ??= "default";
      spec.serviceAccount ??= spec.serviceAccountName;
      if (((spec.schedulingGates as JsonObject[] | undefined) ?? []).length > 0) {
        status.conditions = [
          {
            type: "PodScheduled",
            status: "False",
            lastProbeTime: null,
            lastTransitionTime: pod.metadata.creationTimestamp!,
            reason: "SchedulingGated",
            message: "Scheduling is blocked due to non-empty scheduling gates",
          },
        ];
      }
    }
  },
  nodes(node, before) {
    if (before !== undefined) return;
    // Until its conditions say that it is ready.
    const spec = (node.spec ?? {}) as JsonObject;
    const taints = (spec.taints ?? []) as JsonObject[];
    if (!taints.some(({ key, effect }) => key === notReady && effect === "NoSchedule")) {
      node.spec = { ...spec, taints: [...taints, { key: notReady, effect: "NoSchedule" }] };
    }
  },
  "resourceslices.resource.k8s.io"(slice, before) {
    const devicesOf = (it: KubeObject | undefined) =>
      ((it?.spec as JsonObject | undefined)?.devices ?? []) as unknown as { taints?: JsonObject[] }[];
    const had = devicesOf(before);
    devicesOf(slice).forEach(({ taints = [] }, device) => {
      taints.forEach((taint, index) => {
        taint.timeAdded ??= had[device]?.taints?.[index]?.timeAdded ?? slice.metadata.creationTimestamp!;
      });
    });
  },
  "daemonsets.apps"(daemonSet, before) {
    const template = (it: KubeObject) => (it.spec as JsonObject).template!;
    const counted = Number(before?.metadata.annotations?.[templateGeneration] ?? 0);
    const changed = before === undefined || !deepEqual(template(daemonSet), template(before));
    daemonSet.metadata = {
      ...daemonSet.metadata,
      annotations: {
        ...daemonSet.metadata.annotations,
        [templateGeneration]: String(changed ? counted + 1 : counted),
      },
    };
  },
  "customresourcedefinitions.apiextensions.k8s.io"(definition, before) {
    if (before !== undefined) return;
    const { versions } = definition.spec as unknown as { versions: { name: string; storage: boolean }[] };
    const storedVersions = versions.filter(({ storage }) => storage).map(({ name }) => name);
    definition.status = { ...(definition.status as JsonObject), storedVersions };
  },
  "jobs.batch"(job, before) {
    if (before !== undefined) return;
    const spec = job.spec as JsonObject;
    if (spec.manualSelector === true) return;
    const uid = job.metadata.uid!;
    spec.selector = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
    const template = spec.template as JsonObject;
    template.metadata ??= {};
    const metadata = template.metadata as JsonObject;
    const labels = {
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": job.metadata.name,
      "controller-uid": uid,
      "job-name": job.metadata.name,
      ...(metadata.labels as { [label: string]: string } | undefined),
    };
    // A Job without labels of its own has its template's.
    if (job.metadata.labels === undefined || deepEqual(metadata.labels, job.metadata.labels)) {
      job.metadata = { ...job.metadata, labels };
    }
    metadata.labels = labels;
  },
  persistentvolumeclaims(claim, before) {
    if (before === undefined) claim.metadata.finalizers ??= ["kubernetes.io/pvc-protection"];
  },
  persistentvolumes(volume, before) {
    if (before !== undefined) return;
    volume.metadata.finalizers ??= ["kubernetes.io/pv-protection"];
    const lastPhaseTransitionTime = volume.metadata.creationTimestamp as string;
    volume.status = { ...(volume.status as JsonObject), lastPhaseTransitionTime };
  },
  "volumeattributesclasses.storage.k8s.io"(it, before) {
    if (before === undefined) it.metadata.finalizers ??= ["kubernetes.io/vac-protection"];
  },
};

function qosClass(pod: KubeObject): string {
  const { containers = [], initContainers = [] } = pod.spec as { [list: string]: JsonObject[] };
  const all = [...containers, ...initContainers].map(({ resources }) => (resources ?? {}) as JsonObject);
  const amounts = (it: JsonObject, which: string) => (it[which] ?? {}) as { [name: string]: string };
  if (all.every((it) => Object.keys({ ...amounts(it, "limits"), ...amounts(it, "requests") }).length === 0)) {
    return "BestEffort";
  }
  const guaranteed = all.every((it) =>
    ["cpu", "memory"].every((name) => {
      const limit = amounts(it, "limits")[name];
      return limit !== undefined && (amounts(it, "requests")[name] ?? limit) === limit;
    }),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}
