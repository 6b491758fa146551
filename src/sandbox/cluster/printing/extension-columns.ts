import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { ageColumn, type Column, type ColumnTable, column, createdAtColumn, specColumn, wide } from "./column.ts";

type Fields = { [field: string]: unknown };

const spec = (object: KubeObject) => (object.spec ?? {}) as Fields;
const size = (value: unknown) => (Array.isArray(value) ? value.length : 0);
const webhooks = [column("Webhooks", (it) => size(it.webhooks), { type: "integer" })];

const policy = (title: string, field: string): Column[] => [
  column(title, (it) => size(spec(it)[field]), { type: "integer" }),
  column("ParamKind", (it) => {
    const { apiVersion, kind } = (spec(it).paramKind ?? {}) as { apiVersion?: string; kind?: string };
    return kind === undefined ? "<unset>" : `${apiVersion}/${kind}`;
  }),
];

const policyBinding: Column[] = [
  specColumn("PolicyName", "policyName"),
  column("ParamRef", (it) => {
    const { namespace, name } = (spec(it).paramRef ?? {}) as { namespace?: string; name?: string };
    if (spec(it).paramRef === undefined) return "<unset>";
    return namespace === undefined ? (name ?? "*") : `${namespace}/${name ?? "*"}`;
  }),
];

interface Condition {
  type: string;
  status: string;
  reason?: string;
}

const conditions = ({ status }: KubeObject) => (status as { conditions?: Condition[] } | undefined)?.conditions ?? [];
const holds = (it: KubeObject, type: string) =>
  conditions(it).some((condition) => condition.type === type && condition.status === "True");

/** Kinds that extend the API, or that a sandbox seldom holds. */
export const extensionColumns: ColumnTable = {
  "customresourcedefinitions.apiextensions.k8s.io": [
    specColumn("Scope", "scope"),
    column("Versions", (it) =>
      ((spec(it).versions ?? []) as { name: string; served: boolean; storage: boolean }[])
        .filter(({ served }) => served)
        .map(({ name, storage }) => (storage ? `${name}(storage)` : name))
        .join(","),
    ),
    createdAtColumn,
    { ...specColumn("Group", "group"), ...wide },
    column("Kind", (it) => (spec(it).names as { kind?: string } | undefined)?.kind ?? "", wide),
    column(
      "ShortNames",
      (it) => ((spec(it).names as { shortNames?: string[] } | undefined)?.shortNames ?? []).join(","),
      wide,
    ),
    column("Established", (it) => holds(it, "Established"), { type: "boolean", ...wide }),
  ],
  "apiservices.apiregistration.k8s.io": [
    column("Service", (it) => {
      const { namespace, name } = (spec(it).service ?? {}) as { namespace?: string; name?: string };
      return name === undefined ? "Local" : `${namespace}/${name}`;
    }),
    column("Available", (it) => {
      const found = conditions(it).find(({ type }) => type === "Available");
      if (found === undefined) return "Unknown";
      return found.status === "True" ? "True" : `${found.status} (${found.reason ?? ""})`;
    }),
  ],
  "mutatingwebhookconfigurations.admissionregistration.k8s.io": webhooks,
  "validatingwebhookconfigurations.admissionregistration.k8s.io": webhooks,
  "validatingadmissionpolicies.admissionregistration.k8s.io": policy("Validations", "validations"),
  "mutatingadmissionpolicies.admissionregistration.k8s.io": policy("Mutations", "mutations"),
  "validatingadmissionpolicybindings.admissionregistration.k8s.io": policyBinding,
  "mutatingadmissionpolicybindings.admissionregistration.k8s.io": policyBinding,
  "runtimeclasses.node.k8s.io": [column("Handler", ({ handler }) => String(handler ?? ""))],
  "certificatesigningrequests.certificates.k8s.io": [
    ageColumn,
    specColumn("SignerName", "signerName", "<none>"),
    specColumn("Requestor", "username"),
    column("RequestedDuration", (it) =>
      spec(it).expirationSeconds === undefined ? "<none>" : `${spec(it).expirationSeconds}s`,
    ),
    column("Condition", (it) => {
      const words = ["Approved", "Denied", "Failed"].filter((type) => holds(it, type));
      const issued = (it.status as { certificate?: string } | undefined)?.certificate;
      if (issued !== undefined) words.push("Issued");
      return words.join(",") || "Pending";
    }),
  ],
  "clustertrustbundles.certificates.k8s.io": [specColumn("SignerName", "signerName")],
  "podcertificaterequests.certificates.k8s.io": [
    specColumn("PodName", "podName"),
    specColumn("ServiceAccountName", "serviceAccountName"),
    specColumn("NodeName", "nodeName"),
    specColumn("SignerName", "signerName"),
    column("State", (it) => ["Issued", "Denied", "Failed"].find((type) => holds(it, type)) ?? "Pending"),
    column("UnverifiedUserAnnotations", () => ""),
  ],
  "deviceclasses.resource.k8s.io": [],
  "resourceclaimtemplates.resource.k8s.io": [],
  "resourceclaims.resource.k8s.io": [
    column("State", ({ status, metadata }) => {
      const { allocation, reservedFor } = (status ?? {}) as Fields;
      const words = [
        metadata.deletionTimestamp !== undefined && "deleted",
        allocation !== undefined && "allocated",
        size(reservedFor) > 0 && "reserved",
      ];
      return words.filter((it) => it !== false).join(",") || "pending";
    }),
  ],
  "devicetaintrules.resource.k8s.io": ["key", "value", "effect", "timeAdded"].map((field) =>
    column(`${field[0]!.toUpperCase()}${field.slice(1)}`, (it) =>
      String((spec(it).taint as Fields | undefined)?.[field] ?? ""),
    ),
  ),
  "resourceslices.resource.k8s.io": [
    specColumn("Node", "nodeName", "<unset>"),
    specColumn("Driver", "driver"),
    column("Pool", (it) => (spec(it).pool as { name?: string } | undefined)?.name ?? ""),
  ],
  "flowschemas.flowcontrol.apiserver.k8s.io": [
    column("PriorityLevel", (it) => (spec(it).priorityLevelConfiguration as { name: string } | undefined)?.name ?? ""),
    specColumn("MatchingPrecedence", "matchingPrecedence"),
    column(
      "DistinguisherMethod",
      (it) => (spec(it).distinguisherMethod as { type: string } | undefined)?.type ?? "<none>",
    ),
    ageColumn,
    column("MissingPL", (it) => conditions(it).find(({ type }) => type === "Dangling")?.status ?? "?"),
  ],
  "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": [
    specColumn("Type", "type"),
    ...(
      [
        ["NominalConcurrencyShares", ["limited", "nominalConcurrencyShares"]],
        ["Queues", ["limited", "limitResponse", "queuing", "queues"]],
        ["HandSize", ["limited", "limitResponse", "queuing", "handSize"]],
        ["QueueLengthLimit", ["limited", "limitResponse", "queuing", "queueLengthLimit"]],
      ] as const
    ).map(([title, path]) =>
      column(title, (it) => {
        const found = path.reduce<unknown>((value, step) => (value as Fields | undefined)?.[step], it.spec);
        return found === undefined ? "<none>" : (found as number);
      }),
    ),
  ],
  "storageversionmigrations.storagemigration.k8s.io": [
    { ...column("Name", ({ metadata }) => metadata.name) },
    column("Resource", (it) => {
      const { group = "", resource = "" } = (spec(it).resource ?? {}) as { group?: string; resource?: string };
      return group === "" ? resource : `${resource}.${group}`;
    }),
    column("Status", (it) => ["Succeeded", "Failed", "Running"].find((type) => holds(it, type)) ?? ""),
  ],
};
