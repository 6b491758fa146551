import { describe, expect, test } from "vitest";
import { markdown } from "../../../../src/sandbox/forge/pages/markdown.ts";

const html = (text: string) => markdown(text, { base: "/acme/shop", folder: "/acme/shop/blob/main" });

describe("what GitHub renders is rendered", () => {
  test("alerts", () => {
    const told = html("> [!WARNING]\n> **Deletes** `shop/orders`.\n> And more.\n\n> [!CAUTION]\n> Hot.");
    expect(told).toContain('<div class="alert alert-warning"><p class="alert-title">Warning</p>');
    expect(told).toContain("<strong>Deletes</strong>");
    expect(told).toContain("alert-caution");
    expect(told).not.toContain("[!");
  });
  test("tables with their alignment", () => {
    expect(html("| a | b |\n|---|--:|\n| 1 | 2 |")).toContain('<td align="right">2</td>');
  });
  test("folded details, with Markdown inside", () => {
    const told = html(
      "<details open><summary><b>update</b> <code>web</code></summary>\n\n| a |\n|---|\n| 1 |\n\n</details>",
    );
    expect(told).toMatch(/<details open(="")?><summary><b>update<\/b>/);
    expect(told).toContain("<table>");
  });
  test("diffs with their lines told apart", () => {
    const told = html("```diff\n@@ -1 +1 @@\n-replicas: 3\n+replicas: <5>\n```");
    expect(told).toContain('<span class="line-del">-replicas: 3</span>');
    expect(told).toContain('<span class="line-add">+replicas: &lt;5&gt;</span>');
  });
  test("task lists that nobody can tick, references and relative links", () => {
    expect(html("- [x] asked")).toMatch(/<input[^>]*type="checkbox"[^>]*disabled/);
    expect(html("See #12.")).toContain('href="/acme/shop/pull/12"');
    expect(html("`#12`")).not.toContain("pull/12");
    expect(html("[it](a/b.yaml)")).toContain('href="/acme/shop/blob/main/a/b.yaml"');
    expect(html("<!-- trueup:v1:7:abc -->\n### Hi <sub>small</sub>")).toBe("\n<h3>Hi <sub>small</sub></h3>\n");
  });
});

describe("what could hurt stays out", () => {
  const hostile = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe src=https://elsewhere.example></iframe>",
    "<form action=/acme/shop/pull/1/merge method=post><button>Free</button></form>",
    "<input type=text name=method autofocus onfocus=alert(1)>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<div id=merge-box class='box merge'>x</div>",
    "<base href=https://elsewhere.example>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
    "```diff\n+<script>alert(1)</script>\n```",
    "> [!WARNING]<script>alert(1)</script>\n> x",
    "<details><summary><img src=x onerror=alert(1)></summary></details>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></math>",
    `[x](//elsewhere.example 'a" onmouseover="alert(1)')`,
  ];
  test.each(hostile)("%s", (text) => {
    const told = html(text);
    expect(told).not.toMatch(/<(script|iframe|form|button|style|base|meta|svg|math|object|embed)\b/i);
    const attributes = told.replaceAll(/="[^"]*"/g, "");
    expect(attributes).not.toMatch(/<[^>]*\s(on\w+|style|id|name)\b/i);
    expect(told).not.toMatch(/(href|src)="\s*(javascript|data|vbscript):/i);
  });
});
