import type { KubeObject, ObjectRef } from "../manifest/kube-object.ts";
import { equalJson } from "../plan/equal.ts";
import { type ForeignRules, foreignHeld } from "../plan/foreign-fields.ts";
import type { SchemaPlaces } from "../plan/list-keys.ts";
import { behindOf, type ChangeRules, isIgnored, type ObjectStates, toldDifferences } from "../plan/object-changes.ts";
import { maskedPath, maskValue } from "../plan/secret-mask.ts";
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
  /** How many are left out. */
  left: number;
  /** Which those are, the first of them. */
  leftOut?: LeftOut[];
}

/** A field that a person has to edit by hand. */
export interface LeftOut {
  path: string;
  why: "credential" | "order";
}

/** Of one object. */
const mostLeftOut = 20;

/** What is live against what Git says, in clear: whatever would be masked for a reader is left out. */
export function adoptableChanges(
  states: ObjectStates,
  rules: ChangeRules,
  foreign: ForeignRules,
  schemas: SchemaPlaces,
): Omit<Adoptable, "object" | "file"> {
  const { live } = states;
  // What an earlier merge is still to change would else be taken back by adopting.
  const isDrift = (one: Difference) => behindOf(one, rules) === "drift";
  const drifted = toldDifferences(states, rules, schemas).filter(
    (one) => !equalJson(one.live, one.base) && !isIgnored(live, one.path, rules.ignore) && isDrift(one),
  );
  const isOrder = ({ order }: (typeof drifted)[number]) => order === true;
  const values = drifted.filter((one) => !isOrder(one)).map((one) => ({ path: one.path, value: one.live }));
  const others = foreignHeld(live, foreign);
  const inClearOf = (all: readonly Held[]) => all.flatMap(({ path, value }) => inClear(live, path, value));
  const leftOut: LeftOut[] = [
    ...drifted.filter(isOrder).map(({ path }): LeftOut => ({ path: maskedPath(live, path), why: "order" })),
    ...[...values, ...others]
      .filter(({ path, value }) => inClear(live, path, value).length === 0)
      .map(({ path }): LeftOut => ({ path: maskedPath(live, path), why: "credential" })),
  ];
  return {
    changes: inClearOf(values),
    added: inClearOf(others),
    left: leftOut.length,
    ...(leftOut.length === 0 ? {} : { leftOut: leftOut.slice(0, mostLeftOut) }),
  };
}

interface Held {
  path: AdoptedChange["path"];
  value: AdoptedChange["to"];
}

function inClear(live: KubeObject, path: AdoptedChange["path"], value: AdoptedChange["to"]): AdoptedChange[] {
  if (value === undefined) return [{ path }];
  return equalJson(maskValue(live, path, value), value) ? [{ path, to: value }] : [];
}
