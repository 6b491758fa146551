import type { IncomingHttpHeaders } from "node:http";
import { shortenSentence } from "../core/manifest/shorten-sentence.ts";
import { wordsWithout } from "./kube-error.ts";

const mostWarnings = 20;
const mostWords = 1_000;
/** https://www.rfc-editor.org/rfc/rfc7234#section-5.5, with the code that the API server uses. */
const warning = /299 \S+ "((?:[^"\\]|\\.)*)"/g;

/**
 * What the API server says to whoever writes something that it takes all the same
 * (https://kubernetes.io/blog/2020/09/03/warnings/): each once, without what looks like a credential.
 */
export function warningsIn({ warning: header }: IncomingHttpHeaders): string[] {
  const text = Array.isArray(header) ? header.join(", ") : (header ?? "");
  const told = [...text.matchAll(warning)].map(([, quoted]) =>
    shortenSentence(wordsWithout(quoted!.replaceAll(/\\(.)/g, "$1")), mostWords),
  );
  return [...new Set(told)].slice(0, mostWarnings);
}
