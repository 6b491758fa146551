import { Marked, type Token, type Tokens } from "marked";
import { describe, expect, it } from "vitest";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { renderDrift } from "../../../src/core/report/drift.ts";
import { failureNotice } from "../../../src/core/report/failure-notice.ts";
import { prose } from "../../../src/core/report/inert.ts";
import { deployment, planned, planOf, point } from "./planned.ts";

const hostile = [
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
  "www.evil.example",
  "|",
  "`",
  "\\`",
  "",
  " ",
];

/** Everything that the Markdown makes active, apart from what our own words make. */
function activeParts(markdown: string): string[] {
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
      /@|#\d|https?:|www\.|evil|!\[/.test(token.raw)
    ) {
      found.push(`text: ${token.raw}`);
    }
  };
  marked.walkTokens(marked.lexer(markdown), visit);
  return found;
}

/** What is opened and not closed, or the other way round: a fold that swallows the rest. */
function unclosed(markdown: string): string[] {
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

describe("text from a repository or a cluster is inert in the comment", () => {
  for (const text of hostile) {
    it(`as name, value, reason, message and path: ${JSON.stringify(text)}`, () => {
      const report = renderComment(
        planned(
          [
            deployment({
              kind: text,
              name: text,
              namespace: text,
              reason: text,
              file: text,
              line: 1,
              drifted: true,
              fields: [
                { path: text, cause: "drift", before: text, after: `${text}x`, manager: text, time: text },
                { path: "data.long", cause: "pull-request", before: `${text}\n`.repeat(30), after: text },
              ],
            }),
            deployment({ action: "delete", name: text, reason: text }),
          ],
          {
            silent: [{ system: text, cluster: text, lastHeard: 0, liveAsOf: text }],
            unplanned: [{ system: text, cluster: text, message: text }],
            at: { ...point, base: text },
          },
        ),
      );
      expect(activeParts(report)).toEqual([]);
      expect(report).not.toMatch(/[\u202e\u200b]/);
    });

    it(`as names of two systems and their clusters: ${JSON.stringify(text)}`, () => {
      const of = (cluster: string) =>
        planOf(
          [
            deployment({ drifted: true, risks: [{ kind: "restarts", text }] }),
            deployment({ action: "held", name: "db", fields: [], reason: text }),
            deployment({ action: "delete", kind: text, name: cluster, fields: [] }),
          ],
          { system: text, cluster, approval: { approvers: [text], deletes: ["x"], tree: "0".repeat(40) } },
        );
      const plans = [
        of(text),
        of(`${text}x`),
        planOf(
          Array.from({ length: 900 }, () => deployment({ file: text })),
          { system: text, cluster: text },
        ),
      ];
      const report = planned([], { plans });
      const { summary, text: names = "" } = checkOf(report)!;
      const states = ["failed", "held", "healthy"] as const;
      const systems = states.map((state) => ({
        system: text,
        cluster: text + state,
        state,
        message: text,
        stillHeld: 1,
        details: [text],
        asPlanned: { same: 0, of: 1, different: [text] },
      }));
      const rollout = { stage: "rollout", sha: point.headSha, branch: text, systems } as const;
      const deploying = {
        ...rollout,
        systems: systems.map((one) => ({ ...one, state: "deploying" as const, progress: text })),
      };
      const told = [
        summary,
        names,
        renderDrift({ plans, unknown: [], branch: text }),
        renderComment(rollout),
        renderComment(deploying),
      ];
      for (const markdown of [...told, failureNotice(rollout, undefined)!]) {
        expect(activeParts(markdown)).toEqual([]);
        expect(unclosed(markdown)).toEqual([]);
        expect(markdown).not.toMatch(/[\u202e\u200b]/);
      }
    });

    it(`as finding and as rollout message: ${JSON.stringify(text)}`, () => {
      const finding = {
        file: text,
        line: 1,
        column: 1,
        severity: "error",
        rule: "x",
        message: text,
        pointer: "",
      } as const;
      const findings = renderComment({ stage: "findings", findings: [finding], at: point });
      const rollout = renderComment({
        stage: "rollout",
        sha: point.headSha,
        branch: text,
        systems: [{ system: text, cluster: text, state: "failed", message: text, details: [text], progress: text }],
      });
      expect(activeParts(findings)).toEqual([]);
      expect(activeParts(rollout)).toEqual([]);
    });
  }
});

describe("a sentence with names in backticks", () => {
  it("keeps our words as words and the names as code", () => {
    expect(prose("unknown field `replica` in `spec`; did you mean `replicas`?")).toBe(
      "unknown field `replica` in `spec`; did you mean `replicas`?",
    );
  });

  it.each([
    "refused by @acme/ops",
    "closes #1",
    "see https://evil.example",
    "see www.evil.example",
    "<img src=x> `a`",
    "**bold** `a`",
    "[link](x) `a`",
    "an odd ` tick",
    "- `a` list",
    "1. `a` list",
    "fixes GH-12",
    "reverts 3f9c2d1a",
    "a ~~struck~~ word",
    "a | cell",
    "`a` \u202e reversed",
    "two\nlines",
  ])("makes the whole of %j code, so that nothing in it works", (sentence) => {
    expect(prose(sentence)).toMatch(/^(`+)[^`].*\1$/s);
    expect(prose(sentence)).not.toMatch(/^`a`/);
  });
});
