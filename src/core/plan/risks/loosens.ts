import { isLooser, podSecurityOf } from "../pod-security/policy.ts";
import { podTemplateOf } from "./pod-template.ts";
import { fewNamed, kindOf, openly, partAt, type RiskRule, textAt, textsAt } from "./risk.ts";

/** What was kept out or held back until now. */
export const loosens: RiskRule = (change) => {
  if (change.live === undefined) return [];
  switch (kindOf(change.after)) {
    case "Namespace":
      return podSecurity(change);
    case "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io":
      return denials(change);
    default:
      return tokens(change);
  }
};

/** A namespace that demands less of its pods than now (https://kubernetes.io/docs/concepts/security/pod-security-admission/). */
const podSecurity: RiskRule = ({ live, after }) => {
  const [before, now] = [live, after].map((one) => podSecurityOf(one?.metadata.labels ?? {}).enforce.level);
  if (!isLooser(before!, now!)) return [];
  const enforced = `Pod Security level \`${now}\``;
  return [{ text: `${enforced} instead of \`${before}\``, withoutLive: `${enforced} instead of a stricter one` }];
};

/** https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#validation-actions */
const denials: RiskRule = ({ live, after }) => {
  const [before, now] = [live, after].map((one) => textsAt(one, "spec", "validationActions"));
  if (!before!.includes("Deny") || now!.includes("Deny")) return [];
  const policy = textAt(after, "spec", "policyName") ?? "its policy";
  return [
    openly(`what ${policy} denied is let through${now!.length === 0 ? "" : `, with ${fewNamed(now!, " and ")} alone`}`),
  ];
};

/** A token that its pods were kept from (https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/). */
const tokens: RiskRule = ({ live, after }) => {
  const isAccount = kindOf(after) === "ServiceAccount";
  const [before, now] = [live, after].map((one) =>
    partAt(isAccount ? one : partAt(podTemplateOf(one), "spec"), "automountServiceAccountToken"),
  );
  if (before !== false || now === false) return [];
  if (isAccount) return [openly("its token is given to every pod of it that does not decline")];
  const account = textAt(podTemplateOf(after), "spec", "serviceAccountName") || "default";
  return [openly(`its pods get the token of ServiceAccount ${account}${now === true ? "" : ", unless that declines"}`)];
};
