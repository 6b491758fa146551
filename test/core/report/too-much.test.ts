import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/core/manifest/finding.ts";
import { renderComment, renderPlanned } from "../../../src/core/report/comment.ts";
import type { PullRequestReport, RolloutOfSystem } from "../../../src/core/report/report.ts";
import { deployment, planned, planOf, point } from "./planned.ts";

/** What GitHub takes: https://docs.github.com/en/rest/issues/comments */
const limit = 65_536;

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

/** The worst that a text can grow by: characters that are written out. */
const spelledOut = "\u202e".repeat(1_000);
const long = `it did not answer ${"within the time that it was given, ".repeat(30)}`;

const finding = (n: number, text: string): Finding => ({
  file: `${text}${n}.yaml`,
  line: n + 1,
  column: 1,
  severity: "error",
  rule: "x",
  message: `${text} ${n}`,
  pointer: "",
});
const rolledOut = (n: number, text: string, state: RolloutOfSystem["state"]): RolloutOfSystem => ({
  system: `system-${n}`,
  cluster: "prod",
  state,
  message: `${text} ${n}`,
  progress: text,
  details: many(10, () => text),
  asPlanned: { same: 0, of: 30, different: many(30, () => text) },
});
const unplanned = (n: number, text: string) => ({ system: `system-${n}`, cluster: "nowhere", message: text });

const reports = (text: string): [string, PullRequestReport][] => [
  ["systems that are planned", { stage: "planning", systems: many(500, (n) => unplanned(n, text)), at: point }],
  ["systems that could not be planned", planned([], { plans: [], unplanned: many(500, (n) => unplanned(n, text)) })],
  [
    "systems whose agent is silent",
    planned([], {
      silent: many(500, (n) => ({ system: `system-${n}`, cluster: text, lastHeard: 0, liveAsOf: text })),
    }),
  ],
  [
    "systems with a plan",
    planned([], { plans: many(500, (n) => planOf([deployment({ name: text })], { system: `system-${n}` })) }),
  ],
  [
    "systems of clusters of their own with many objects each",
    planned([], {
      plans: many(100, (n) =>
        planOf(
          many(30, (k) =>
            deployment({ name: `${text}-${k}`, action: k === 0 ? "held" : "update", reason: `${text} ${n} ${k}` }),
          ),
          { system: `${text}-${n}`, cluster: `${text}-${n}` },
        ),
      ),
    }),
  ],
  [
    "deletions, each for a reason of its own",
    planned(many(500, (n) => deployment({ action: "delete", fields: [], kind: text, name: text, reason: text + n }))),
  ],
  [
    "rules that change",
    planned([], {
      rules: {
        added: many(200, () => text),
        removed: many(200, () => text),
        changes: many(200, () => ({ system: text, rule: "ignore", before: text, after: text, loosens: true })),
      } as never,
    }),
  ],
  ["findings", { stage: "findings", findings: many(500, (n) => finding(n, text)), at: point }],
  [
    "findings beside all else",
    planned(
      many(100, (n) => deployment({ action: "held", reason: text + n })),
      { plans: [planOf([], { findings: many(100, (n) => finding(n, text)) })], unplanned: [unplanned(1, text)] },
    ),
  ],
  ...(["failed", "deploying", "healthy"] as const).map((state): [string, PullRequestReport] => [
    `systems whose rollout is ${state}`,
    {
      stage: "rollout",
      sha: point.headSha,
      branch: "main",
      systems: many(500, (n) => rolledOut(n, text, state)),
    },
  ]),
];

describe("however much there is to tell, GitHub takes the comment", () => {
  test.each([...reports(long), ...reports(spelledOut)])("%s", (_, report) => {
    expect(renderComment(report).length).toBeLessThan(limit);
  });
});

test("what has no room is counted", () => {
  const comment = renderComment(planned([], { plans: [], unplanned: many(500, (n) => unplanned(n, long)) }));
  const told = comment.match(/`system-\d+`/g)!.length;
  expect(comment).toContain(`… and ${500 - told} more.`);
  expect(comment).toContain("**500 systems not planned**");
});

test("among many systems those come first in which something changes", () => {
  const plans = many(400, (n) => planOf(n === 399 ? [deployment()] : [], { system: `system-${n}` }));
  const { comment } = renderPlanned(planned([], { plans }));
  expect(comment.indexOf("`system-399`")).toBeLessThan(comment.indexOf("`system-0`"));
  expect(comment).toContain("more systems.");
});

test("nine hundred objects do not bury the foot under a wall of lines: all but the first are folded", () => {
  const creates = many(900, (n) =>
    deployment({ name: `tenant-${n}`, action: "create", fields: [], file: "clusters/production/every-tenant.yaml" }),
  );
  const comment = renderComment(planned([deployment(), ...creates]));
  const [open = "", folds = ""] = comment.split(/<details><summary><b>\d+ more objects<\/b><\/summary>/);
  expect(open.match(/^- \*\*create\*\*/gm)).toHaveLength(19);
  expect(open).toContain(
    "`shop/tenant-0` from `clusters/production/every-tenant.yaml`\n- **create** `Deployment` `shop/tenant-1` from",
  );
  const folded = folds.match(/^- \*\*create\*\*/gm)?.length ?? 0;
  const left = Number(/… and \*\*(\d+) more\*\* of 901 changed objects/.exec(folds)?.[1] ?? 0);
  expect(1 + 19 + folded + left).toBe(901);
  expect(folds).toMatch(/\n\n<\/details>\n\n… and/);
});

test("twenty objects are not folded", () => {
  const creates = many(20, (n) => deployment({ name: `tenant-${n}`, action: "create", fields: [] }));
  expect(renderComment(planned(creates))).not.toContain("more objects");
});
