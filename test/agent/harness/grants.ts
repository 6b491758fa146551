import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import type { JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";

export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** One verb of one line of a role. */
export interface Grant {
  group: string;
  resource: string;
  verb: string;
}

export const grantName = ({ group, resource, verb }: Grant): string =>
  `${verb} ${resource}${group === "" ? "" : `.${group}`}`;

export const rulesOf = (role: KubeObject): Rule[] => (role.rules ?? []) as unknown as Rule[];

export function grantsOf(rules: readonly Rule[]): Grant[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb })))),
  );
}

/** The rules with exactly this taken out. */
export function without(rules: readonly Rule[], taken: Grant): Rule[] {
  return grantsOf(rules)
    .filter((one) => grantName(one) !== grantName(taken))
    .map(({ group, resource, verb }) => ({ apiGroups: [group], resources: [resource], verbs: [verb] }));
}

/** An object of every kind that the rules name, of this name or of one made with it where the kind demands a certain one. */
export function oneOfEach(name: string): KubeObject[] {
  const file = new URL("one-of-each.yaml", import.meta.url);
  return (
    load(readFileSync(file, "utf8").replaceAll("NAME", name)) as (KubeObject & { name?: string } & JsonObject)[]
  ).map(({ name: demanded, ...object }) => ({ ...object, metadata: { name: demanded ?? name } }) as KubeObject);
}
