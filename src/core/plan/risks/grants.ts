import { added, fewNamed, kindOf, listAt, type RiskRule, textAt, textsAt } from "./risk.ts";

const group = "rbac.authorization.k8s.io";

/** Rights that a role has more than before, and whoever is bound to one anew. */
export const grants: RiskRule = ({ live, after }) => {
  switch (kindOf(after)) {
    case `Role.${group}`:
    case `ClusterRole.${group}`: {
      const more = newRights(listAt(live, "rules"), listAt(after, "rules"));
      return more.length === 0 ? [] : [`may ${fewNamed(more)}`];
    }
    case `RoleBinding.${group}`:
    case `ClusterRoleBinding.${group}`: {
      const who = added(subjectsOf(live), subjectsOf(after));
      const role = `${textAt(after, "roleRef", "kind") ?? "role"} ${textAt(after, "roleRef", "name") ?? ""}`;
      return who.length === 0 ? [] : [`${role} to ${fewNamed(who)}`];
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

/** One verb on one thing. */
interface Right {
  verb: string;
  group: string;
  resource: string;
  /** The only object; undefined for all of them. */
  name: string | undefined;
  url: string | undefined;
}

/** A rule may stand for more single rights than anybody looks at. */
const mostRights = 20_000;

function newRights(before: readonly unknown[], after: readonly unknown[]): string[] {
  const words = new Map<string, string[]>();
  for (const rule of after) {
    if (before.some((old) => JSON.stringify(old) === JSON.stringify(rule))) continue;
    const rights = rightsOf(rule);
    if (rights === undefined) return ["do more than can be listed"];
    for (const right of rights) {
      if (before.some((old) => covers(old, right))) continue;
      const verbs = words.get(whatOf(right)) ?? [];
      words.set(whatOf(right), verbs.includes(right.verb) ? verbs : [...verbs, right.verb]);
    }
  }
  return [...words].map(([what, verbs]) => `${verbs.includes("*") ? "do anything with" : verbs.join("/")} ${what}`);
}

function rightsOf(rule: unknown): Right[] | undefined {
  const [verbs, groups, resources] = [textsAt(rule, "verbs"), textsAt(rule, "apiGroups"), textsAt(rule, "resources")];
  const [names, urls] = [textsAt(rule, "resourceNames"), textsAt(rule, "nonResourceURLs")];
  const onlyNames = names.length === 0 ? [undefined] : names;
  if (verbs.length * (groups.length * resources.length * onlyNames.length + urls.length) > mostRights) return undefined;
  return verbs.flatMap((verb) => [
    ...groups.flatMap((group) =>
      resources.flatMap((resource) =>
        onlyNames.map((name): Right => ({ verb, group, resource, name, url: undefined })),
      ),
    ),
    ...urls.map((url): Right => ({ verb, group: "", resource: "", name: undefined, url })),
  ]);
}

/** As the API server compares rules to refuse an escalation (https://kubernetes.io/docs/reference/access-authn-authz/rbac/). */
function covers(rule: unknown, { verb, group, resource, name, url }: Right): boolean {
  const has = (list: string, wanted: string) => textsAt(rule, list).some((one) => one === "*" || one === wanted);
  if (!has("verbs", verb)) return false;
  if (url !== undefined) {
    const urls = textsAt(rule, "nonResourceURLs");
    return urls.some((one) => one === url || (one.endsWith("*") && url.startsWith(one.slice(0, -1))));
  }
  const names = textsAt(rule, "resourceNames");
  const [, sub] = resource.split("/");
  const hasResource = has("resources", resource) || (sub !== undefined && has("resources", `*/${sub}`));
  return has("apiGroups", group) && hasResource && (names.length === 0 || (name !== undefined && names.includes(name)));
}

function whatOf({ group, resource, name, url }: Right): string {
  if (url !== undefined) return url;
  const all = resource === "*" ? "everything" : resource;
  const of = group === "*" ? "of every group" : group === "" ? "" : `of ${group}`;
  return [all, of, name === undefined ? "" : `named ${name}`].filter((word) => word !== "").join(" ");
}
