import { MASK } from "./mask.ts";

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

/** `expected string, got &value.valueUnstructured{Value:"…"}`, `expected map, got &{…}`: up to what is said of the next field. */
const mistyped = /(\bgot &(?:value\.valueUnstructured)?\{(?:Value:)?)[\s\S]*?(\}(?=\n\s{0,8}\.|$)|$)/g;
/** Of an environment variable, whose name is not told. */
const ofVariable = /(\benv\[[^\]\n]{0,200}\]\.value: (?:Invalid|Unsupported) value: )"(?:[^"\\\n]|\\.)*"/g;

/** The server's words without the values that it quotes of fields whose names tell nothing: any of them may be a credential. */
export function withoutQuotedValues(words: string): string {
  return words.replace(mistyped, `$1${MASK}$2`).replace(ofVariable, `$1${MASK}`);
}
