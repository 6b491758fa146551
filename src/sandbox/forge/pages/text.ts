import { html } from "hono/html";

/** More than this nobody reads or edits in a browser. */
const largestShown = 1024 * 1024;

/** A file's text; undefined when it is binary, not UTF-8, or too large to show. */
export function textOf(content: Uint8Array | undefined): string | undefined {
  if (content === undefined || content.length > largestShown || content.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

export const lineCountOf = (text: string): number =>
  text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);

export function sizeInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** `1 file`, `2 files`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/**
 * What a form's text area sends, with the line ends that the file had: browsers send CRLF whatever was there.
 * @param before the file as it was; undefined for a new one
 */
export function submittedText(sent: string, before: string | undefined): string {
  const unix = sent.replaceAll("\r\n", "\n");
  return before?.includes("\r\n") ? unix.replaceAll("\n", "\r\n") : unix;
}

/** A plain sentence in which what stands between backticks is code. */
export function withCode(sentence: string) {
  return html`${sentence.split(/`([^`\n]+)`/).map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** Characters that reorder or hide what stands beside them (Trojan Source, CVE-2021-42574). */
const reordering = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A page with such characters written out, but for what a form sends back: that has to stay what it is. */
export function withoutReordering(page: string): string {
  return page
    .split(/(<textarea[\s\S]*?<\/textarea>|\svalue="[^"]*")/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replaceAll(reordering, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`),
    )
    .join("");
}
