import { type Fields, fields, isFilled, isSet, type Rule, textOf, type Violation } from "./rule.ts";

/** Fields that are missed only because of what stands, or does not stand, beside them. */
export const requiredAlternatives: Rule = {
  name: "missing-field",
  objects: {
    "core.v1.Toleration": ({ key, operator }) =>
      textOf(key) === "" && operator !== "Exists" && !isOther(key, operator)
        ? [{ predicate: "lacks `key`; only the operator `Exists` can do without it, and then means every taint" }]
        : [],
    "core.v1.PodDNSConfigOption": ({ name }) => (isFilled(name) ? [] : lacks("name")),
    "core.v1.EndpointSubset": ({ addresses, notReadyAddresses }) =>
      isFilled(addresses) || isFilled(notReadyAddresses) ? [] : lacks("addresses"),
    "core.v1.AppArmorProfile": ({ type, localhostProfile }) =>
      type === "Localhost" && !isFilled(localhostProfile) ? lacks("localhostProfile", "its type is `Localhost`") : [],
    "core.v1.SeccompProfile": ({ type, localhostProfile }) =>
      type === "Localhost" && !isFilled(localhostProfile) ? lacks("localhostProfile", "its type is `Localhost`") : [],
    "core.v1.Secret": secretKeys,
    "core.v1.DownwardAPIVolumeFile": ({ resourceFieldRef }) =>
      isSet(resourceFieldRef) && typeof resourceFieldRef === "object" && !isFilled(fields(resourceFieldRef).containerName)
        ? [{ predicate: "lacks `containerName`, which is required", at: ["resourceFieldRef"] }]
        : [],
    "flowcontrol.v1.Subject": (subject) => {
      const field = { ServiceAccount: "serviceAccount", User: "user", Group: "group" }[textOf(subject.kind)];
      return field === undefined || isSet(subject[field]) ? [] : lacks(field, `its kind is \`${subject.kind}\``);
    },
    "flowcontrol.v1.LimitResponse": ({ type, queuing }) =>
      type === "Queue" && !isSet(queuing) ? lacks("queuing", "its type is `Queue`") : [],
    "flowcontrol.v1.PriorityLevelConfigurationSpec": ({ type, limited }) =>
      type === "Limited" && !isSet(limited) ? lacks("limited", "its type is `Limited`") : [],
    "admissionregistration.v1.ValidatingAdmissionPolicySpec": ({ validations, auditAnnotations, matchConstraints }) => [
      ...(isFilled(validations) || isFilled(auditAnnotations) ? [] : lacks("validations")),
      ...(isSet(matchConstraints) ? [] : lacks("matchConstraints")),
    ],
    "batch.v1.JobSpec": ({ completionMode, completions, backoffLimitPerIndex }) => {
      if (completionMode === "Indexed") {
        return isSet(completions) ? [] : lacks("completions", "its mode is `Indexed`");
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

function lacks(field: string, because?: string): Violation[] {
  return [{ predicate: `lacks \`${field}\`, ${because === undefined ? "which is required" : `because ${because}`}` }];
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
