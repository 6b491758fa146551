import { isDnsLabel, isDnsSubdomain } from "./rules/syntax.ts";
import { shown } from "./shown.ts";

/** Kinds whose names must be a single DNS label. */
const labelNamed = new Set(["/Namespace", "/Service", "apps/StatefulSet"]);

/** Kinds that are called anything that fits into a URL's path. */
const pathNamed = new Set([
  "/Event",
  "apiregistration.k8s.io/APIService",
  "certificates.k8s.io/CertificateSigningRequest",
  "policy/PodDisruptionBudget",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/RoleBinding",
]);

/** The name that follows from other fields, for kinds where it has to. */
const derivedNames: { readonly [groupKind: string]: (spec: Readonly<Record<string, unknown>>) => string | undefined } =
  {
    "apiextensions.k8s.io/CustomResourceDefinition": ({ names, group }) => {
      const plural =
        typeof names === "object" && names !== null ? (names as Record<string, unknown>).plural : undefined;
      return typeof plural === "string" && typeof group === "string" ? `${plural}.${group}` : undefined;
    },
    "apiregistration.k8s.io/APIService": ({ version, group }) =>
      typeof version === "string" && typeof group === "string" ? `${version}.${group}` : undefined,
  };

/** A job's pods get a suffix of 11 characters more. */
const longestCronJobName = 52;

/**
 * What is wrong with `metadata.name`, by the rules that the API server has for that kind.
 * @returns a predicate ("must be …"); undefined when the name is good
 */
export function objectNameProblem(
  group: string,
  kind: string,
  name: string,
  spec: Readonly<Record<string, unknown>>,
): string | undefined {
  const groupKind = `${group}/${kind}`;
  const derived = derivedNames[groupKind]?.(spec);
  if (derived !== undefined && derived !== name)
    return `must be ${JSON.stringify(derived)} (from its own spec), but it is ${shown(name)}`;
  if (pathNamed.has(groupKind)) {
    const fits = name !== "." && name !== ".." && !/[/%]/.test(name);
    return fits ? undefined : `must not be \`.\` or \`..\` nor contain \`/\` or \`%\`, but it is ${shown(name)}`;
  }
  // An IPAddress is called by its address, which the server knows best.
  if (groupKind === "networking.k8s.io/IPAddress") return undefined;
  if (labelNamed.has(groupKind)) {
    if (isDnsLabel(name)) return undefined;
    return `must be at most 63 lower-case letters, digits and \`-\`, beginning and ending with a letter or digit, but it is ${shown(name)}`;
  }
  if (!isDnsSubdomain(name)) {
    return `must be at most 253 lower-case letters, digits, \`-\` and \`.\`, each part beginning and ending with a letter or digit, but it is ${shown(name)}`;
  }
  if (groupKind === "batch/CronJob" && name.length > longestCronJobName) {
    return `must be at most ${longestCronJobName} characters, because the names of its jobs are made from it, but it has ${name.length}`;
  }
  return undefined;
}
