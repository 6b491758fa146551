import { withoutCredentialsInWords } from "../manifest/credentials-in-text.ts";
import { shorten } from "../report/inert.ts";

/** A probe's answer or a driver's error may be as long as its program likes. */
const mostCharacters = 240;

/** What a cluster's controllers and nodes say, on one line and of bounded length; credentials are masked while all of it is there. */
export function oneLine(words: string, most = mostCharacters): string {
  return shorten(withoutCredentialsInWords(words).replaceAll(/\s+/g, " ").trim(), most).replace(/\.$/, "");
}
