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

/** Rights are compared one by one; beyond this nobody would read the list either. */
const mostCompared = 1_000_000;
const tooMany = ["do more than can be listed"];

function newRights(before: readonly unknown[], after: readonly unknown[]): string[] {
  const old = new Set(before.map((rule) => JSON.stringify(rule)));
  const changed = after.filter((rule) => !old.has(JSON.stringify(rule)));
  const sizes = before.reduce<number>((sum, rule) => sum + sizeOf(rule), 1);
  const count = changed.reduce<number>((sum, rule) => sum + countOf(rule), 0);
  if (count * sizes > mostCompared) return tooMany;
  const words = new Map<string, Set<string>>();
  for (const right of changed.flatMap(rightsOf)) {
    if (before.some((rule) => covers(rule, right))) continue;
    const what = whatOf(right);
    words.set(what, (words.get(what) ?? new Set()).add(right.verb));
  }
  return [...words].map(
    ([what, verbs]) => `${verbs.has("*") ? "do anything with" : fewNamed([...verbs], "/")} ${what}`,
  );
}

const lists = ["verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs"] as const;

const sizeOf = (rule: unknown): number => lists.reduce((sum, list) => sum + textsAt(rule, list).length, 0);

function countOf(rule: unknown): number {
  const [verbs, groups, resources, names, urls] = lists.map((list) => textsAt(rule, list).length) as number[];
  return verbs! * (groups! * resources! * Math.max(1, names!) + urls!);
}

function rightsOf(rule: unknown): Right[] {
  const [verbs, groups, resources] = [textsAt(rule, "verbs"), textsAt(rule, "apiGroups"), textsAt(rule, "resources")];
  const [names, urls] = [textsAt(rule, "resourceNames"), textsAt(rule, "nonResourceURLs")];
  const onlyNames = names.length === 0 ? [undefined] : names;
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
