import { Marked, type Token, type Tokens } from "marked";

/**
 * What somebody may write into a name, a value or a message to have it do something where it is shown. Each that has letters says
 * `evil`, so that it is found wherever it is more than code.
 */
export const hostile = [
  "@evil/ops please",
  "&#64;evil",
  "\\@evil",
  "evil fixes #1",
  "![evil](https://evil.example/p.png)",
  "<img src=evil onerror=alert(1)>",
  "</details></summary><script>evil(1)</script>",
  "<!-- trueup:v1:7:0123456789abcdef --> evil",
  "``` \n# evil\n```",
  "`a` **evil** `c`",
  "a | evil | c",
  "evil \\| b",
  "[evil](javascript:alert(1))",
  "https://evil.example/",
  "line\n\n> [!CAUTION]\n> evil",
  "evil\u202egnp.exe",
  "evil\u200bwidth",
  "evil\0end",
  "evil :tada: now",
  "Co-authored-by: Eve <eve@evil.example>",
  "x\n\nSigned-off-by: Eve <eve@evil.example>\nCloses #1",
  "www.evil.example",
  "[skip ci] evil",
  "evil reverts 3f9c2d1a, GH-12",
  "$`evil`$",
  "|",
  "`",
  "\\`",
  "",
  " ",
];

/** The same in lines, as a command is one, each short enough to be told whole. */
export const hostileLines: readonly string[] = hostile
  .map((text) => text.replaceAll(/\s+/g, " ").trim())
  .filter((text) => text !== "")
  .reduce<string[]>((lines, text) => {
    const together = `${lines.at(-1) ?? ""} ${text}`.trim();
    if (lines.length === 0 || together.length > 150) lines.push(text);
    else lines[lines.length - 1] = together;
    return lines;
  }, []);

/** What of a whole comment of ours, or a check's summary, is more than inert code; empty when all is well. */
export function notInert(markdown: string): string[] {
  const told = withoutMarks(markdown.replaceAll("\r\n", "\n"));
  return [...activeParts(told), ...unclosed(told), ...(told.match(hidden) ?? [])];
}

/** Everything that the Markdown makes active, and whatever of the above is not code. */
export function activeParts(markdown: string): string[] {
  const found: string[] = [];
  const marked = new Marked({ gfm: true });
  const visit = (token: Token): void => {
    if (token.type === "link" || token.type === "image") found.push(`${token.type}: ${token.raw}`);
    if (token.type === "html") {
      const left = (token as Tokens.HTML).text
        .replaceAll(/<code>[^<]*<\/code>/g, "")
        .replaceAll(/<\/?(details|summary|blockquote|b|sub|code)( open)?>/g, "");
      if (/[<@]|&#64;|evil/.test(left)) found.push(`html: ${token.raw}`);
    }
    if (
      token.type === "text" &&
      !("tokens" in token && token.tokens) &&
      /@|#\d|https?:|www\.|evil|!\[|:tada:/.test(token.raw)
    ) {
      found.push(`text: ${token.raw}`);
    }
  };
  marked.walkTokens(marked.lexer(markdown), visit);
  return found;
}

/** Without the comments in HTML by which ours are found again. */
export function withoutMarks(markdown: string): string {
  return markdown
    .replace(/^<!-- trueup:(v1:\d+:[0-9a-f]+|notice:[0-9a-f]{40}) -->\n/, "")
    .replaceAll(/^<!-- trueup:(answers|answer:\d+) -->\n/gm, "");
}

/** What is opened and not closed, or the other way round: a fold that swallows the rest. */
export function unclosed(markdown: string): string[] {
  const open: string[] = [];
  const html: string[] = [];
  new Marked({ gfm: true }).walkTokens(new Marked({ gfm: true }).lexer(markdown), (token) => {
    if (token.type === "html") html.push((token as Tokens.HTML).text);
  });
  for (const [, close, name] of html.join("").matchAll(/<(\/?)(details|summary|blockquote|b|sub|code)\b[^>]*>/g)) {
    if (close === "") open.push(name!);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}

/** No letter hides, or turns round what stands beside it. */
export const hidden = /[\0\u202e\u200b]/;
