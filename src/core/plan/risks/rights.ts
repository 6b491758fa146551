import { textsAt } from "./risk.ts";

/** One verb on one thing. */
export interface Right {
  verb: string;
  group: string;
  resource: string;
  /** The only object; undefined for all of them. */
  name: string | undefined;
  url: string | undefined;
}

const lists = ["verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs"] as const;

/** How much there is to compare when each right of the second rules is looked for in the first ones. */
export function rulesCost(before: readonly unknown[], after: readonly unknown[]): number {
  const size = before.reduce<number>((sum, rule) => sum + lengthsOf(rule).reduce((one, other) => one + other), 1);
  const rights = after.reduce<number>((sum, rule) => {
    const [verbs, groups, resources, names, urls] = lengthsOf(rule) as [number, number, number, number, number];
    return sum + verbs * (groups * resources * Math.max(1, names) + urls);
  }, 0);
  return rights * size;
}

const lengthsOf = (rule: unknown): number[] => lists.map((list) => textsAt(rule, list).length);

export function rightsOf(rule: unknown): Right[] {
  const [verbs, groups, resources, names, urls] = lists.map((list) => textsAt(rule, list)) as [
    string[],
    string[],
    string[],
    string[],
    string[],
  ];
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
export function coversRight(rule: unknown, { verb, group, resource, name, url }: Right): boolean {
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
