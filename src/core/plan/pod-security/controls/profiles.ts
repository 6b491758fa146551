import { isMapping } from "../../../manifest/kube-object.ts";
import { partAt, textAt } from "../../risks/risk.ts";
import {
  type Control,
  eachOnce,
  inQuotes,
  isThere,
  isWindows,
  numbered,
  setters,
  silent,
  valuesOf,
  violation,
} from "../control.ts";

const confined: ReadonlySet<unknown> = new Set(["RuntimeDefault", "Localhost"]);

const isUnconfined = (context: unknown, profile: string): boolean =>
  isThere(context, profile) && !confined.has(partAt(context, profile, "type"));

const unconfinedTypes = (types: readonly unknown[]): string[] =>
  eachOnce(types.filter((one) => one !== undefined && !confined.has(one)).map(String));

export const seccomp: Control = (pod, { level }) => {
  const name = "seccompProfile";
  if (level === "restricted" && isWindows(pod)) return undefined;
  const bad = setters(pod, (context) => isUnconfined(context, name));
  const types = inQuotes(unconfinedTypes(valuesOf(pod, name, "type")));
  const open = level === "restricted" ? silent(pod, name) : undefined;
  return (
    violation(name, bad, `must not set securityContext.seccompProfile.type to ${types}`) ??
    violation(name, open, 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"')
  );
};

const appArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";

export const appArmor: Control = (pod) => {
  const who = setters(pod, (context) => isUnconfined(context, "appArmorProfile"));
  const annotations = Object.entries(isMapping(pod.annotations) ? pod.annotations : {})
    .filter(
      ([name, value]) => name.startsWith(appArmorAnnotation) && !/^$|^runtime\/default$|^localhost\//.test(`${value}`),
    )
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .toSorted();
  const values = [...unconfinedTypes(valuesOf(pod, "appArmorProfile", "type")), ...annotations];
  const by = [who, annotations.length === 0 ? undefined : numbered("annotation", annotations)];
  const all = by.filter((one) => one !== undefined);
  if (all.length === 0) return undefined;
  const detail = `${all.join(" and ")} must not set AppArmor profile type to ${inQuotes(values)}`;
  return { name: numbered("forbidden AppArmor profile", values), detail };
};

/** With the minor version of Kubernetes from which on each is allowed. */
const seLinuxTypes: ReadonlyMap<string, number> = new Map([
  ["", 0],
  ["container_t", 0],
  ["container_init_t", 0],
  ["container_kvm_t", 0],
  ["container_engine_t", 31],
]);

export const seLinux: Control = (pod, { minor }) => {
  const name = "seLinuxOptions";
  const isBadType = (type: string) => (seLinuxTypes.get(type) ?? Number.POSITIVE_INFINITY) > minor;
  const isSet = (context: unknown, part: string) => (textAt(context, name, part) ?? "") !== "";
  const typeOf = (context: unknown) => textAt(context, name, "type") ?? "";
  const isBad = (context: unknown) => isBadType(typeOf(context)) || isSet(context, "user") || isSet(context, "role");
  const who = setters(pod, isBad);
  if (who === undefined) return undefined;
  const contexts = valuesOf(pod);
  const types = eachOnce(contexts.map(typeOf).filter(isBadType));
  const said = [
    types.length === 0 ? undefined : `${numbered("type", types)} ${inQuotes(types)}`,
    ...["user", "role"].map((part) =>
      contexts.some((one) => isSet(one, part)) ? `${part} may not be set` : undefined,
    ),
  ].filter((one) => one !== undefined);
  return { name, detail: `${who} set forbidden securityContext.seLinuxOptions: ${said.join("; ")}` };
};
