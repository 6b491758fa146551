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

/** Of these an empty text is none: they hold no pointer to it. */
const emptyIsNone = new Set(["admissionregistration.v1.ParamRef"]);

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
  objects: {
    ...each(exactlyOne, 1, 1),
    ...each(atMostOne, 0, 1),
    ...each(atLeastOne, 1, Number.POSITIVE_INFINITY),
  },
};

function each(
  table: { readonly [definition: string]: readonly string[] },
  least: number,
  most: number,
): NonNullable<Rule["objects"]> {
  return Object.fromEntries(
    Object.entries(table).map(([definition, names]) => [
      definition,
      (object: Fields) => problems(emptyIsNone.has(definition) ? filledOf(object) : object, names, least, most),
    ]),
  );
}

function problems(object: Fields, names: readonly string[], least: number, most: number): readonly Violation[] {
  let set = 0;
  for (const name of names) if (isThere(object[name])) set++;
  if (set >= least && set <= most) return none;
  const told = names.map((name) => `\`${name}\``).join(", ");
  if (set < least) return [{ predicate: `lacks one of ${told}`, missing: names }];
  const [first, ...others] = names.filter((name) => isThere(object[name]));
  return others.map((name) => ({ predicate: `cannot be there beside \`${first}\``, at: [name] }));
}

const none: readonly Violation[] = [];

function filledOf(object: Fields): Fields {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== ""));
}

/** An empty list of Go is none. */
function isThere(value: unknown): boolean {
  return isSet(value) && !(Array.isArray(value) && value.length === 0);
}
