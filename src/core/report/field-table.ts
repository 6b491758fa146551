import type { Json } from "../manifest/kube-object.ts";
import type { FieldChange } from "../plan/plan.ts";
import { causeInShort, causeOf, type PlaceWords, plain, timeIn } from "./cause.ts";
import { code, fenced } from "./inert.ts";
import { apartFromDrift, changesUnseen, diffLines, isLeft, isText } from "./text-diff.ts";
import { capitalised, markdownOf } from "./words.ts";

const mostRows = 200;
/** That a sentence below the table names. */
const mostPaths = 5;

export interface FieldWords extends Pick<PlaceWords, "reverts"> {
  /** Above what it comes to. */
  after: string;
}

const ofMerging: FieldWords = { after: "after merging" };

/**
 * The changed fields of one object: scalars as a table, texts as diffs, all in the order of the object. Who drifted them, and what
 * else a cause has to say, stands below the table: in a cell it would be squeezed to a word a line.
 */
export function fieldTable(fields: readonly FieldChange[], words = ofMerging): string {
  const causeTold = (field: FieldChange) => markdownOf(causeOf(field, words));
  const shown = fields.slice(0, mostRows);
  const scalars = shown.filter((field) => !isText(field));
  const texts = shown.filter(isText);
  const parts: string[] = [];
  if (scalars.length > 0) {
    const rows = scalars.map(
      (field) =>
        `| ${code(field.path, "table")} | ${before(field)} | ${after(field)} | ${markdownOf(causeInShort(field), "table")} |`,
    );
    parts.push(
      [`| field | now | ${words.after} | why |`, "|---|---|---|---|", ...rows].join("\n"),
      ...causesTold(scalars, causeTold),
    );
  }
  for (const field of texts.flatMap(apartFromDrift))
    parts.push([`${code(field.path)} · ${causeTold(field)}`, ...textDiff(field)].join("\n\n"));
  if (fields.length > shown.length) parts.push(`… and ${fields.length - shown.length} more fields.`);
  return parts.join("\n\n");
}

/** What the table's last column has no room for: a sentence a cause, with its fields where there is more than one to say. */
function causesTold(fields: readonly FieldChange[], causeTold: (field: FieldChange) => string): string[] {
  const groups = Map.groupBy(fields, causeTold);
  const untold = [...groups].filter(([cause, [field]]) => cause !== markdownOf(causeInShort(field!)));
  return untold.map(([cause, ofIt]) => {
    const paths = ofIt.slice(0, mostPaths).map(({ path }) => code(path));
    if (ofIt.length > paths.length) paths.push(`${ofIt.length - paths.length} more`);
    return ofIt.length === fields.length ? `${capitalised(cause)}.` : `${paths.join(", ")} · ${cause}.`;
  });
}

/** `2026-11-23 14:02 UTC`; a time that is none is shown as it is. */
export function shortTime(time: string): string {
  const shown = timeIn(time);
  return typeof shown === "string" ? shown : code(shown.code, "table");
}

/** With its quotes where it would read like the other one, which is no text: `"1"` → `1`. */
function value(json: Json | undefined, other: Json | undefined): string {
  if (json === undefined) return "–";
  const isAlike = other !== undefined && typeof json !== typeof other && plain(json) === plain(other);
  return code(isAlike ? JSON.stringify(json) : plain(json), "table");
}

const before = (field: FieldChange): string => value(field.before, field.after);

/** What both columns would tell alike stands in the first alone. */
function after(field: FieldChange): string {
  return changesUnseen(field) ? "changed" : isLeft(field) ? "the same" : value(field.after, field.before);
}

/** Of a text of which nothing changes why is all that there is to say. */
function textDiff(field: FieldChange): string[] {
  if (isLeft(field)) return [];
  if (changesUnseen(field)) return ["Nothing else of it changes."];
  const lines = diffLines(field);
  return [lines === undefined ? "Too different to show line by line." : fenced(lines.join("\n"), "diff")];
}
