/** `"`, `'` or a backtick, behind backslashes where the text is a part of a JSON text that is told inside another. */
const opening = /(\\{0,15})(["'`])/y;

export interface Quoted {
  /** Where what stands between the quotes begins and ends. */
  from: number;
  to: number;
  /** Behind the closing one. */
  end: number;
}

/**
 * What is quoted at that place of a text, over more lines than one if need be.
 *
 * @returns undefined when there is no quote; `to` is -1 when it is not closed
 */
export function quotedAt(text: string, at: number): Quoted | undefined {
  opening.lastIndex = at;
  const found = opening.exec(text);
  if (found === null) return undefined;
  const [{ length }, escapes, quote] = found as unknown as [string, string, string];
  const triple = escapes === "" && text.startsWith(quote.repeat(3), at) ? text.indexOf(quote.repeat(3), at + 3) : -1;
  if (triple >= 0) return { from: at + 3, to: triple, end: triple + 3 };
  const to = closingQuote(text, at + length, quote, escapes.length);
  return { from: at + length, to, end: to + length };
}

/**
 * Where the closing quote, or the backslashes in front of it, stands. One that is told inside `n` other texts has 2ⁿ-1 of them,
 * and as many more, twice over, as the text in it ends with.
 */
export function closingQuote(text: string, from: number, quote: string, escapes = 0): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    let start = at;
    while (start > from && text[start - 1] === "\\") start--;
    const length = at - start;
    if (quote !== '"' && escapes === 0) return at;
    if (length <= escapes) return start;
    if (length % (2 * (escapes + 1)) === escapes) return at - escapes;
  }
  return -1;
}

/** The same, where it stands on the same line. */
export function closingQuoteOnLine(text: string, from: number, quote: string): number {
  const to = closingQuote(text, from, quote);
  return text.slice(from, Math.max(from, to)).includes("\n") ? -1 : to;
}
