import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { type DefaultsTable, fill, inside } from "./rule.ts";

const core = "io.k8s.api.core.v1.";
const rbac = "io.k8s.api.rbac.v1.";
const extensions = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

const bindingSubjects = (binding: JsonObject) => {
  const role = binding.roleRef as JsonObject | undefined;
  if (role !== undefined) fill(role, { apiGroup: "rbac.authorization.k8s.io" });
};

export const storageDefaults: DefaultsTable = {
  [`${core}Secret`]: (secret) => {
    fill(secret, { type: "Opaque" });
    // `stringData` can be written, never read.
    const plain = secret.stringData as { [key: string]: string } | undefined;
    if (plain === undefined) return;
    const data = inside(secret, "data");
    for (const [key, text] of Object.entries(plain)) data[key] = Buffer.from(text, "utf8").toString("base64");
    delete secret.stringData;
  },
  [`${core}Namespace`]: (namespace) => {
    const metadata = namespace.metadata as JsonObject;
    if (typeof metadata.name === "string" && metadata.name !== "") {
      inside(metadata, "labels")["kubernetes.io/metadata.name"] = metadata.name;
    }
  },
  [`${core}NamespaceStatus`]: (status) => fill(status, { phase: "Active" }),
  [`${core}PersistentVolumeClaimSpec`]: (spec) => fill(spec, { volumeMode: "Filesystem" }),
  [`${core}PersistentVolumeClaimStatus`]: (status) => fill(status, { phase: "Pending" }),
  [`${core}PersistentVolumeSpec`]: (spec) =>
    fill(spec, { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" }),
  [`${core}PersistentVolumeStatus`]: (status) => fill(status, { phase: "Pending" }),
  [`${core}ISCSIPersistentVolumeSource`]: (source) => fill(source, { iscsiInterface: "default" }),
  [`${core}LimitRangeItem`]: (item) => {
    if (item.type !== "Container") return;
    const { max = {}, min = {} } = item as { max?: JsonObject; min?: JsonObject };
    const given = { ...max, ...(item.default as JsonObject) };
    if (Object.keys(given).length > 0) item.default = given;
    const requests = { ...min, ...given, ...(item.defaultRequest as JsonObject) };
    if (Object.keys(requests).length > 0) item.defaultRequest = requests;
  },
  "io.k8s.api.storage.v1.StorageClass": (storage) =>
    fill(storage, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" }),
  "io.k8s.api.storage.v1.CSIDriverSpec": (spec) =>
    fill(spec, {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: "ReadWriteOnceWithFSType",
      requiresRepublish: false,
      seLinuxMount: false,
      preventPodSchedulingIfMissing: false,
    }),
  [`${rbac}RoleBinding`]: bindingSubjects,
  [`${rbac}ClusterRoleBinding`]: bindingSubjects,
  [`${rbac}Subject`]: (subject) => {
    if (subject.kind === "User" || subject.kind === "Group") fill(subject, { apiGroup: "rbac.authorization.k8s.io" });
  },
  "io.k8s.api.scheduling.v1.PriorityClass": (priority) => fill(priority, { preemptionPolicy: "PreemptLowerPriority" }),
  [`${extensions}CustomResourceDefinitionSpec`]: (spec) => {
    fill(inside(spec, "conversion"), { strategy: "None" });
    const names = inside(spec, "names");
    const kind = String(names.kind ?? "");
    fill(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
  },
};
