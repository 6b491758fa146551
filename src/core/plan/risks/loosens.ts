import { isLooser, podSecurityOf } from "../pod-security/policy.ts";
import { kindOf, type RiskRule } from "./risk.ts";

/** A namespace that demands less of its pods than now (https://kubernetes.io/docs/concepts/security/pod-security-admission/). */
export const loosens: RiskRule = ({ live, after }) => {
  if (kindOf(after) !== "Namespace" || live === undefined) return [];
  const [before, now] = [live, after].map(({ metadata }) => podSecurityOf(metadata.labels ?? {}).enforce.level);
  if (!isLooser(before!, now!)) return [];
  const enforced = `Pod Security level \`${now}\``;
  return [{ text: `${enforced} instead of \`${before}\``, withoutLive: `${enforced} instead of a stricter one` }];
};
