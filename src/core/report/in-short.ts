import { shortenSentence } from "../manifest/shorten-sentence.ts";
import { isPodSecurity } from "../plan/cluster-warnings.ts";

/** Up to what stands in brackets, where the machinery's own words are, or to the way out; the whole stands in the alert. */
export function inShort(message: string): string {
  const words = isPodSecurity(message) ? message.replaceAll(/ \([^()]*\)/g, "") : message;
  return shortenSentence(words.replace(/(?:\s\(|;\s).*$/s, "") || words, 120);
}
