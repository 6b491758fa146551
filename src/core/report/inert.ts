import { shortenSentence } from "../manifest/shorten-sentence.ts";

/**
 * Everything that comes from a repository or a cluster is shown as code, and made inert: no mention, link, image, closing
 * keyword or tag of it works. GitHub does not look for any of those inside code (GFM spec, 6.3 Code spans).
 */

/** Long names and values are cut in the middle, since both ends tell things apart. */
const mostCharacters = 300;

/**
 * A code span for one line of foreign text. Line breaks become `⏎`, invisible and bidirectional characters are written out.
 *
 * @param place `table`: pipes are escaped too, which GFM wants even inside code spans of a table cell
 */
export function code(text: string, place: "text" | "table" = "text"): string {
  return codeSpan(shorten(text), place);
}

/** Somebody else's sentence as {@link code}, of so many characters at most: too long a one ends at a word. */
export function codeSentence(text: string, place: "text" | "table" = "text", most = 2 * mostCharacters): string {
  return codeSpan(shortenSentence(text, most), place);
}

function codeSpan(text: string, place: "text" | "table"): string {
  const line = visible(text).replaceAll(/\r\n|\r|\n/g, "⏎");
  if (line.trim() === "") return line === "" ? "`\u00a0`" : `\`${"·".repeat(Math.min(line.length, 20))}\``;
  const ticks = "`".repeat(longestRun(line) + 1);
  const padded = ticks.length > 1 || /^ | $/.test(line) ? ` ${line} ` : line;
  const span = `${ticks}${padded}${ticks}`;
  // A backslash before a pipe would be taken for its escape, so such a text is told with the pipe spelled out.
  return place === "table" ? span.replaceAll("\\|", "\\¦").replaceAll("|", "\\|") : span;
}

/**
 * A sentence that names things in backticks: each name becomes code. When what stands around them is more than plain words, it
 * may be somebody else's, and the whole is code.
 */
export function prose(sentence: string, place: "text" | "table" = "text"): string {
  const shortened = shortenSentence(sentence, 2 * mostCharacters);
  const parts = shortened.split(/(`[^`\r\n]*`)/);
  const around = parts.filter((_, index) => index % 2 === 0).join("");
  if (!/^(?:[A-Za-z`]|\d+ [a-z])/.test(sentence) || !plainWords.test(around) || linked.test(around))
    return codeSpan(shortened, place);
  return parts.map((part, index) => (index % 2 === 0 ? part : code(part.slice(1, -1), place))).join("");
}

/** A sentence of ours as {@link prose}, and what it quotes of the cluster as code: those are somebody else's words, however plain. */
export function quoting(sentence: string, place: "text" | "table" = "text"): string {
  const [, ours, words] = clusterSays.exec(sentence) ?? [];
  if (ours === undefined || words === undefined) return prose(sentence, place);
  return `${prose(ours, place)}${codeSentence(words, place)}`;
}

const clusterSays =
  /^((?:[^:]+: )?refused by the cluster: |(?:[^:]+: )?The cluster (?:warns|would take this \S+ and none of its pods: the namespace \S+ enforces the Pod Security level \w+): )(.+)$/s;

/** Nothing that Markdown or GitHub gives a meaning to. */
const plainWords = /^[A-Za-z0-9 ,.;:()'"/=?+%…–-]*$/;
/** Words that GitHub makes links or pictures (`:100:`) of: https://docs.github.com/en/get-started/writing-on-github */
const linked = /www\.|:\/\/|\bGH-\d|\b[0-9a-f]{7,40}\b|:(?:[\w-]*[a-z][\w-]*|100|1234|[+-]1):/i;

/** A code span for text that stands inside an HTML element (`<summary>`), where Markdown is not read. */
export function htmlCode(text: string): string {
  return `<code>${escapeHtml(visible(shorten(text)).replaceAll(/\s+/g, " "))}</code>`;
}

/** A fenced block; the fence is longer than any in the text. Lines keep their breaks. */
export function fenced(text: string, language: "diff" | "text"): string {
  const body = visible(text.replaceAll(/\r\n?/g, "\n")).replace(/\n$/, "");
  const ticks = "`".repeat(Math.max(3, longestRun(body) + 1));
  return `${ticks}${language}\n${body}\n${ticks}`;
}

/**
 * Markdown of ours that may become the message of a commit, in which nothing is code: within its code spans a visible dot parts what GitHub
 * would act on. A line begins with our words, so that none is a trailer.
 */
export function inertInMessage(markdown: string): string {
  return markdown.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, (span) => span.replaceAll(actedOn, "$&·"));
}

/** How mentions, references, links and words to a CI (`[skip ci]`) begin. */
const actedOn = /@(?=\w)|#(?=\d)|\bGH-(?=\d)|:\/(?=\/)|\bwww(?=\.)|\[(?=(?:skip|no|ci|actions)\b)/gi;

/**
 * Characters that hide or reorder others are written out as `\u{…}`
 * (Trojan Source, CVE-2021-42574); tab and line feed stay.
 */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(hidden, (character) =>
      /[\t\n\r]/.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
    );
}

/** As JSON in which no character hides or reorders others, which JSON itself lets stand; it reads as the same value. */
export function visibleJson(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, null, 2).replaceAll(hidden, (character) =>
    character === "\n" ? character : character.split("").map(escaped).join(""),
  );
}

/** Control and format characters, line separators, and letters and marks that are drawn as nothing. */
const hidden = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0/gu;

export function shorten(text: string, most = mostCharacters): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 1) / 2);
  return `${text.slice(0, half).toWellFormed()}…${text.slice(-half).toWellFormed()}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), (run) => run[0].length));
}

function escapeHtml(text: string): string {
  // Where the element stands in a paragraph, Markdown is read in it too.
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
    .replaceAll("`", "&#96;")
    .replaceAll("\\", "&#92;")
    .replaceAll("*", "&#42;")
    .replaceAll("_", "&#95;")
    .replaceAll("[", "&#91;")
    .replaceAll("!", "&#33;")
    .replaceAll("~", "&#126;");
}
