import { describe, expect, it } from "vitest";
import type { Overlap } from "../../../src/core/plan/overlap.ts";
import { whoApproves } from "../../../src/core/report/approval.ts";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { renderDrift } from "../../../src/core/report/drift.ts";
import { failureNotice } from "../../../src/core/report/failure-notice.ts";
import { prose } from "../../../src/core/report/inert.ts";
import { overlapLines } from "../../../src/core/report/overlaps.ts";
import { refusalsIn } from "../../../src/core/report/refusals.ts";
import { activeParts, hidden, hostile, unclosed, withoutMarks } from "./hostile.ts";
import { deployment, planned, planOf, point } from "./planned.ts";

/** Each kind of it, of which a compiler knows whether one is missing. */
const meetings: Record<Overlap["how"], true> = {
  deletes: true,
  "changes-deleted": true,
  field: true,
  recreates: true,
  "changes-recreated": true,
  "both-create": true,
  hidden: true,
  object: true,
  "both-delete": true,
};

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
      expect(report).not.toMatch(hidden);
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
        renderDrift({ plans, healed: new Set(), unknown: [], branch: text }),
        renderComment(rollout),
        renderComment(deploying),
      ];
      for (const markdown of [...told, failureNotice(rollout, undefined)!]) {
        expect(activeParts(markdown)).toEqual([]);
        expect(unclosed(markdown)).toEqual([]);
        expect(markdown).not.toMatch(hidden);
      }
    });

    it(`as what others do, rule, pause, command and its answer: ${JSON.stringify(text)}`, () => {
      const object = { apiVersion: text, kind: text, namespace: text, name: text };
      const rules = {
        added: [text],
        removed: [text],
        changes: [{ system: text, rule: "approvers", before: text, after: text, loosens: true }],
      };
      const pauses = [{ system: text, until: "2026-11-23T14:02:11Z", by: text, reason: text }];
      const answers = [2, 1].map((commentId) => ({ commentId, asked: text, by: text, text: "Done." }));
      const told = { again: [{ system: text, cluster: text }], pauses, rules };
      const systems = [{ system: text, cluster: text }];
      const others = [...systems, { system: text, cluster: "other" }];
      const meeting = (how: Overlap["how"]): Overlap => ({
        ...{ pullRequest: 8, object, systems },
        ...{ how, path: text, after: text },
      });
      const lines = Object.keys(meetings).map((how) =>
        overlapLines({ worst: [meeting(how as Overlap["how"])], total: 1 }, others),
      );
      const overlaps = { worst: [meeting("deletes"), meeting("field"), meeting("object")], total: 3 };
      const { title, summary } = checkOf(planned([deployment()], { ...told, overlaps }), answers)!;
      for (const markdown of [withoutMarks(summary), ...lines, whoApproves(Array.from({ length: 3 }, () => text))]) {
        expect(activeParts(markdown)).toEqual([]);
        expect(unclosed(markdown)).toEqual([]);
        expect(markdown).not.toMatch(hidden);
      }
      // Nothing makes it code there.
      expect(title).toBe("1 update · 1 rule loosened");
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
      const of = { system: text, cluster: text };
      const folders = [of, { system: text, cluster: "other" }].map((one) => ({ ...one, path: "apps" }));
      const findings = renderComment({ stage: "findings", findings: [{ ...finding, of }], folders, at: point });
      const refused = renderComment({
        stage: "findings",
        findings: [{ ...finding, message: `refused by the cluster: ${text}`, of }],
        at: point,
      });
      const failed = { system: text, cluster: text, state: "failed", message: text, progress: text } as const;
      const object = { apiVersion: text, kind: text, namespace: text, name: text };
      const refusals = refusalsIn([{ ...object, action: "invalid", reason: text }]);
      const left = (["create", "delete"] as const).map((action) => ({ ...object, action }));
      const rollouts = [{ details: [text] }, { refusals, reached: { applied: 1, left } }].map((more) =>
        renderComment({ stage: "rollout", sha: point.headSha, branch: text, systems: [{ ...failed, ...more }] }),
      );
      for (const markdown of [findings, refused, ...rollouts]) {
        expect(activeParts(markdown)).toEqual([]);
        expect(unclosed(markdown)).toEqual([]);
      }
    });
  }
});

describe("a sentence with names in backticks", () => {
  it("has a name that closes its own code put no words into our mouth", () => {
    const name = "x` set it, as evil had planned. `y";
    const field = { path: `data.${name}`, cause: "drift", before: "a", after: "b", manager: name } as const;
    const report = renderComment(planned([deployment({ drifted: true, fields: [field] })]));
    expect(report).toContain("**Reverts drift of**");
    expect(activeParts(report)).toEqual([]);
  });

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
