import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { selectorText } from "../registry/scale.ts";
import { duration, since } from "./age.ts";
import { type ColumnTable, column } from "./column.ts";

interface Spec {
  replicas?: number;
  completions?: number;
  parallelism?: number;
  suspend?: boolean;
  schedule?: string;
  timeZone?: string;
  selector?: object;
  template?: { spec?: { containers?: { name: string; image?: string }[]; nodeSelector?: { [label: string]: string } } };
}

interface Status {
  [count: string]: number | string | undefined | object;
  conditions?: { type: string; status: string }[];
}

const spec = (object: KubeObject) => (object.spec ?? {}) as Spec;
const status = (object: KubeObject) => (object.status ?? {}) as Status;
const count = (name: string, field: string) =>
  column(name, (object) => Number(status(object)[field] ?? 0), { type: "integer" });
const desired = column("Desired", (object) => spec(object).replicas ?? 0, { type: "integer" });

const pods = [
  column(
    "Containers",
    (object) =>
      containers(object)
        .map(({ name }) => name)
        .join(","),
    { priority: 1 },
  ),
  column(
    "Images",
    (object) =>
      containers(object)
        .map(({ image }) => image ?? "")
        .join(","),
    { priority: 1 },
  ),
];
const selector = column("Selector", (object) => selectorText(spec(object).selector as never) || "<none>", {
  priority: 1,
});

interface Template {
  metadata?: { labels?: { [label: string]: string } };
  spec?: { containers?: { name: string; image?: string }[] };
}

/** Of a workload, a CronJob's job, or a PodTemplate. */
function containers(object: KubeObject): { name: string; image?: string }[] {
  const { template, jobTemplate } = spec(object) as Spec & { jobTemplate?: { spec?: { template?: Template } } };
  return (template ?? jobTemplate?.spec?.template ?? (object.template as Template))?.spec?.containers ?? [];
}

export function labelsText(labels: { [label: string]: string } = {}): string {
  const all = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return all.sort().join(",") || "<none>";
}

function jobStatus(object: KubeObject): string {
  const holds = (type: string) => status(object).conditions?.some((it) => it.type === type && it.status === "True");
  if (holds("Complete")) return "Complete";
  if (holds("Failed")) return "Failed";
  if (object.metadata.deletionTimestamp !== undefined) return "Terminating";
  if (holds("Suspended")) return "Suspended";
  if (holds("FailureTarget")) return "FailureTarget";
  return holds("SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
}

function jobDuration(object: KubeObject, now: Date): string {
  const { startTime, completionTime } = status(object) as { startTime?: string; completionTime?: string };
  if (startTime === undefined) return "";
  return completionTime === undefined
    ? since(startTime, now)
    : duration(Date.parse(completionTime) - Date.parse(startTime));
}

const ofReplicaSet = [desired, count("Current", "replicas"), count("Ready", "readyReplicas"), ...pods, selector];

export const workloadColumns: ColumnTable = {
  "deployments.apps": [
    column("Ready", (object) => `${status(object).readyReplicas ?? 0}/${spec(object).replicas ?? 0}`),
    column("Up-to-date", (object) => Number(status(object).updatedReplicas ?? 0)),
    column("Available", (object) => Number(status(object).availableReplicas ?? 0)),
    ...pods,
    selector,
  ],
  "replicasets.apps": ofReplicaSet,
  replicationcontrollers: ofReplicaSet,
  "statefulsets.apps": [
    column("Ready", (object) => `${status(object).readyReplicas ?? 0}/${spec(object).replicas ?? 0}`),
    ...pods,
  ],
  "daemonsets.apps": [
    count("Desired", "desiredNumberScheduled"),
    count("Current", "currentNumberScheduled"),
    count("Ready", "numberReady"),
    count("Up-to-date", "updatedNumberScheduled"),
    count("Available", "numberAvailable"),
    column("Node Selector", (object) => {
      const labels = Object.entries(spec(object).template?.spec?.nodeSelector ?? {});
      return labels.length === 0 ? "<none>" : labels.map(([key, value]) => `${key}=${value}`).join(",");
    }),
    ...pods,
    selector,
  ],
  "jobs.batch": [
    column("Status", jobStatus),
    column("Completions", (object) => {
      const { completions, parallelism } = spec(object);
      const succeeded = Number(status(object).succeeded ?? 0);
      if (completions !== undefined) return `${succeeded}/${completions}`;
      return (parallelism ?? 0) > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
    }),
    column("Duration", jobDuration),
    ...pods,
    selector,
  ],
  "cronjobs.batch": [
    column("Schedule", (object) => spec(object).schedule ?? ""),
    column("Timezone", (object) => spec(object).timeZone ?? "<none>"),
    column("Suspend", (object) => (spec(object).suspend === true ? "True" : "False"), { type: "boolean" }),
    column("Active", (object) => ((status(object).active as unknown[] | undefined) ?? []).length, { type: "integer" }),
    column("Last Schedule", (object, now) => {
      const { lastScheduleTime } = status(object);
      return typeof lastScheduleTime === "string" ? since(lastScheduleTime, now) : "<none>";
    }),
    ...pods,
    selector,
  ],
  podtemplates: [
    ...pods.map((it) => ({ ...it, priority: 0 })),
    column("Pod Labels", ({ template }) => labelsText((template as Template).metadata?.labels)),
  ],
  "controllerrevisions.apps": [
    column("Controller", ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
      if (owner === undefined) return "<none>";
      const [group] = owner.apiVersion.includes("/") ? owner.apiVersion.split("/") : [""];
      return `${owner.kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${owner.name}`;
    }),
    column("Revision", ({ revision }) => revision as number),
  ],
};
