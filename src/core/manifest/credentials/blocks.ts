import { MASK } from "./mask.ts";
import { isOpenField, namesCredential, tellsNothing } from "./names.ts";

/** A line of YAML: what it is indented by (a list's dashes included), its key and what follows. */
const entry = /^([ \t]*(?:-[ \t]+)*)(?:(["']?)([^\s:"'#{[][^:"'{[]{0,200})\2[ \t]*:(?=[ \t]|$)[ \t]*)?(.*)$/s;
/** `|`, `>-`, `|2`, with a tag, an anchor or a comment. */
const blockHeader = /^(?:[!&][^\s]{0,100}[ \t]+){0,3}[|>][\d+-]{0,2}[ \t]*(?:#.*)?$/s;
const nothingYet = /^(?:[!&][^\s]{0,100}[ \t]*){0,3}(?:#.*)?$/s;
const begun = /^["'{[]/;

/**
 * What lies deeper than a key:
 * - `text`: lines of one value; the first has been told of already, or has not
 * - `values`: what is no key is a value, but for fields that tell where a credential is
 * - `data`: a Secret's, where every value is one
 * - `open`: what belongs to such a field
 */
interface Below {
  column: number;
  what: "text" | "values" | "data" | "open";
  isTold?: boolean;
}

/**
 * The text without what YAML writes over more lines than one: block scalars and subtrees below a credential's name, the data of
 * Secrets, a `value` below its `name`. What a line says by itself is left to others.
 *
 * @param isData whether a key holds a Secret's data
 * @param words whether the text is no file but somebody's words, in which no subtree is looked for
 */
export function withoutBlocks(
  text: string,
  { isData, words }: { isData(key: string): boolean; words: boolean },
): string {
  const told: string[] = [];
  const places: Below[] = [];
  let blanks: string[] = [];
  /** The column of a `name` that a `value` may follow. */
  let named: number | undefined;

  /** What follows the key, and what lies below it, is a credential. */
  const hide = (line: Line, what: "values" | "data"): void => {
    const { head, column, rest, end } = line;
    if (nothingYet.test(rest) || blockHeader.test(rest)) {
      told.push(head + rest + end);
      places.push({ column, what: nothingYet.test(rest) ? what : "text" });
    } else if (tellsNothing(rest)) told.push(head + rest + end);
    else {
      told.push(head + MASK + end);
      places.push({ column, what: "text", isTold: true });
    }
  };

  for (const raw of text.split(/(?<=\n)/)) {
    const line = lineOf(raw);
    const { column, indent, key, rest } = line;
    if (raw.trim() === "") {
      blanks.push(raw);
      continue;
    }
    const isItem = /^-\s/.test(raw.slice(indent, indent + 2));
    while (places.length > 0 && !isBelow(places.at(-1)!, indent, isItem)) places.pop();
    const place = places.at(-1);
    if (place?.what === "text") {
      if (!place.isTold) told.push(`${raw.slice(0, indent)}${MASK}${line.end}`);
      place.isTold = true;
      blanks = [];
      continue;
    }
    for (const blank of blanks) told.push(blank);
    blanks = [];
    if (place?.what === "values" || place?.what === "data") {
      const isOpen = place.what === "values" && key !== undefined && !namesCredential(key) && isOpenField(key);
      if (!isOpen) {
        if (key === undefined) told.push(rest === "" || rest === "-" ? raw : line.head + MASK + line.end);
        else hide(line, place.what);
        continue;
      }
      places.push({ column, what: "open" });
      told.push(raw);
      continue;
    }
    if (named !== undefined && (column < named || (isItem && column === named))) named = undefined;
    if (key === "value" && column === named && !begun.test(rest)) {
      hide(line, "data");
      continue;
    }
    if ((key === "name" || key === "key") && namesCredential(rest.replace(/^["']|["'][ \t]*$/g, ""))) named = column;
    const below = key === undefined ? undefined : isData(key) ? "data" : namesCredential(key) ? "values" : undefined;
    if (below !== undefined && (blockHeader.test(rest) || (nothingYet.test(rest) && !words))) {
      hide(line, below);
      continue;
    }
    told.push(raw);
    // A plain value goes on in the lines that are indented deeper.
    if (below !== undefined && !words && !begun.test(rest) && !tellsNothing(rest)) {
      places.push({ column, what: "text", isTold: true });
    }
  }
  return [...told, ...blanks].join("");
}

interface Line {
  indent: number;
  /** Of the key. */
  column: number;
  key: string | undefined;
  /** What is in front of the value. */
  head: string;
  rest: string;
  end: string;
}

function lineOf(raw: string): Line {
  const end = raw.endsWith("\r\n") ? "\r\n" : raw.endsWith("\n") ? "\n" : "";
  const content = raw.slice(0, raw.length - end.length);
  const [, lead = "", , key, rest = ""] = entry.exec(content)!;
  return {
    indent: /^[ \t]*/.exec(content)![0].length,
    column: lead.length,
    key: key?.trim(),
    head: content.slice(0, content.length - rest.length),
    rest,
    end,
  };
}

/** A list may stand at the column of the key that it belongs to. */
function isBelow({ column, what }: Below, indent: number, isItem: boolean): boolean {
  return indent > column || (indent === column && isItem && what !== "text");
}
