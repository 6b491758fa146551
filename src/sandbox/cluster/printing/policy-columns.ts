import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { since } from "./age.ts";
import { ageColumn, type Column, type ColumnTable, column, nameColumn, specColumn, wide } from "./column.ts";

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

const subjects = (kind: string, title: string) =>
  column(
    title,
    (binding) =>
      ((binding.subjects ?? []) as unknown as Subject[])
        .filter((it) => it.kind === kind)
        .map(({ namespace, name }) => (kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name))
        .join(", "),
    wide,
  );

const binding: Column[] = [
  column("Role", ({ roleRef }) => {
    const { kind, name } = roleRef as { kind: string; name: string };
    return `${kind}/${name}`;
  }),
  ageColumn,
  subjects("User", "Users"),
  subjects("Group", "Groups"),
  subjects("ServiceAccount", "ServiceAccounts"),
];

/** `pods: 1/5, requests.cpu: 500m/4`: what is used of what a quota allows. */
function quota({ status }: KubeObject, limits: boolean): string {
  const { hard = {}, used = {} } = (status ?? {}) as { [which: string]: { [resource: string]: string } | undefined };
  return Object.keys(hard)
    .sort()
    .filter((name) => name.startsWith("limits") === limits)
    .map((name) => `${name}: ${used[name] ?? 0}/${hard[name]}`)
    .join(", ");
}

interface Autoscaler {
  scaleTargetRef?: { kind: string; name: string };
  minReplicas?: number;
  maxReplicas?: number;
  metrics?: Metric[];
}

interface Metric {
  type: string;
  resource?: { name: string; target: { averageUtilization?: number; averageValue?: string } };
}

/** What of the metrics is wanted; nobody measures them here. */
function targets({ metrics = [] }: Autoscaler): string {
  if (metrics.length === 0) return "<none>";
  const shown = metrics.slice(0, 2).map(({ resource }) => {
    const { averageUtilization, averageValue } = resource?.target ?? {};
    const wanted = averageUtilization === undefined ? (averageValue ?? "<auto>") : `${averageUtilization}%`;
    return `${resource === undefined ? "" : `${resource.name}: `}<unknown>/${wanted}`;
  });
  return metrics.length > 2 ? `${shown.join(", ")} + ${metrics.length - 2} more...` : shown.join(", ");
}

interface Event {
  lastTimestamp?: string;
  firstTimestamp?: string;
  eventTime?: string;
  count?: number;
  series?: { count: number; lastObservedTime: string };
  source?: { component?: string; host?: string };
  reportingComponent?: string;
  reportingInstance?: string;
  involvedObject?: { kind?: string; name?: string; fieldPath?: string };
}

const event = (object: KubeObject) => object as unknown as Event;
const ago = (time: string | undefined | null, now: Date) => (time == null ? "<unknown>" : since(time, now));

function source({ source: { component, host } = {}, reportingComponent, reportingInstance }: Event): string {
  return [component || reportingComponent || "", host || reportingInstance || ""].filter((it) => it !== "").join(", ");
}

export const policyColumns: ColumnTable = {
  "rolebindings.rbac.authorization.k8s.io": binding,
  "clusterrolebindings.rbac.authorization.k8s.io": binding,
  resourcequotas: [column("Request", (it) => quota(it, false)), column("Limit", (it) => quota(it, true))],
  "poddisruptionbudgets.policy": [
    specColumn("Min Available", "minAvailable", "N/A"),
    specColumn("Max Unavailable", "maxUnavailable", "N/A"),
    column(
      "Allowed Disruptions",
      ({ status }) => (status as { disruptionsAllowed?: number } | undefined)?.disruptionsAllowed ?? 0,
      { type: "integer" },
    ),
  ],
  "horizontalpodautoscalers.autoscaling": [
    column("Reference", ({ spec }) => {
      const { scaleTargetRef } = spec as Autoscaler;
      return `${scaleTargetRef?.kind}/${scaleTargetRef?.name}`;
    }),
    column("Targets", ({ spec }) => targets(spec as Autoscaler)),
    specColumn("MinPods", "minReplicas", "<unset>"),
    column("MaxPods", ({ spec }) => (spec as Autoscaler).maxReplicas ?? 0),
    column("Replicas", ({ status }) => (status as { currentReplicas?: number } | undefined)?.currentReplicas ?? 0),
  ],
  "priorityclasses.scheduling.k8s.io": [
    column("Value", ({ value }) => Number(value ?? 0), { type: "integer" }),
    column("Global-Default", ({ globalDefault }) => globalDefault === true, { type: "boolean" }),
    ageColumn,
    column("PreemptionPolicy", ({ preemptionPolicy }) => String(preemptionPolicy ?? "")),
  ],
  "leases.coordination.k8s.io": [specColumn("Holder", "holderIdentity")],
  events: [
    column("Last Seen", (it, now) => {
      const { series, lastTimestamp, eventTime } = event(it);
      return ago(series?.lastObservedTime ?? lastTimestamp ?? eventTime, now);
    }),
    column("Type", ({ type }) => String(type ?? "")),
    column("Reason", ({ reason }) => String(reason ?? "")),
    column("Object", (it) => {
      const { kind = "", name = "" } = event(it).involvedObject ?? {};
      return name === "" ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
    }),
    column("Subobject", (it) => event(it).involvedObject?.fieldPath ?? "", wide),
    column("Source", (it) => source(event(it)), wide),
    column("Message", ({ message }) => String(message ?? "").trim()),
    column("First Seen", (it, now) => ago(event(it).firstTimestamp ?? event(it).eventTime, now), wide),
    column("Count", (it) => event(it).series?.count ?? Math.max(event(it).count ?? 0, 1), wide),
    { ...nameColumn, ...wide },
  ],
};
