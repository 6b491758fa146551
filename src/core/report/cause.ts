import type { Json } from "../manifest/kube-object.ts";
import { withoutMarks } from "../plan/changed-credentials.ts";
import { equalJson } from "../plan/equal.ts";
import type { FieldChange } from "../plan/plan.ts";
import { isOverDrift } from "../plan/reverts-drift.ts";
import { earlierMerge } from "./earlier-merge.ts";
import { changesUnseen } from "./text-diff.ts";
import type { Words } from "./words.ts";

/** Why a field differs, in a word or two; the rest is in {@link causeOf}, and nothing where this says it all. */
export function causeInShort(field: FieldChange): Words {
  if (field.cause === "foreign" && isTakenOut(field)) return ["taken out"];
  return isOverDrift(field) ? [...inShort["pull-request"], ", over ", ...inShort.drift] : inShort[field.cause];
}

const inShort: Record<FieldChange["cause"], Words> = {
  "pull-request": ["this pull request"],
  drift: [{ strong: "drift" }],
  pending: ["earlier merge"],
  "already-live": ["already live"],
  foreign: ["left alone"],
  ignored: ["ignored"],
  admission: ["admission"],
};

/** What a place that tells of fields calls what happens to them. */
export interface PlaceWords {
  /** The change that is planned; default: a pull request's. */
  change?: Words;
  /** Who takes drift back, as it ends a sentence; default: merging. */
  reverts?: string;
}

/** Why a field differs, for every place that tells of it. */
export function causeOf(field: FieldChange, place: PlaceWords = {}): Words {
  const cause = words(field, place);
  const told = [
    ...(cause.length === 0 ? [] : [cause]),
    ...(field.altered === true ? [["the cluster's admission makes something else of what Git says"]] : []),
    ...(changesUnseen(field) ? [["what changes is masked"]] : []),
  ];
  return told.flatMap((one, at) => (at === 0 ? one : ["; ", ...one]));
}

function words(
  field: FieldChange,
  { change = inShort["pull-request"], reverts = "; merging reverts it" }: PlaceWords,
): Words {
  const { cause, manager, time, before, base, merge } = field;
  const isKnown = manager !== undefined && manager !== "unknown";
  const who = isKnown ? { code: manager } : "unknown writer";
  const when = time === undefined ? (isKnown ? [", time unknown"] : []) : [", ", timeIn(time)];
  const drift: Words = [...inShort.drift, ": ", who, before === undefined ? " removed it" : " set it", ...when];
  switch (cause) {
    case "pull-request": {
      if (!isOverDrift(field)) return change;
      const inGit: Words =
        base === undefined ? ["; Git does not have it"] : ["; in Git it is ", { code: plain(withoutMarks(base)) }];
      return [...change, change.length === 0 ? "" : ", over ", ...drift, ...inGit];
    }
    case "drift":
      return reverts === "" ? drift : [...drift, reverts];
    case "pending":
      return earlierMerge(merge, "applied yet");
    case "already-live":
      return ["already live"];
    case "foreign": {
      const end = isTakenOut(field) ? "; taken out, since the system is exact" : "; left alone";
      return [who, " added it", ...when, end];
    }
    case "ignored":
      return ["ignored by the system's rules"];
    case "admission":
      return ["the cluster's admission changes it; it is live as Git says"];
  }
}

/** A value as it stands in a line. */
export const plain = (json: Json): string => (typeof json === "string" ? json : JSON.stringify(json));

/** What others added goes from an exact system alone. */
const isTakenOut = ({ before, after }: FieldChange): boolean => !equalJson(before, after);

/** `2026-11-23 14:02 UTC`; a time that is none is somebody's text. */
export function timeIn(time: string): string | { code: string } {
  const parsed = new Date(time);
  return Number.isNaN(parsed.getTime()) ? { code: time } : `${parsed.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
