import { hiddenFlow } from "./flow.ts";
import { tellsNothing } from "./names.ts";
import { type Quoted, quotedAt } from "./quotes.ts";
import { serverWordsAt } from "./server-words.ts";
import type { Telling } from "./telling.ts";
import { lineEnd, type Notation, valueEnd } from "./value-end.ts";

export interface Assigned {
  notation: Notation;
  /** Whether no part of it may be shown, as of a Secret's data. */
  isData: boolean;
  /** Whether the text is the API server's words. */
  words: boolean;
}

const mostOfLine = 2_000;
/** The head of a block of YAML, which has been read before. */
const block = /^[|>][\d+-]{0,2}[ \t]*(?:#.*)?$/;

/**
 * Hides what is assigned to a credential's name.
 *
 * @param from where it begins
 * @returns where to go on
 */
export function hideValue(telling: Telling, from: number, { notation, isData, words }: Assigned): number {
  const { text } = telling;
  const here = heredocAt(text, from);
  if (here !== undefined) return telling.hide(here.from, here.to);
  const said = serverWordsAt(text, from, words);
  if (said === "words") return from;
  const at = said ?? from;
  if (said !== undefined && !text.startsWith('"', at)) return telling.hide(at, wordEnd(text, at));
  const quoted = quotedAt(text, at);
  if (quoted !== undefined) {
    if (quoted.to < 0) return telling.hide(quoted.from, lineEnd(text, quoted.from));
    if (said !== undefined) return telling.hide(at, quoted.end);
    return hideQuoted(telling, quoted, notation);
  }
  const sign = text[at];
  if ((sign === "{" || sign === "[") && (notation === "flow" || isFlow(text, at))) {
    const { told, end } = hiddenFlow(text, at, isData);
    return telling.put(at, end, told);
  }
  const end = valueEnd(text, at, notation);
  const value = text.slice(at, end);
  return tellsNothing(value) || block.test(value) ? at : telling.hide(at, end);
}

function hideQuoted(telling: Telling, { from, to, end }: Quoted, notation: Notation): number {
  const { text } = telling;
  // A shell joins what follows at once: `'a'b"c"`.
  if (notation !== "flow" && /[\w"'`$]/.test(text[end] ?? "")) return telling.hide(from, valueEnd(text, end, "word"));
  if (!tellsNothing(text.slice(from, to))) telling.hide(from, to);
  return end;
}

const opensHeredoc = /<<[-~<]?[ \t]*(["']?)([A-Za-z_][\w-]{0,59})\1/;

/** The lines of a `<<EOF`, of a shell's, of HCL or PHP; undefined where nothing ends them. */
function heredocAt(text: string, at: number): { from: number; to: number } | undefined {
  const end = text.indexOf("\n", at);
  const word = end < 0 ? undefined : opensHeredoc.exec(text.slice(at, Math.min(end, at + mostOfLine)))?.[2];
  if (word === undefined) return undefined;
  const closes = new RegExp(`^[ \\t]*${word}(?![\\w-])`, "gm");
  closes.lastIndex = end + 1;
  const closing = closes.exec(text);
  return closing === null ? undefined : { from: end + 1, to: Math.max(end + 1, closing.index - 1) };
}

function wordEnd(text: string, from: number): number {
  return from + /[\s:,]|$/.exec(text.slice(from, from + 1_000))!.index;
}

/** Whether brackets are what they look like; a password may begin with one. */
function isFlow(text: string, at: number): boolean {
  const [line = ""] = text.slice(at, at + mostOfLine).split("\n", 1);
  return line.length === 1 || line.length === mostOfLine || /[}\]][,;)}\]\s]*$/.test(line.slice(-100));
}
