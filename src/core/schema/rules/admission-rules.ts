import { type Fields, fields, isFilled, lacks, list, onObjects, type Rule, type Violation } from "./rule.ts";

/** Which requests an admission webhook or policy is asked about. */
export const admissionRules: Rule = {
  name: "admission-rules",
  objects: {
    ...onObjects(ruleProblems, [
      "admissionregistration.v1.RuleWithOperations",
      "admissionregistration.v1.NamedRuleWithOperations",
    ]),
    ...onObjects(policyConstraints, [
      "admissionregistration.v1.ValidatingAdmissionPolicySpec",
      "admissionregistration.v1.MutatingAdmissionPolicySpec",
    ]),
    ...onObjects(
      ({ url }) => {
        if (typeof url !== "string" || /^https:\/\/[^/?#@]+(?:\/[^?#]*)?\??#?$/i.test(url)) return [];
        return [
          { predicate: "must be an address that begins with `https://`, without user, query or fragment", at: ["url"] },
        ];
      },
      ["admissionregistration.v1.WebhookClientConfig", "apiextensions.v1.WebhookClientConfig"],
    ),
    ...onObjects(
      ({ admissionReviewVersions }) =>
        isFilled(admissionReviewVersions) &&
        Array.isArray(admissionReviewVersions) &&
        !["v1", "v1beta1"].some((version) => admissionReviewVersions.includes(version))
          ? [{ predicate: "must hold `v1` or `v1beta1`", at: ["admissionReviewVersions"] }]
          : [],
      ["admissionregistration.v1.ValidatingWebhook", "admissionregistration.v1.MutatingWebhook"],
    ),
  },
};

function policyConstraints({ matchConstraints }: Fields): Violation[] {
  if (matchConstraints === undefined || matchConstraints === null) {
    return [lacks("matchConstraints")];
  }
  if (typeof matchConstraints !== "object" || isFilled(fields(matchConstraints).resourceRules)) return [];
  return [lacks("resourceRules", undefined, ["matchConstraints"])];
}

function ruleProblems(rule: Fields): Violation[] {
  return [...starred(list(rule.resources)), ...plain(rule)];
}

/** A star beside what it means already. */
function starred(resources: readonly unknown[]): Violation[] {
  const all = resources.includes("*/*") && resources.length > 1;
  const every =
    resources.includes("*") && resources.some((one) => typeof one === "string" && one !== "*" && !one.includes("/"));
  if (!all && !every) return [];
  return [{ predicate: `must hold nothing beside \`${all ? "*/*" : "*"}\` that it means already`, at: ["resources"] }];
}

function plain(rule: Fields): Violation[] {
  return (["apiVersions", "resources", "operations", "apiGroups"] as const).flatMap((field): Violation[] => {
    const items = list(rule[field]).map((item) => item ?? "");
    const empty = field === "apiGroups" ? -1 : items.indexOf("");
    const found: Violation[] = empty < 0 ? [] : [{ predicate: "must not be empty", at: [field, empty] }];
    if (field !== "resources" && items.length > 1 && items.includes("*")) {
      found.push({ predicate: "must hold nothing beside `*`", at: [field] });
    }
    return found;
  });
}
