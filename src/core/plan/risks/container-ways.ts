import { quoted } from "../../manifest/quoted.ts";
import { partAt, textAt, textsAt } from "./risk.ts";

/** A way out of the container, as it is told. */
export interface WayOut {
  way: string;
  /** Lesser ways that it holds. */
  covers?: readonly string[];
  /** Greater ways that hold it. */
  within?: readonly string[];
}

/** What a container may have though it need not ask: the baseline allows adding these. */
export const baselineCapabilities = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

/**
 * How one container gets out by its own security context, or by its pod's where it says nothing itself.
 *
 * @param template what holds the container, for what counts for the whole pod
 */
export function containerWays(container: unknown, template: unknown): WayOut[] {
  const named = `container ${quoted(textAt(container, "name") ?? "")}`;
  const pod = partAt(template, "spec", "securityContext");
  const own = partAt(container, "securityContext");
  const either = (...names: string[]): unknown => partAt(own, ...names) ?? partAt(pod, ...names);

  const privileged = `${named} is privileged`;
  const hostProcess =
    either("windowsOptions", "hostProcess") === true ? [{ way: `${named} is a process of the host` }] : [];
  // Privileged has all of the rest.
  if (partAt(own, "privileged") === true) return [{ way: privileged }, ...hostProcess, ...probes(container, named)];
  const inside = (way: string): WayOut => ({ way, within: [privileged] });

  const added = textsAt(own, "capabilities", "add").filter((one) => !baselineCapabilities.has(one));
  const all = `${named} with ALL capabilities`;
  const capabilities = added.includes("ALL")
    ? [inside(all)]
    : added.map((one): WayOut => ({ way: `${named} with ${one}`, within: [privileged, all] }));
  const unmasked = textAt(own, "procMount");
  return [
    ...hostProcess,
    ...capabilities,
    ...(unmasked === undefined || unmasked === "Default" ? [] : [inside(`${named} with /proc unmasked`)]),
    ...(isUnconfined(either("seccompProfile", "type")) ? [inside(`${named} without seccomp`)] : []),
    ...(hasNoAppArmor(container, template, either("appArmorProfile", "type"))
      ? [inside(`${named} without AppArmor`)]
      : []),
    ...["type", "user", "role"].flatMap((part) => {
      const value = either("seLinuxOptions", part);
      const isBaseline = value === "" || (part === "type" && confinedTypes.has(value));
      return typeof value !== "string" || isBaseline ? [] : [inside(`${named} with the SELinux ${part} ${value}`)];
    }),
    ...probes(container, named),
  ];
}

const isUnconfined = (type: unknown): boolean => type === "Unconfined";

const confinedTypes: ReadonlySet<unknown> = new Set([
  "container_t",
  "container_init_t",
  "container_kvm_t",
  "container_engine_t",
]);

/** Before 1.30 an annotation said it; it still counts where the field is silent. */
function hasNoAppArmor(container: unknown, template: unknown, type: unknown): boolean {
  if (type !== undefined) return isUnconfined(type);
  const annotation = `container.apparmor.security.beta.kubernetes.io/${textAt(container, "name") ?? ""}`;
  return textAt(template, "metadata", "annotations", annotation) === "unconfined";
}

const asked = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
] as const;

/** The node itself sends these, to any host that is named. */
function probes(container: unknown, named: string): WayOut[] {
  const hosts = asked.flatMap((place) =>
    ["httpGet", "tcpSocket"].map((how) => textAt(container, ...place, how, "host") ?? ""),
  );
  return hosts.filter((host) => host !== "").map((host) => ({ way: `probes of ${named} sent to ${host}` }));
}
