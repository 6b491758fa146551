import type { CheckName } from "./checks.ts";

export interface Refinement {
  check?: CheckName;
  minItems?: number;
  minimum?: number;
  maximum?: number;
}

/**
 * What the API server checks in code and publishes in no schema, by definition and field. Only what it rejects for every
 * object of that definition belongs here; the cluster test asks the real server about each row.
 */
export const refinements: { readonly [definition: string]: { readonly [field: string]: Refinement } } = {
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {
    labels: { check: "labels" },
    annotations: { check: "annotations" },
  },
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector": { matchLabels: { check: "labels" } },
  "io.k8s.api.core.v1.ConfigMap": { data: { check: "dataKeys" }, binaryData: { check: "dataKeys" } },
  "io.k8s.api.core.v1.Secret": { data: { check: "dataKeys" } },
  "io.k8s.api.core.v1.PodSpec": { containers: { minItems: 1 }, nodeSelector: { check: "labels" } },
  "io.k8s.api.core.v1.Container": { name: { check: "dnsLabel" } },
  "io.k8s.api.core.v1.Volume": { name: { check: "dnsLabel" } },
  "io.k8s.api.core.v1.ContainerPort": { containerPort: { minimum: 1, maximum: 65_535 } },
  "io.k8s.api.core.v1.ServicePort": { port: { minimum: 1, maximum: 65_535 } },
  "io.k8s.api.core.v1.ServiceSpec": { selector: { check: "labels" } },
  "io.k8s.api.apps.v1.DeploymentSpec": { replicas: { minimum: 0 } },
  "io.k8s.api.apps.v1.ReplicaSetSpec": { replicas: { minimum: 0 } },
  "io.k8s.api.apps.v1.StatefulSetSpec": { replicas: { minimum: 0 } },
};

/**
 * Fields that a definition calls required, and that the server does not miss: `required` only says that the Go struct
 * writes the field always.
 */
export const notRequired: { readonly [definition: string]: readonly string[] } = {};
