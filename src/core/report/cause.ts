import { equalJson } from "../plan/equal.ts";
import type { FieldChange } from "../plan/plan.ts";
import { earlierMerge } from "./earlier-merge.ts";
import { changesUnseen } from "./text-diff.ts";
import type { Words } from "./words.ts";

/** Why a field differs, in a word or two; the rest is in {@link causeOf}, and nothing where this says it all. */
export function causeInShort(field: FieldChange): Words {
  return inShort[field.cause];
}

const inShort: Record<FieldChange["cause"], Words> = {
  "pull-request": ["this pull request"],
  drift: [{ strong: "drift" }],
  pending: ["earlier merge"],
  "already-live": ["already live"],
  foreign: ["left alone"],
  ignored: ["ignored"],
};

/** Why a field differs. */
export function causeOf(field: FieldChange): Words {
  const cause = words(field);
  return changesUnseen(field) ? [...cause, "; what changes is masked"] : cause;
}

function words({ cause, manager, time, before, after, merge }: FieldChange): Words {
  const isKnown = manager !== undefined && manager !== "unknown";
  const who = isKnown ? { code: manager } : "unknown writer";
  const when = time === undefined ? (isKnown ? [", time unknown"] : []) : [", ", timeIn(time)];
  switch (cause) {
    case "pull-request":
      return ["this pull request"];
    case "drift":
      return [
        { strong: "drift" },
        ": ",
        who,
        before === undefined ? " removed it" : " set it",
        ...when,
        "; merging reverts it",
      ];
    case "pending":
      return earlierMerge(merge, "applied yet");
    case "already-live":
      return ["already live"];
    case "foreign":
      return [who, " added it", ...when, equalJson(before, after) ? "; left alone" : "; merging takes it out"];
    case "ignored":
      return ["ignored by the system's rules"];
  }
}

/** `2026-11-23 14:02 UTC`; a time that is none is somebody's text. */
export function timeIn(time: string): string | { code: string } {
  const parsed = new Date(time);
  return Number.isNaN(parsed.getTime()) ? { code: time } : `${parsed.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
