/** `spec.password: Invalid value: "…": too short`: how the API server quotes what it refuses. */
const quoting = /(?:(?:Invalid|Duplicate|Unsupported) value|Not found): |Too (?:long|many)(?: items)?: (?=")/y;
const telling = /(?:Required value|Forbidden|Invalid type|Internal error|Too (?:long|many|short))\b/y;
const sentence =
  /(?:field|must|may|should|cannot|expected|unknown|is|are|no|not|only) |[a-z][a-z0-9.-]{0,100} "[^"\n]{0,300}" (?:not found|already exists|is (?:forbidden|invalid))/y;

/**
 * What the API server says of a field instead of its value.
 *
 * @param words whether the text is the server's as a whole, so that plain sentences count too
 * @returns where the value stands that it quotes; "words" when it quotes none; undefined when this is not the server speaking
 */
export function serverWordsAt(text: string, at: number, words: boolean): number | "words" | undefined {
  quoting.lastIndex = at;
  if (quoting.test(text)) return quoting.lastIndex;
  for (const known of words ? [telling, sentence] : [telling]) {
    known.lastIndex = at;
    if (known.test(text)) return "words";
  }
  return undefined;
}
