import { type Fields, fields, isFilled, isSet, lacks, type Rule, textOf, type Violation } from "./rule.ts";

/** Fields that are missed only because of what stands, or does not stand, beside them. */
export const requiredAlternatives: Rule = {
  name: "missing-field",
  objects: {
    "core.v1.Toleration": ({ key, operator }) =>
      textOf(key) === "" && operator !== "Exists" && !isOther(key, operator)
        ? [lacks("key", "without which only the operator `Exists` can be, and then means every taint")]
        : [],
    "core.v1.PodDNSConfigOption": ({ name }) => (isFilled(name) ? [] : [lacks("name")]),
    "core.v1.EndpointSubset": ({ addresses, notReadyAddresses }) =>
      isFilled(addresses) || isFilled(notReadyAddresses) ? [] : [lacks("addresses")],
    "core.v1.AppArmorProfile": ({ type, localhostProfile }) =>
      type === "Localhost" && !isFilled(localhostProfile)
        ? [lacks("localhostProfile", "because its type is `Localhost`")]
        : [],
    "core.v1.SeccompProfile": ({ type, localhostProfile }) =>
      type === "Localhost" && !isFilled(localhostProfile)
        ? [lacks("localhostProfile", "because its type is `Localhost`")]
        : [],
    // One that is written into its attachment has none.
    "core.v1.PersistentVolume": ({ spec }) =>
      isSet(spec) && typeof spec === "object" && !isFilled(fields(spec).capacity)
        ? [lacks("capacity", undefined, ["spec"])]
        : [],
    "core.v1.Secret": (secret) => [...secretKeys(secret), ...registryLogins(secret)],
    "core.v1.DownwardAPIVolumeFile": ({ resourceFieldRef }) =>
      isSet(resourceFieldRef) &&
      typeof resourceFieldRef === "object" &&
      !isFilled(fields(resourceFieldRef).containerName)
        ? [lacks("containerName", undefined, ["resourceFieldRef"])]
        : [],
    "admissionregistration.v1.Mutation": (mutation) => {
      const field = { ApplyConfiguration: "applyConfiguration", JSONPatch: "jsonPatch" }[textOf(mutation.patchType)];
      return field === undefined || isSet(mutation[field])
        ? []
        : [lacks(field, `because its \`patchType\` is \`${mutation.patchType}\``)];
    },
    "flowcontrol.v1.ResourcePolicyRule": ({ clusterScope, namespaces }) =>
      clusterScope === true || isFilled(namespaces) ? [] : [lacks("namespaces", "because it is not `clusterScope`")],
    "autoscaling.v2.HPAScalingRules": ({ policies }) =>
      Array.isArray(policies) && policies.length === 0
        ? [{ predicate: "must have at least one policy", at: ["policies"] }]
        : [],
    "core.v1.CSIVolumeSource": ({ nodePublishSecretRef }) =>
      named(nodePublishSecretRef, "nodePublishSecretRef", ["name"]),
    "apiextensions.v1.CustomResourceConversion": ({ strategy, webhook }) =>
      strategy === "Webhook" && !isSet(fields(webhook).clientConfig) && (!isSet(webhook) || typeof webhook === "object")
        ? [lacks("webhook", "because its strategy is `Webhook`")]
        : [],
    "networking.v1.IngressClassParametersReference": ({ scope, namespace }) => {
      if (scope === "Namespace" && !isFilled(namespace))
        return [lacks("namespace", "because its scope is `Namespace`")];
      const wrong = (scope === "Cluster" || !isSet(scope)) && isSet(namespace);
      return wrong ? [{ predicate: "must not be there, because the scope is `Cluster`", at: ["namespace"] }] : [];
    },
    "core.v1.PersistentVolumeSpec": ({ local, nodeAffinity }) =>
      isSet(local) && !isSet(nodeAffinity) ? [lacks("nodeAffinity", "because it is a `local` volume")] : [],
    "networking.v1.NetworkPolicyPort": ({ port, endPort }) =>
      isSet(endPort) && !isSet(port) ? [lacks("port", "because it has an `endPort`")] : [],
    "flowcontrol.v1.Subject": (subject) => {
      const field = { ServiceAccount: "serviceAccount", User: "user", Group: "group" }[textOf(subject.kind)];
      return field === undefined || isSet(subject[field])
        ? []
        : [lacks(field, `because its kind is \`${subject.kind}\``)];
    },
    "flowcontrol.v1.LimitResponse": ({ type, queuing }) =>
      type === "Queue" && !isSet(queuing) ? [lacks("queuing", "because its type is `Queue`")] : [],
    "flowcontrol.v1.PriorityLevelConfigurationSpec": ({ type, limited }) =>
      type === "Limited" && !isSet(limited) ? [lacks("limited", "because its type is `Limited`")] : [],
    "admissionregistration.v1.ValidatingAdmissionPolicySpec": ({ validations, auditAnnotations }) =>
      isFilled(validations) || isFilled(auditAnnotations) ? [] : [lacks("validations")],
    "batch.v1.JobSpec": ({ completionMode, completions, parallelism, backoffLimitPerIndex }) => {
      if (completionMode === "Indexed") {
        // Without both it is done once.
        return isSet(completions) || !isSet(parallelism) ? [] : [lacks("completions", "because its mode is `Indexed`")];
      }
      return isSet(backoffLimitPerIndex)
        ? [{ predicate: "may only be there when `completionMode` is `Indexed`", at: ["backoffLimitPerIndex"] }]
        : [];
    },
  },
};

function isOther(...values: readonly unknown[]): boolean {
  return values.some((value) => isSet(value) && typeof value !== "string");
}

/** A reference that is there names what it refers to. */
function named(reference: unknown, field: string, wanted: readonly string[]): Violation[] {
  if (typeof reference !== "object" || reference === null || Array.isArray(reference)) return [];
  return wanted.filter((name) => !isFilled(fields(reference)[name])).map((name) => lacks(name, undefined, [field]));
}

/** Keys that a Secret of a known type has. */
const secretTypes: { readonly [type: string]: { all?: readonly string[]; any?: readonly string[] } } = {
  "kubernetes.io/tls": { all: ["tls.crt", "tls.key"] },
  "kubernetes.io/dockerconfigjson": { all: [".dockerconfigjson"] },
  "kubernetes.io/dockercfg": { all: [".dockercfg"] },
  "kubernetes.io/ssh-auth": { all: ["ssh-privatekey"] },
  "kubernetes.io/basic-auth": { any: ["username", "password"] },
};

function secretKeys({ type, data, stringData }: Fields): Violation[] {
  const { all = [], any = [] } = secretTypes[textOf(type)] ?? {};
  const has = (key: string) => Object.hasOwn(fields(data), key) || Object.hasOwn(fields(stringData), key);
  const at = isSet(data) ? ["data"] : isSet(stringData) ? ["stringData"] : [];
  const missing = all.filter((key) => !has(key));
  if (any.length > 0 && !any.some(has)) missing.push(any.join("` or `"));
  return missing.map((key) => ({ predicate: `lacks the key \`${key}\`, because its type is \`${textOf(type)}\``, at }));
}

/** What logs in at a registry is a mapping in JSON. */
function registryLogins({ type, data, stringData }: Fields): Violation[] {
  const [key] = secretTypes[textOf(type)]?.all ?? [];
  if (key === undefined || !key.startsWith(".dockerc")) return [];
  const isPlain = Object.hasOwn(fields(stringData), key);
  const given = isPlain ? fields(stringData)[key] : fields(data)[key];
  const written = isPlain ? textOf(given) : decodedText(textOf(given));
  if (!Object.hasOwn(fields(isPlain ? stringData : data), key) || isMappingInJson(written)) return [];
  return [{ predicate: "must be a mapping in JSON", at: [isPlain ? "stringData" : "data", key] }];
}

/** @returns undefined for what is no base64, which the schema tells */
function decodedText(encoded: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(encoded), (byte) => byte.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

function isMappingInJson(written: string | undefined): boolean {
  if (written === undefined) return true;
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "object" && !Array.isArray(value);
  } catch {
    return false;
  }
}
