import { textAt } from "../risks/risk.ts";
import { type Control, podTemplate } from "./control.ts";
import { hostNamespaces, hostPathVolumes, hostPorts, hostProbes, hostProcess, sysctls } from "./controls/host.ts";
import {
  addedCapabilities,
  allowPrivilegeEscalation,
  droppedCapabilities,
  privileged,
  procMount,
} from "./controls/privileges.ts";
import { appArmor, seccomp, seLinux } from "./controls/profiles.ts";
import { runAsNonRoot, runAsUser } from "./controls/users.ts";
import { volumeTypes } from "./controls/volumes.ts";
import { type Labels, type LevelVersion, podSecurityOf } from "./policy.ts";

/** Minor versions of Kubernetes whose standards these are; what a newer one allows is not known. */
const known = { from: 25, to: 37 };

/** In the order in which the server tells them. */
const ofBaseline: readonly Control[] = [
  appArmor,
  baselineOnly(addedCapabilities),
  hostNamespaces,
  baselineOnly(hostPathVolumes),
  hostPorts,
  hostProbes,
  privileged,
  baselineOnly(procMount),
  seLinux,
  baselineOnly(seccomp),
  sysctls,
  hostProcess,
];
const ofRestricted: readonly Control[] = [
  allowPrivilegeEscalation,
  droppedCapabilities,
  procMount,
  volumeTypes,
  runAsNonRoot,
  runAsUser,
  seccomp,
];

/**
 * What of a pod template the Pod Security Standards of a namespace would not have, in the words in which the server warns of it: of
 * what is enforced, or else of what is warned of (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
 *
 * @param labels of the namespace
 * @param minor of the server's version
 */
export function podSecurityWarning(template: unknown, labels: Labels, minor: number): string | undefined {
  // The server may be told to let pods of some runtime classes be.
  if (template === undefined || (textAt(template, "spec", "runtimeClassName") ?? "") !== "") return undefined;
  const { enforce, warn } = podSecurityOf(labels);
  return warningOf(template, enforce, minor) ?? warningOf(template, warn, minor);
}

function warningOf(template: unknown, { level, version }: LevelVersion, server: number): string | undefined {
  const pinned = /^v1\.(\d{1,3})$/.exec(version)?.[1];
  const minor = Math.min(pinned === undefined ? server : Number(pinned), server);
  if (level === "privileged" || minor < known.from || minor > known.to) return undefined;
  const pod = podTemplate(template);
  const controls = level === "baseline" ? ofBaseline : [...ofBaseline, ...ofRestricted];
  const violations = controls.flatMap((control) => control(pod, { level, minor }) ?? []);
  if (violations.length === 0) return undefined;
  const told = violations.map(({ name, detail }) => `${name} (${detail})`).join(", ");
  return `would violate PodSecurity "${level}:${version}": ${told}`;
}

/** What restricted says itself, in its own turn. */
function baselineOnly(control: Control): Control {
  return (pod, standard) => (standard.level === "baseline" ? control(pod, standard) : undefined);
}
