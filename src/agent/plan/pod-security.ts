import { clusterWarnings, isPodSecurity, podRefusal } from "../../core/plan/cluster-warnings.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { PlannedObject } from "../../core/plan/plan.ts";
import { isExempt, isJudgedAlike, isOtherPolicy, type Labels } from "../../core/plan/pod-security/policy.ts";
import { podSecurityWarning } from "../../core/plan/pod-security/standards.ts";
import { podTemplateOf } from "../../core/plan/risks/pod-template.ts";
import { kindOf } from "../../core/plan/risks/risk.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isRefusal } from "../../kube/kube-error.ts";
import type { Planning } from "./plan-object.ts";
import { isAsBefore, isSameNamespace, refusedObject, soBefore } from "./refused-object.ts";
import { labelsNow } from "./warning-findings.ts";

/**
 * What the cluster warned of, where it is described. It holds pods against the namespace as it is now: where the plan makes the
 * namespace, or gives it another Pod Security level, they are held here against what it will be. A Pod that violates that ends as `invalid`.
 */
export async function withWarnings(
  planning: Planning,
  ordered: readonly DesiredObject[],
  planned: readonly PlannedObject[],
): Promise<PlannedObject[]> {
  const { kube, outcomes, said, findings } = planning;
  const namespaces = new Map(
    ordered
      .filter(({ object }) => kindOf(object) === "Namespace")
      .flatMap(({ key, ref }) => {
        const outcome = outcomes.get(key);
        return outcome === undefined ? [] : [[ref.name, { ...outcome, said: said.get(key) ?? [] }] as const];
      }),
  );
  let asked: Promise<number | undefined> | undefined;
  const minor = () => (asked ??= minorVersion(kube));

  async function toldOf(one: DesiredObject, { action }: PlannedObject): Promise<{ texts: string[]; labels: Labels }> {
    const texts = said.get(one.key) ?? [];
    const namespace = one.ref.namespace === undefined ? undefined : namespaces.get(one.ref.namespace);
    if (namespace === undefined)
      return { texts, labels: texts.some(isPodSecurity) ? await labelsNow(kube, one.object) : {} };
    const labels = namespace.after.metadata.labels ?? {};
    const before = namespace.live && (namespace.live.metadata.labels ?? {});
    if (!isOtherPolicy(before, labels)) return { texts, labels };
    const others = texts.filter((text) => !isPodSecurity(text));
    const template = podTemplateOf(outcomes.get(one.key)?.after);
    const isKept = kindOf(one.object) === "Pod" && action !== "create";
    // Nothing tells that the server lets a namespace be but that it says nothing where it would.
    const isLetBe = namespace.said.some(isExempt) || (others.length === texts.length && isJudgedAlike(before, labels));
    if (template === undefined || isKept || isLetBe) return { texts: others, labels };
    const version = await minor();
    const text = version === undefined ? undefined : podSecurityWarning(template, labels, version);
    return { texts: text === undefined ? others : [...others, text], labels };
  }

  const told: PlannedObject[] = [];
  for (const [index, one] of ordered.entries()) {
    const object = planned[index]!;
    if (object.action === "unchanged" || object.action === "invalid") {
      told.push(object);
      continue;
    }
    const { texts, labels } = await toldOf(one, object);
    const refusal = podRefusal(one.object, texts, labels);
    const wasSo = isAsBefore(planning, one) && isSameNamespace(planning, one);
    if (refusal === undefined) {
      const warnings = clusterWarnings(one, texts, labels);
      findings.push(...(wasSo ? warnings.map(soBefore) : warnings));
      told.push(object);
    } else {
      outcomes.delete(one.key);
      told.push(refusedObject(planning, one, { reason: refusal, pointer: "/spec", wasSo }));
    }
  }
  return told;
}

/** Of Kubernetes 1; some providers write `31+`. */
async function minorVersion(kube: KubeClient): Promise<number | undefined> {
  const version = await kube.version().catch((thrown) => {
    if (!isRefusal(thrown)) throw thrown;
  });
  const minor = /^1\.(\d+)/.exec(version ?? "")?.[1];
  return minor === undefined ? undefined : Number(minor);
}
