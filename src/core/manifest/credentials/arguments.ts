import { type Argument, passwordOfLogin } from "./command-line.ts";
import { tellsNothing } from "./names.ts";
import { quotedAt } from "./quotes.ts";
import { matchAt, type Telling } from "./telling.ts";
import { lineEnd, valueEnd } from "./value-end.ts";

/** Between an option and its argument: in a command, in a list on one line, in a list of YAML. */
const gap = /[ \t]+(?:\\\r?\n[ \t]*)?|[ \t]*,\s*|[ \t]*\r?\n[ \t]*-[ \t]+|=/y;
const item = /[^,\]\n]*/y;

/**
 * Hides the argument that follows an option.
 *
 * @param after behind the option and its quote
 * @returns where to go on
 */
export function hideArgument(telling: Telling, after: number, what: Argument): number {
  const { text } = telling;
  const between = matchAt(gap, text, after)?.[0];
  if (between === undefined) return after;
  const at = after + between.length;
  const quoted = quotedAt(text, at);
  if (quoted !== undefined && quoted.to >= 0) {
    hideArgumentText(telling, quoted.from, quoted.to, what);
    return quoted.end;
  }
  const isLine = between.includes("\n") && !between.includes("\\");
  const isItem = between.includes(",");
  const end = isLine
    ? lineEnd(text, at)
    : isItem
      ? at + matchAt(item, text, at)![0].length
      : valueEnd(text, at, "word");
  return hideArgumentText(telling, at, end, what);
}

/** @returns where to go on */
export function hideArgumentText(telling: Telling, from: number, to: number, what: Argument): number {
  const argument = telling.text.slice(from, to);
  const hidden = what === "whole" ? 0 : passwordOfLogin(argument);
  const isAnother = what === "whole" && argument.startsWith("-");
  return hidden === undefined || isAnother || tellsNothing(argument) ? from : telling.hide(from + hidden, to);
}
