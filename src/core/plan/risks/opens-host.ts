import { safeSysctls } from "../pod-security/safe-sysctls.ts";
import { containerWays, type WayOut } from "./container-ways.ts";
import { podTemplateOf } from "./pod-template.ts";
import { fewNamed, listAt, numberAt, partAt, type RiskRule, textAt } from "./risk.ts";

/**
 * What the baseline of the Pod Security Standards forbids because it leads out of the container
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline).
 */
export const opensHost: RiskRule = ({ live, after }) => {
  const known = new Set(waysOut(podTemplateOf(live)).flatMap(({ way, covers = [] }) => [way, ...covers]));
  const ways = waysOut(podTemplateOf(after)).filter(
    ({ way, within = [] }) => ![way, ...within].some((one) => known.has(one)),
  );
  const names = [...new Set(ways.map(({ way }) => way))];
  return names.length === 0 ? [] : [fewNamed(names)];
};

/** Worst first: only so many are named. */
function waysOut(template: unknown): WayOut[] {
  const spec = partAt(template, "spec");
  const shared = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((name) => partAt(spec, name) === true);
  const containers = containersOf(spec);
  return [
    ...containers.flatMap((container) => containerWays(container, template)),
    ...shared.map((way) => ({ way })),
    ...hostPaths(spec, containers),
    // On the node's own network every port is the node's.
    ...(shared.includes("hostNetwork") ? [] : containers.flatMap(hostPorts)),
    ...sysctls(spec),
  ];
}

const containersOf = (spec: unknown): unknown[] =>
  ["containers", "initContainers", "ephemeralContainers"].flatMap((name) => listAt(spec, name));

function hostPaths(spec: unknown, containers: readonly unknown[]): WayOut[] {
  const mounts = containers.flatMap((container) => listAt(container, "volumeMounts"));
  const mounted = new Set(mounts.map((mount) => textAt(mount, "name")));
  const written = new Set(
    mounts.filter((mount) => partAt(mount, "readOnly") !== true).map((mount) => textAt(mount, "name")),
  );
  return listAt(spec, "volumes").flatMap((volume): WayOut[] => {
    const [path, name] = [textAt(volume, "hostPath", "path"), textAt(volume, "name")];
    if (path === undefined) return [];
    const bare = `the node's ${path}`;
    const [read, write] = [`${bare} to read`, `${bare} to write`];
    if (written.has(name)) return [{ way: write, covers: [read, bare] }];
    return [mounted.has(name) ? { way: read, covers: [bare] } : { way: bare }];
  });
}

function hostPorts(container: unknown): WayOut[] {
  return listAt(container, "ports").flatMap((port): WayOut[] => {
    const number = numberAt(port, "hostPort") ?? 0;
    if (number === 0) return [];
    const protocol = textAt(port, "protocol") ?? "TCP";
    const named = `${number}${protocol === "TCP" ? "" : `/${protocol}`}`;
    const address = textAt(port, "hostIP") ?? "";
    const everywhere = `port ${named} of the node`;
    if (address === "" || address === "0.0.0.0" || address === "::") return [{ way: everywhere }];
    return [{ way: `port ${named} of the node at ${address}`, within: [everywhere] }];
  });
}

const sysctls = (spec: unknown): WayOut[] =>
  listAt(spec, "securityContext", "sysctls").flatMap((one) => {
    // The kernel takes both ways of writing it.
    const name = (textAt(one, "name") ?? "").replaceAll("/", ".");
    return name === "" || safeSysctls.has(name) ? [] : [{ way: `the sysctl ${name}` }];
  });
