import { nameInNamespace, type ObjectRef } from "../manifest/kube-object.ts";
import type { Action } from "../plan/plan.ts";
import { code, codeSentence } from "./inert.ts";

/** Objects that the cluster would not have in a rollout, for one reason. */
export interface Refusal {
  objects: ObjectRef[];
  /** Of which sort the reason is, in a few words of ours; absent where none is known. */
  sort?: string;
  /** The reason as the cluster gives it; absent for whoever may not know what is live. */
  words?: string;
}

/** Names that one reason is told with, and reasons' characters: a webhook may deny in as many words as it likes. */
const most = { names: 6, characters: 600 };

/** What was refused among the objects of a rollout, each reason once. */
export function refusalsIn(objects: readonly (ObjectRef & { action: Action; reason?: string })[]): Refusal[] {
  const refused = objects.filter(({ action }) => action === "invalid");
  return [...Map.groupBy(refused, ({ reason }) => reason)].map(([words, those]) => ({
    objects: those,
    ...sortOf(words),
    ...(words === undefined ? {} : { words }),
  }));
}

/** How the API server begins, or goes on, about what it refuses; the first that fits counts. */
const sorts: readonly [RegExp, string][] = [
  [/exceeded quota/, "beyond a quota"],
  [/violates PodSecurity/, "Pod Security"],
  [/failed (?:to call|calling) webhook/, "a webhook is down"],
  [/^admission webhook "|ValidatingAdmissionPolicy/, "denied by admission"],
  [/cannot \w+ resource|attempting to grant/, "a right is missing"],
  [/immutable|updates to .* are forbidden/, "a field is immutable"],
  [/namespaces "[^"]*" not found/, "its namespace is missing"],
  [/^it is being deleted/, "it is being deleted"],
  [/being terminated/, "its namespace is being deleted"],
  [/is invalid|strict decoding|typed patch object/, "it is not valid"],
];

function sortOf(words = ""): Pick<Refusal, "sort"> {
  const [, sort] = sorts.find(([said]) => said.test(words)) ?? [];
  return sort === undefined ? {} : { sort };
}

const named = ({ kind, ...ref }: ObjectRef): string => `${code(kind)} ${code(nameInNamespace(ref))}`;

/** `` the cluster refuses `Role` `shop/all` and 2 more: a right is missing ``, for a heading; the first decides. */
export function refusedInShort(refusals: readonly Refusal[]): string {
  const all = refusals.flatMap(({ objects }) => objects);
  const sort = refusals[0]!.sort === undefined ? "" : `: ${refusals[0]!.sort}`;
  return `the cluster refuses ${firstOf(all)}${sort}`;
}

/** `` `Role` `shop/all` and 2 more ``, for a heading. */
export function firstOf([first, ...others]: readonly ObjectRef[]): string {
  return `${named(first!)}${others.length > 0 ? ` and ${others.length} more` : ""}`;
}

/** `` `Role` `shop/all`: … `` with the cluster's own words. */
export function refusalTold({ objects, sort, words }: Refusal): string {
  const why = words === undefined ? sort : codeSentence(words, "text", most.characters);
  return `${namesOf(objects)}${why === undefined ? "" : `: ${why}`}`;
}

/** As many of their names as a sentence bears. */
export function namesOf(objects: readonly ObjectRef[]): string {
  const more = objects.length > most.names ? ` and ${objects.length - most.names} more` : "";
  return `${objects.slice(0, most.names).map(named).join(", ")}${more}`;
}
