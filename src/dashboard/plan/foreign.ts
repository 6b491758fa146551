import { html } from "hono/html";
import { visible } from "../../core/report/inert.ts";
import type { Words } from "../../core/report/words.ts";
import type { Markup } from "../layout.ts";

/** Somebody else's text. Templates escape it; here, what hides or reorders characters, or goes back to a line's start, is written out. */
export const shown = (text: string): string => visible(text.replaceAll("\r", "\\r"));

/** A name or value of somebody else's, on one line. */
export const name = (text: string): Markup => html`<code>${shown(text).replaceAll("\n", "⏎")}</code>`;

export function inWords(words: Words): Markup[] {
  return words.map((part) => {
    if (typeof part === "string") return part;
    return "code" in part ? name(part.code) : html`<strong>${part.strong}</strong>`;
  });
}

/** A sentence that names things in backticks, whoever wrote it. */
export function sentence(text: string): Markup {
  return clause(`${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?`]$/.test(text) ? "" : "."}`);
}

/** The same within a sentence. */
export function clause(text: string): Markup {
  const parts = text.split(/`([^`\n]+)`/);
  return html`<span class="said">${parts.map((part, index) => (index % 2 === 1 ? name(part) : shown(part)))}</span>`;
}
