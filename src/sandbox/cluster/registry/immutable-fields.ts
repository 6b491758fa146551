import { isDeepStrictEqual } from "node:util";
import type { Json, KubeObject } from "../../../core/manifest/kube-object.ts";
import type { FieldViolation } from "../status-error.ts";

/** Fields that cannot change once they are set, by kind. */
const immutable: { readonly [kind: string]: readonly string[] } = {
  "apps/v1 Deployment": ["spec.selector"],
  "apps/v1 ReplicaSet": ["spec.selector"],
  "apps/v1 DaemonSet": ["spec.selector"],
  "batch/v1 Job": ["spec.selector", "spec.completionMode"],
  "v1 Secret": ["type"],
  "rbac.authorization.k8s.io/v1 RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": ["roleRef"],
  "storage.k8s.io/v1 StorageClass": ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
};

/** Of a StatefulSet's spec these alone may change. */
const changeable = new Set([
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
]);

export function immutableFields(object: KubeObject, before: KubeObject): FieldViolation[] {
  const key = `${object.apiVersion} ${object.kind}`;
  const changed = (immutable[key] ?? []).filter((field) => !isDeepStrictEqual(at(object, field), at(before, field)));
  return [
    ...changed.map(
      (field): FieldViolation => ({
        reason: "FieldValueInvalid",
        field,
        message: `Invalid value: ${JSON.stringify(at(object, field) ?? null)}: field is immutable`,
      }),
    ),
    ...(key === "apps/v1 StatefulSet" ? statefulSet(object, before) : []),
    ...(key === "v1 ConfigMap" || key === "v1 Secret" ? sealedData(object, before) : []),
  ];
}

function statefulSet(object: KubeObject, before: KubeObject): FieldViolation[] {
  const fixed = (it: KubeObject) =>
    Object.fromEntries(Object.entries(it.spec as { [field: string]: Json }).filter(([name]) => !changeable.has(name)));
  if (isDeepStrictEqual(fixed(object), fixed(before))) return [];
  const message =
    "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  return [{ reason: "FieldValueForbidden", field: "spec", message }];
}

function sealedData(object: KubeObject, before: KubeObject): FieldViolation[] {
  if (before.immutable !== true) return [];
  const forbidden = (field: string, message: string): FieldViolation => ({
    reason: "FieldValueForbidden",
    field,
    message: `Forbidden: ${message}`,
  });
  return [
    ...(object.immutable === true ? [] : [forbidden("immutable", "field is immutable when `immutable` is set")]),
    ...["data", "binaryData"]
      .filter((field) => !isDeepStrictEqual(object[field], before[field]))
      .map((field) => forbidden(field, "field is immutable when `immutable` is set")),
  ];
}

function at(object: KubeObject, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, step) => (value as { [field: string]: unknown } | undefined)?.[step], object);
}
