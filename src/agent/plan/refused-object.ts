import type { Finding } from "../../core/manifest/finding.ts";
import { identityKey } from "../../core/manifest/kube-object.ts";
import { type DesiredObject, isSameObject } from "../../core/plan/desired-object.ts";
import type { PlannedObject } from "../../core/plan/plan.ts";

export interface Refused {
  /** In the cluster's words. */
  reason: string;
  /** Of the field that it is about. */
  pointer: string;
  /** Whether it would be refused just so without the pull request, which does not mend it and is not to blame. */
  wasSo: boolean;
}

/** What the cluster will not have, with a finding where it is described. */
export function refusedObject(
  { findings }: { findings: Finding[] },
  one: DesiredObject,
  { reason, pointer, wasSo }: Refused,
): PlannedObject {
  const { ref, file, line } = one;
  const message = `refused by the cluster: ${reason}`;
  const place = { file, ...one.locate(pointer), pointer };
  const finding: Finding = { ...place, severity: "error", rule: "refused-by-cluster", message };
  findings.push(wasSo ? soBefore(finding) : finding);
  const more = wasSo ? { pending: true } : {};
  return { ...ref, action: "invalid", fields: [], file, line, drifted: false, reason, ...more };
}

/** What merging leads to, and what Git has now. */
interface BothSides {
  merge: readonly DesiredObject[];
  before: ReadonlyMap<string, DesiredObject>;
}

/** Whether the pull request leaves an object's description as it is. */
export function isAsBefore({ before }: Pick<BothSides, "before">, one: DesiredObject): boolean {
  const base = before.get(one.key);
  return base !== undefined && isSameObject(base, one);
}

/** Whether it leaves the rules of the object's namespace as they are. */
export function isSameNamespace(
  { merge, before }: BothSides,
  { ref: { namespace: name = "" } }: DesiredObject,
): boolean {
  const key = identityKey({ apiVersion: "v1", kind: "Namespace", name });
  const [then, now] = [before.get(key), merge.find((one) => one.key === key)];
  return then === undefined || now === undefined ? then === now : isSameObject(then, now);
}

/** Found of what the pull request does not change: nothing that its check could be red for. */
export const soBefore = (finding: Finding): Finding => ({
  ...finding,
  severity: "warning",
  message: `was so before this pull request: ${finding.message}`,
});
