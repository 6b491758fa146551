import { nameInNamespace } from "../manifest/kube-object.ts";
import type { PlannedObject, SystemPlan } from "../plan/plan.ts";
import { code } from "./inert.ts";

/** As which the autoscaler of Kubernetes writes. */
const autoscaler = "kube-controller-manager";

/** How to leave replicas to what scales them, where that is taken for drift; empty where nothing does. */
export function autoscalerHint(plans: readonly SystemPlan[]): string {
  const scaled = plans.flatMap(({ objects }) => objects.filter(isScaled));
  const [first, ...others] = scaled;
  if (first === undefined) return "";
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const kinds = [...new Set(scaled.map(({ kind }) => kind))].slice(0, 3);
  const rules = kinds.map((kind) => `{kind: ${kind}, paths: [/spec/replicas]}`).join(", ");
  return `${code(autoscaler)} sets the replicas of ${code(first.kind)} ${code(nameInNamespace(first))}${more}, as a HorizontalPodAutoscaler does: ${code(`ignore: [${rules}]`)} in \`.trueup.yaml\` leaves them to it.`;
}

const isScaled = ({ fields }: PlannedObject): boolean =>
  fields.some(({ path, cause, manager }) => path === "spec.replicas" && cause === "drift" && manager === autoscaler);
