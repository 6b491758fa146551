import { code, htmlCode } from "./inert.ts";

/** Our own words with others' names among them, which each form of output makes inert in its own way. */
export type Words = readonly (string | { code: string } | { strong: string })[];

/** As Markdown. */
export function markdownOf(words: Words, place: "text" | "table" = "text"): string {
  return words
    .map((part) => {
      if (typeof part === "string") return part;
      return "code" in part ? code(part.code, place) : `**${part.strong}**`;
    })
    .join("");
}

/** The same within an HTML element, where Markdown is not read. */
export function htmlOf(words: Words): string {
  return words
    .map((part) => {
      if (typeof part === "string") return part;
      return "code" in part ? htmlCode(part.code) : `<b>${part.strong}</b>`;
    })
    .join("");
}

/** As it is, for where nothing in it has a meaning. */
export function textOf(words: Words): string {
  return words.map((part) => (typeof part === "string" ? part : "code" in part ? part.code : part.strong)).join("");
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
