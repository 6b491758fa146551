import { isDeepStrictEqual } from "node:util";
import { titleOf } from "../../core/manifest/kube-object.ts";
import { withoutMarks } from "../../core/plan/changed-credentials.ts";
import { isShownWithin } from "../../core/plan/field-path.ts";
import type { FieldChange, PlannedObject } from "../../core/plan/plan.ts";
import type { SyncedObject } from "../../link/messages.ts";
import type { Compared } from "./fidelity.ts";

/** What was planned of an object's fields. */
export type PlannedFields = Pick<PlannedObject, "kind" | "namespace" | "name" | "fields" | "altered">;

/** Field by field, where the same was done to an object as planned, or nothing was left to do. */
export function ofFields(planned: PlannedFields, done: SyncedObject): Compared {
  const byCluster = ofAnswer(planned, done, { isWhole: true });
  if (byCluster !== undefined) return byCluster;
  const name = titleOf(planned);
  const others = otherValues(planned, done, isOwn);
  if (others.length > 0) return { fidelity: "changed-by-cluster", told: anotherValue(name, others) };
  const stays = planned.fields.filter(
    ({ path, cause, before, after }) =>
      cause === "foreign" &&
      !isDeepStrictEqual(before, after) &&
      !done.fields.some((field) => isShownWithin(path, field.path)),
  );
  if (stays.length > 0 && done.fields.length > 0) {
    const told = `${name}: ${stays.map(({ path }) => path).join(", ")} was to be taken out, and is there`;
    return { fidelity: "otherwise", told };
  }
  const more = done.fields.filter(
    (field) => !planned.fields.some(({ path }) => isShownWithin(field.path, path) || isShownWithin(path, field.path)),
  );
  if (more.length === 0) return { fidelity: "as-planned" };
  const written = more.filter(({ manager }) => manager !== undefined);
  if (written.length > 0) {
    const told = written.map(({ path, manager }) => `${path} was written by ${manager}`).join(", ");
    return { fidelity: "written-meanwhile", told: `${name}: ${told} meanwhile, and is again what Git says` };
  }
  const told = `${name}: ${more.map(({ path }) => path).join(", ")} changed too, which was not planned`;
  return { fidelity: "changed-by-cluster", told };
}

/** Paths of what was written with another value than planned. */
export function otherValues(
  { fields }: PlannedFields,
  done: SyncedObject,
  isAsked: (field: FieldChange) => boolean,
): string[] {
  const written = new Map(done.fields.map((field) => [field.path, field]));
  const others = fields.filter((field) => {
    const now = written.get(field.path);
    return isAsked(field) && now !== undefined && !isSameShown(now.after, field.after);
  });
  return others.map(({ path }) => path);
}

/**
 * What the cluster itself made of an object, and was not planned. Of a secret, that it made something of it is all there is to compare.
 *
 * @param isWhole whether nobody else has changed it in the same breath; else what the plan does not tell of may be theirs
 * @returns undefined when there is nothing of the kind
 */
export function ofAnswer(
  planned: PlannedFields,
  { action, altered = [], kept = [] }: SyncedObject,
  { isWhole }: { isWhole: boolean },
): Compared | undefined {
  const name = titleOf(planned);
  const asked = planned.altered ?? [];
  const fields = planned.fields.filter(isOwn);
  const unasked = altered.filter(
    (one) =>
      !asked.some(({ path, value }) => path === one.path && isDeepStrictEqual(value, one.value)) &&
      (isWhole || fields.some(({ path }) => path === one.path)),
  );
  // Of what was there before, it may not be known.
  const isKnown = isWhole && action !== "unchanged";
  const left = isKnown ? asked.filter(({ path }) => !altered.some((one) => one.path === path)) : [];
  const stayed = kept.filter(({ path, value }) =>
    fields.some((one) => one.path === path && one.after !== undefined && !isSameShown(one.after, value)),
  );
  const others = new Set([...unasked, ...left, ...stayed].map(({ path }) => path));
  if (others.size > 0) return { fidelity: "changed-by-cluster", told: anotherValue(name, [...others]) };
  const goes = fields.filter(({ after }) => after === undefined);
  const there = kept.filter((one) => goes.some(({ path }) => isShownWithin(one.path, path)));
  if (there.length === 0) return undefined;
  const holders = new Set(there.flatMap(({ manager }) => manager ?? []));
  const told = `${name}: ${there.map(({ path }) => path).join(", ")} was to go, and is there`;
  if (holders.size === 0) return { fidelity: "changed-by-cluster", told };
  return { fidelity: "written-meanwhile", told: `${told}: ${[...holders].join(", ")} wrote it too` };
}

/** Of credentials that what changed is marked depends on what was before. */
const isSameShown = (one: FieldChange["after"], other: FieldChange["after"]): boolean =>
  isDeepStrictEqual(withoutMarks(one), withoutMarks(other));

const isOwn = ({ cause }: FieldChange): boolean => cause !== "foreign" && cause !== "ignored";

const anotherValue = (name: string, paths: readonly string[]): string =>
  `${name}: the cluster made another value in ${paths.join(", ")}`;
