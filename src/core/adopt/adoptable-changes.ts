import type { KubeObject, ObjectRef } from "../manifest/kube-object.ts";
import { equalJson } from "../plan/equal.ts";
import { type ForeignRules, foreignHeld } from "../plan/foreign-fields.ts";
import type { SchemaPlaces } from "../plan/list-keys.ts";
import { behindOf, type ChangeRules, isIgnored, type ObjectStates, toldDifferences } from "../plan/object-changes.ts";
import { maskValue } from "../plan/secret-mask.ts";
import type { Difference } from "../plan/three-way.ts";
import type { AdoptedChange } from "./resolve-changes.ts";

/** What of an object's live state Git could take over. */
export interface Adoptable {
  object: ObjectRef;
  /** That describes it, inside the repository. */
  file: string;
  /** Fields of ours that somebody changed, with what is live. */
  changes: AdoptedChange[];
  /** Fields that somebody added and Git does not describe. */
  added: AdoptedChange[];
  /** How many are left out because they hold credentials, or are the order of a list. */
  left: number;
}

/** What is live against what Git says, in clear: whatever would be masked for a reader is left out. */
export function adoptableChanges(
  states: ObjectStates,
  rules: ChangeRules,
  foreign: ForeignRules,
  schemas: SchemaPlaces,
): Pick<Adoptable, "changes" | "added" | "left"> {
  const { live } = states;
  // What an earlier merge is still to change would else be taken back by adopting.
  const isDrift = (one: Difference) => behindOf(one, rules) === "drift";
  const drifted = toldDifferences(states, rules, schemas).filter(
    (one) => !equalJson(one.live, one.base) && !isIgnored(live, one.path, rules.ignore) && isDrift(one),
  );
  const clear = drifted.filter(({ order }) => order !== true).flatMap((one) => inClear(live, one.path, one.live));
  const others = foreignHeld(live, foreign);
  const added = others.flatMap(({ path, value }) => inClear(live, path, value));
  return { changes: clear, added, left: drifted.length + others.length - clear.length - added.length };
}

function inClear(live: KubeObject, path: AdoptedChange["path"], value: AdoptedChange["to"]): AdoptedChange[] {
  if (value === undefined) return [{ path }];
  return equalJson(maskValue(live, path, value), value) ? [{ path, to: value }] : [];
}
