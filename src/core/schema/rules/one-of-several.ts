import { type Fields, isSet, type Rule, type Violation } from "./rule.ts";

/** Objects that are one of several things: exactly one of these fields says which. */
const exactlyOne: { readonly [definition: string]: readonly string[] } = {
  "core.v1.EnvVarSource": ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"],
  "core.v1.EnvFromSource": ["configMapRef", "secretRef"],
  "core.v1.Probe": ["exec", "httpGet", "tcpSocket", "grpc"],
  "core.v1.LifecycleHandler": ["exec", "httpGet", "tcpSocket", "sleep"],
  "core.v1.DownwardAPIVolumeFile": ["fieldRef", "resourceFieldRef"],
  "core.v1.PodResourceClaim": ["resourceClaimName", "resourceClaimTemplateName"],
  "core.v1.FCVolumeSource": ["targetWWNs", "wwids"],
  "networking.v1.IngressBackend": ["service", "resource"],
  "batch.v1.PodFailurePolicyRule": ["onExitCodes", "onPodConditions"],
  "admissionregistration.v1.WebhookClientConfig": ["url", "service"],
  "apiextensions.v1.WebhookClientConfig": ["url", "service"],
  "storage.v1.VolumeAttachmentSource": ["persistentVolumeName", "inlineVolumeSpec"],
  "resource.v1.DeviceRequest": ["exactly", "firstAvailable"],
  "resource.v1.DeviceAttribute": ["int", "bool", "string", "version", "ints", "bools", "strings", "versions"],
  "resource.v1.DeviceConstraint": ["matchAttribute", "distinctAttribute"],
  "admissionregistration.v1.ParamRef": ["name", "selector"],
};

/** Of these none need be there, but not both. */
const atMostOne: { readonly [definition: string]: readonly string[] } = {
  "core.v1.VolumeProjection": [
    "secret",
    "configMap",
    "downwardAPI",
    "serviceAccountToken",
    "clusterTrustBundle",
    "podCertificate",
  ],
  "policy.v1.PodDisruptionBudgetSpec": ["minAvailable", "maxUnavailable"],
};

/** One of these at least. */
const atLeastOne: { readonly [definition: string]: readonly string[] } = {
  "networking.v1.NetworkPolicyPeer": ["podSelector", "namespaceSelector", "ipBlock"],
};

export const oneOfSeveral: Rule = {
  name: "one-of-several",
  objects: Object.fromEntries(
    [...new Set([...Object.keys(exactlyOne), ...Object.keys(atMostOne), ...Object.keys(atLeastOne)])].map(
      (definition) => [
        definition,
        (object: Fields) => [
          ...problems(object, exactlyOne[definition] ?? [], 1, 1),
          ...problems(object, atMostOne[definition] ?? [], 0, 1),
          ...problems(object, atLeastOne[definition] ?? [], 1, Number.POSITIVE_INFINITY),
        ],
      ],
    ),
  ),
};

function problems(object: Fields, names: readonly string[], least: number, most: number): Violation[] {
  if (names.length === 0) return [];
  const set = names.filter((name) => isThere(object[name]));
  const told = names.map((name) => `\`${name}\``).join(", ");
  if (set.length < least) return [{ predicate: `lacks one of ${told}`, missing: names }];
  if (set.length <= most) return [];
  return set.slice(1).map((name) => ({ predicate: `cannot be there beside \`${set[0]}\``, at: [name] }));
}

/** An empty list or text of Go is none. */
function isThere(value: unknown): boolean {
  return isSet(value) && !(Array.isArray(value) && value.length === 0);
}
