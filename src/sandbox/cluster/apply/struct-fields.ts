/**
 * The optional fields that are plain structs in Go, not pointers, reached from a kind by structs alone. Go writes them as
 * `{}` when nothing in them is set, so for field management they are there from the start, and nobody comes to own the
 * field as such. OpenAPI v3 marks them with `default: {}`.
 */
const optionalStructs: { readonly [definition: string]: readonly string[] } = {
  "io.k8s.api.apps.v1.DaemonSetSpec": ["updateStrategy"],
  "io.k8s.api.apps.v1.DeploymentSpec": ["strategy"],
  "io.k8s.api.apps.v1.ReplicaSetSpec": ["template"],
  "io.k8s.api.apps.v1.StatefulSetSpec": ["updateStrategy"],
  "io.k8s.api.core.v1.Event": ["source"],
  "io.k8s.api.core.v1.NodeDaemonEndpoints": ["kubeletEndpoint"],
  "io.k8s.api.core.v1.NodeStatus": ["daemonEndpoints", "nodeInfo"],
  "io.k8s.api.core.v1.PersistentVolumeClaimSpec": ["resources"],
  "io.k8s.api.core.v1.PodTemplate": ["template"],
  "io.k8s.api.core.v1.ServiceStatus": ["loadBalancer"],
  "io.k8s.api.events.v1.Event": ["deprecatedSource", "regarding"],
  "io.k8s.api.networking.v1.IngressStatus": ["loadBalancer"],
  "io.k8s.api.networking.v1.NetworkPolicySpec": ["podSelector"],
  "io.k8s.api.resource.v1.ResourceClaimSpec": ["devices"],
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus": ["acceptedNames"],
};

/** Plain structs wherever they stand in a kind or a template. */
const always = ["metadata", "spec", "status"];

export function structFields(definition: string): ReadonlySet<string> {
  return new Set([...always, ...(optionalStructs[definition] ?? [])]);
}
