import { baselineCapabilities } from "../../risks/container-ways.ts";
import { partAt, textAt, textsAt } from "../../risks/risk.ts";
import { type Control, eachOnce, hasOwnUsers, inQuotes, isWindows, named, violation } from "../control.ts";

export const privileged: Control = ({ containers }) => {
  const bad = containers.filter((one) => partAt(one, "securityContext", "privileged") === true);
  return violation("privileged", named("container", bad), "must not set securityContext.privileged=true");
};

export const allowPrivilegeEscalation: Control = (pod) => {
  if (isWindows(pod)) return undefined;
  const bad = pod.containers.filter((one) => partAt(one, "securityContext", "allowPrivilegeEscalation") !== false);
  const must = "must set securityContext.allowPrivilegeEscalation=false";
  return violation("allowPrivilegeEscalation != false", named("container", bad), must);
};

const capabilities = (container: unknown, how: "add" | "drop"): string[] =>
  textsAt(container, "securityContext", "capabilities", how);

export const addedCapabilities: Control = (pod) =>
  adding("non-default capabilities", pod.containers, (one) => baselineCapabilities.has(one));

export const droppedCapabilities: Control = (pod) => {
  if (isWindows(pod)) return undefined;
  const name = "unrestricted capabilities";
  const keeping = pod.containers.filter((one) => !capabilities(one, "drop").includes("ALL"));
  const violations = [
    violation(name, named("container", keeping), 'must set securityContext.capabilities.drop=["ALL"]'),
    adding(name, pod.containers, (one) => one === "NET_BIND_SERVICE"),
  ].filter((one) => one !== undefined);
  return violations.length === 0 ? undefined : { name, detail: violations.map(({ detail }) => detail).join("; ") };
};

function adding(name: string, containers: readonly unknown[], isAllowed: (capability: string) => boolean) {
  const forbidden = (one: unknown) => capabilities(one, "add").filter((capability) => !isAllowed(capability));
  const bad = containers.filter((one) => forbidden(one).length > 0);
  const must = `must not include ${inQuotes(eachOnce(bad.flatMap(forbidden)))} in securityContext.capabilities.add`;
  return violation(name, named("container", bad), must);
}

/** Under either level; restricted does not look past a user namespace. */
export const procMount: Control = (pod, { level, minor }) => {
  if (hasOwnUsers(pod) && (level === "baseline" || minor < 35)) return undefined;
  const mountOf = (one: unknown) => textAt(one, "securityContext", "procMount") ?? "Default";
  const bad = pod.containers.filter((one) => mountOf(one) !== "Default");
  const must = `must not set securityContext.procMount to ${inQuotes(eachOnce(bad.map(mountOf)))}`;
  return violation("procMount", named("container", bad), must);
};
