import { isFilled, lacks, list, type Rule, textOf, type Violation } from "./rule.ts";
import { isDnsSubdomain } from "./syntax.ts";

const notApplied = "is what the cluster fills in where there is an `aggregationRule`: what stands here is not applied";

/** What a role grants and to whom a binding gives it. */
export const rbacRules: Rule = {
  name: "rbac-rules",
  objects: {
    "rbac.v1.PolicyRule": ({ verbs, apiGroups, resources, nonResourceURLs }) => {
      const found: Violation[] = [];
      if (!isFilled(verbs)) return found;
      if (isFilled(nonResourceURLs)) {
        if (isFilled(apiGroups) || isFilled(resources)) {
          found.push({ predicate: "must not be there beside `apiGroups` and `resources`", at: ["nonResourceURLs"] });
        }
        return found;
      }
      if (!isFilled(apiGroups)) found.push(lacks("apiGroups"));
      if (!isFilled(resources)) found.push(lacks("resources"));
      return found;
    },
    "rbac.v1.AggregationRule": ({ clusterRoleSelectors }) =>
      list(clusterRoleSelectors).length > 0 ? [] : [lacks("clusterRoleSelectors")],
    "rbac.v1.ClusterRole": ({ aggregationRule, rules }) =>
      isFilled(aggregationRule) && isFilled(rules)
        ? [{ predicate: notApplied, at: ["rules"], severity: "warning" }]
        : [],
    "rbac.v1.ClusterRoleBinding": ({ roleRef }) => roleKind(roleRef, ["ClusterRole"]),
    "rbac.v1.RoleBinding": ({ roleRef }) => roleKind(roleRef, ["ClusterRole", "Role"]),
    "rbac.v1.Subject": ({ kind, apiGroup, name }) => {
      const found: Violation[] = [];
      const group = textOf(apiGroup);
      const wanted = kind === "ServiceAccount" ? "" : "rbac.authorization.k8s.io";
      const known = kind === "ServiceAccount" || kind === "User" || kind === "Group";
      if (known && group !== "" && group !== wanted) {
        const must = wanted === "" ? "must be empty" : `must be \`${wanted}\``;
        found.push({ predicate: `${must} for a ${kind}`, at: ["apiGroup"] });
      }
      if (kind === "ServiceAccount" && textOf(name) !== "" && !isDnsSubdomain(textOf(name))) {
        found.push({ predicate: "must be the name of a service account", at: ["name"] });
      }
      return found;
    },
  },
};

function roleKind(roleRef: unknown, kinds: readonly string[]): Violation[] {
  if (typeof roleRef !== "object" || roleRef === null) return [];
  const { kind } = roleRef as { kind?: unknown };
  if (typeof kind !== "string" || kind === "" || kinds.includes(kind)) return [];
  const told = kinds.map((one) => `\`${one}\``).join(" or ");
  return [{ predicate: `must be ${told}, but it is the text ${JSON.stringify(kind)}`, at: ["roleRef", "kind"] }];
}
