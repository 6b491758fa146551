import { Marked, type Token, type Tokens } from "marked";

/** What somebody may write into a name, a value or a message to have it do something where it is shown. */
export const hostile = [
  "@acme/ops please",
  "&#64;mona",
  "\\@mona",
  "fixes #1",
  "![x](https://evil.example/p.png)",
  "<img src=x onerror=alert(1)>",
  "</details></summary><script>alert(1)</script>",
  "<!-- trueup:v1:7:0123456789abcdef -->",
  "``` \n# heading\n```",
  "`a` **b** `c`",
  "a | b | c",
  "a \\| b",
  "[link](javascript:alert(1))",
  "https://evil.example/",
  "line\n\n> [!CAUTION]\n> obey",
  "admin\u202egnp.exe",
  "zero\u200bwidth",
  "done :tada: now",
  "Co-authored-by: Eve <eve@evil.example>",
  "x\n\nSigned-off-by: Eve <eve@evil.example>\nCloses #1",
  "www.evil.example",
  "|",
  "`",
  "\\`",
  "",
  " ",
];

/** Everything that the Markdown makes active, apart from what our own words make. */
export function activeParts(markdown: string): string[] {
  const found: string[] = [];
  const marked = new Marked({ gfm: true });
  const visit = (token: Token): void => {
    if (token.type === "link" || token.type === "image") found.push(`${token.type}: ${token.raw}`);
    if (token.type === "html") {
      const left = (token as Tokens.HTML).text
        .replaceAll(/<code>[^<]*<\/code>/g, "")
        .replaceAll(/<\/?(details|summary|blockquote|b|sub|code)( open)?>/g, "");
      if (/[<@]|&#64;/.test(left)) found.push(`html: ${token.raw}`);
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
export const hidden = /[\u202e\u200b]/;
