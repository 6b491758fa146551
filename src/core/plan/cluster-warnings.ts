import type { Finding } from "../manifest/finding.ts";
import type { KubeObject } from "../manifest/kube-object.ts";
import { placedFinding } from "../manifest/placed-finding.ts";
import { quoted } from "../manifest/quoted.ts";
import type { SourceObject } from "../manifest/source-object.ts";
import { pointerTo } from "../schema/field-path.ts";
import { pointerOfField } from "../schema/server-field.ts";
import { isLooser, type Labels, type PodSecurityLevel, podSecurityOf } from "./pod-security/policy.ts";
import { podTemplatePlace } from "./risks/pod-template.ts";
import { kindOf, listAt, textAt } from "./risks/risk.ts";

/**
 * What the cluster says of an object that it takes all the same, where that is described: a deprecated version or field, an admission
 * policy or webhook that warns, pods that a Pod Security level would not have. Where the namespace enforces that level, the workload
 * is taken and not one of its pods is (https://kubernetes.io/docs/concepts/security/pod-security-admission/): an error.
 *
 * @param texts in the server's words
 * @param namespace labels of the object's namespace, as far as they are known
 */
export function clusterWarnings(source: SourceObject, texts: readonly string[], namespace: Labels): Finding[] {
  const { object } = source;
  const warning = (pointer: string, text: string) =>
    placedFinding(source, { severity: "warning", rule: "cluster-warning", pointer, message: `${warns}${text}` });
  return texts.map((text) => {
    const [, level, version, why] = podSecurity.exec(text) ?? [];
    if (level === undefined) {
      const isVersion = text.startsWith(`${object.apiVersion} ${object.kind} is deprecated`);
      const field = isVersion ? "apiVersion" : (/^([a-z]\w*[.[]\S*): /.exec(text)?.[1] ?? "");
      return warning(pointerOfField(object, field), text);
    }
    const pointer = podPointer(object, why!);
    if (!isEnforced(namespace, level, version!)) return warning(pointer, text);
    const name = object.metadata.namespace;
    const message = `The cluster would take this ${object.kind} and none of its pods: the namespace ${quoted(name ?? "")} enforces the Pod Security level \`${level}\`: ${inCode(why!)}`;
    return placedFinding(source, { severity: "error", rule: "refused-by-cluster", pointer, message });
  });
}

/** Whether a text is about what the Pod Security Standards would not have, taken or refused. */
export const isPodSecurity = (text: string): boolean => /(?:would violate|violates) PodSecurity "/.test(text);

/** Why the server will refuse a Pod of which it now only warns; undefined for anything else, whose pods come later. */
export function podRefusal(object: KubeObject, texts: readonly string[], namespace: Labels): string | undefined {
  if (kindOf(object) !== "Pod") return undefined;
  const refused = texts.find((text) => {
    const [, level, version] = podSecurity.exec(text) ?? [];
    return level !== undefined && isEnforced(namespace, level, version!);
  });
  return refused?.replace("would violate", `pods "${object.metadata.name}" is forbidden: violates`);
}

/** What was found offline and by the cluster; of a deprecated version both know, and it is told once, in our words. */
export function withClusterFindings(offline: readonly Finding[], cluster: readonly Finding[]): Finding[] {
  const deprecated = offline.filter(({ rule }) => rule === "deprecated-version");
  const isTold = (said: Finding) =>
    said.message.startsWith(warns) &&
    deprecated.some(
      (one) =>
        one.file === said.file &&
        ((one.line === said.line && one.pointer === said.pointer) ||
          one.message.includes(said.message.slice(warns.length))),
    );
  return [...offline, ...cluster.filter((one) => !isTold(one))];
}

const warns = "The cluster warns: ";
const podSecurity = /^would violate PodSecurity "(baseline|restricted):([^"]+)": ([\s\S]*)$/;

function isEnforced(labels: Labels, level: string, version: string): boolean {
  const { enforce } = podSecurityOf(labels);
  return enforce.version === version && !isLooser(level as PodSecurityLevel, enforce.level);
}

/** Each violation's name, and what it is about. */
function inCode(why: string): string {
  const violations = [...why.matchAll(/([^,()]+) \(([^()]*)\)(?:, |$)/gy)];
  const isAll = violations.reduce((length, [one]) => length + one.length, 0) === why.length;
  if (!isAll) return quoted(why);
  return violations.map(([, name, detail]) => `${quoted(name!)} (${quoted(detail!)})`).join(", ");
}

/** The container that is named first, or the pod as a whole. */
function podPointer(object: SourceObject["object"], why: string): string {
  const place = podTemplatePlace(object);
  if (place === undefined) return "";
  const spec = [...place, "spec"];
  const named = /containers? "([^"]+)"/.exec(why)?.[1];
  for (const list of ["containers", "initContainers"]) {
    const index = listAt(object, ...spec, list).findIndex((one) => textAt(one, "name") === named);
    if (index >= 0) return [...spec, list, index].reduce(pointerTo, "");
  }
  return spec.reduce(pointerTo, "");
}
