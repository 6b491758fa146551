import { listAt, numberAt, partAt, textAt } from "../../risks/risk.ts";
import { type Control, eachOnce, inQuotes, isThere, named, numbered, setters, violation } from "../control.ts";
import { safeSysctls } from "../safe-sysctls.ts";

export const hostNamespaces: Control = ({ spec }) => {
  const shared = ["hostNetwork", "hostPID", "hostIPC"].filter((name) => partAt(spec, name) === true);
  if (shared.length === 0) return undefined;
  return { name: "host namespaces", detail: shared.map((name) => `${name}=true`).join(", ") };
};

export const hostPathVolumes: Control = ({ spec }) => {
  const volumes = listAt(spec, "volumes").filter((one) => isThere(one, "hostPath"));
  return volumes.length === 0 ? undefined : { name: "hostPath volumes", detail: named("volume", volumes)! };
};

export const hostPorts: Control = ({ containers }) => {
  const portsOf = (container: unknown) =>
    listAt(container, "ports").flatMap((port) => numberAt(port, "hostPort") || []);
  const bad = containers.filter((one) => portsOf(one).length > 0);
  if (bad.length === 0) return undefined;
  const ports = eachOnce(bad.flatMap(portsOf).map(String));
  const detail = `${named("container", bad)} ${uses(bad)} ${numbered("hostPort", ports)} ${ports.join(", ")}`;
  return { name: "hostPort", detail };
};

const handlers = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
] as const;

export const hostProbes: Control = ({ containers }, { minor }) => {
  const hostsOf = (container: unknown) =>
    handlers.flatMap((place) =>
      ["httpGet", "tcpSocket"].flatMap((how) => textAt(container, ...place, how, "host") || []),
    );
  const bad = containers.filter((one) => hostsOf(one).length > 0);
  if (bad.length === 0 || minor < 34) return undefined;
  const names = eachOnce(bad.map((one) => textAt(one, "name") ?? ""));
  const hosts = eachOnce(bad.flatMap(hostsOf));
  const what = numbered("probe or lifecycle host", hosts);
  const detail = `${numbered("container", names)} ${inQuotes(names)} ${uses(names)} ${what} ${inQuotes(hosts)}`;
  return { name: "probe or lifecycle host", detail };
};

export const sysctls: Control = ({ spec }, { minor }) => {
  const names = listAt(spec, "securityContext", "sysctls").map((one) => textAt(one, "name") ?? "");
  const forbidden = names.filter((name) => (safeSysctls.get(name) ?? Number.POSITIVE_INFINITY) > minor);
  return forbidden.length === 0 ? undefined : { name: "forbidden sysctls", detail: forbidden.join(", ") };
};

export const hostProcess: Control = (pod) => {
  const who = setters(pod, (context) => partAt(context, "windowsOptions", "hostProcess") === true);
  return violation("hostProcess", who, "must not set securityContext.windowsOptions.hostProcess=true");
};

const uses = ({ length }: { length: number }): string => (length === 1 ? "uses" : "use");
