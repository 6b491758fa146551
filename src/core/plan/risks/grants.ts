import { aggregates, takenIn } from "./aggregation.ts";
import { coversRight, type Right, rightsOf, rulesCost } from "./rights.ts";
import { added, fewNamed, kindOf, listAt, type RiskRule, textAt } from "./risk.ts";
import { worstFirst } from "./weight.ts";

const group = "rbac.authorization.k8s.io";

/** Rights that a role has more than before, and whoever is bound to one anew. */
export const grants: RiskRule = ({ live, after }) => {
  switch (kindOf(after)) {
    case `Role.${group}`:
    case `ClusterRole.${group}`: {
      const more = newRights(listAt(live, "rules"), listAt(after, "rules"));
      const before = aggregates(live);
      const given = added(before, aggregates(after));
      const also = aggregates(after).filter((role) => before.includes(role));
      const taken = takenIn(live, after);
      return [
        ...(more.length === 0
          ? []
          : [`may ${fewNamed(worstFirst(more))}${also.length === 0 ? "" : `; so may ${fewNamed(also)}`}`]),
        ...(given.length === 0 ? [] : [`its rules become part of ClusterRole ${fewNamed(given)}`]),
        ...(taken.length === 0 ? [] : [`takes in the rules of ${fewNamed(taken)}`]),
      ];
    }
    case `RoleBinding.${group}`:
    case `ClusterRoleBinding.${group}`: {
      const who = added(subjectsOf(live), subjectsOf(after));
      const role = `${textAt(after, "roleRef", "kind") ?? "role"} ${textAt(after, "roleRef", "name") ?? ""}`;
      return who.length === 0 ? [] : [`${role} to ${fewNamed(worstFirst(who))}`];
    }
    default:
      return [];
  }
};

const subjectsOf = (binding: unknown): string[] =>
  listAt(binding, "subjects").map((subject) => {
    const name = [textAt(subject, "namespace"), textAt(subject, "name")].filter((one) => one !== undefined);
    return `${textAt(subject, "kind") ?? "subject"} ${name.join("/")}`;
  });

/** Rights are compared one by one; beyond this nobody would read the list either. */
const mostCompared = 1_000_000;
const tooMany = ["do more than can be listed"];

function newRights(before: readonly unknown[], after: readonly unknown[]): string[] {
  const old = new Set(before.map((rule) => JSON.stringify(rule)));
  const changed = after.filter((rule) => !old.has(JSON.stringify(rule)));
  if (rulesCost(before, changed) > mostCompared) return tooMany;
  const isNew = (right: Right) => !before.some((rule) => coversRight(rule, right));
  const gains = (right: Right) => changed.some((rule) => coversRight(rule, right)) && isNew(right);
  // Whoever may do anything at all needs no way to it.
  const gained = gains(everything) ? [] : powers.filter(({ rights }) => rights.some(gains));
  const words = new Map<string, Set<string>>();
  for (const right of changed.flatMap(rightsOf)) {
    if (!isNew(right) || gained.some((power) => isOf(power, right))) continue;
    const what = whatOf(right);
    words.set(what, (words.get(what) ?? new Set()).add(right.verb));
  }
  return [
    ...gained.map(({ words }) => words),
    ...[...words].map(([what, verbs]) => `${verbs.has("*") ? "do anything with" : fewNamed([...verbs], "/")} ${what}`),
  ];
}

const everything: Right = { verb: "*", group: "*", resource: "*", name: undefined, url: undefined };

/** What leads to rights that the role does not name. */
interface Power {
  words: string;
  rights: Right[];
}

const power = (words: string, verb: string, ...things: [group: string, resource: string][]): Power => ({
  words: `${words} (${verb})`,
  rights: things.map(([group, resource]) => ({ verb, group, resource, name: undefined, url: undefined })),
});

/** https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks */
const powers: readonly Power[] = [
  power("give itself any right", "escalate", [group, "clusterroles"], [group, "roles"]),
  power("bind roles of more rights than its own", "bind", [group, "clusterroles"], [group, "roles"]),
  power(
    "act as others",
    "impersonate",
    ["", "users"],
    ["", "groups"],
    ["", "serviceaccounts"],
    ["authentication.k8s.io", "uids"],
  ),
];

/** Whether the power's words say this right too. */
const isOf = ({ rights }: Power, { verb, group, resource, name }: Right): boolean =>
  name === undefined &&
  rights.some((one) => one.verb === verb && [one.group, "*"].includes(group) && [one.resource, "*"].includes(resource));

function whatOf({ group, resource, name, url }: Right): string {
  if (url !== undefined) return url;
  const all = resource === "*" ? "everything" : resource;
  const core = resource === "*" ? "of the core group" : "";
  const of = group === "*" ? "of every group" : group === "" ? core : `of ${group}`;
  return [all, of, name === undefined ? "" : `named ${name}`].filter((word) => word !== "").join(" ");
}
