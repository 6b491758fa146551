import { describe, expect, test } from "vitest";
import { paintFor, plain } from "../../../src/cli/paint.ts";
import { planLines } from "../../../src/cli/plan/print-plan.ts";
import type { FieldChange } from "../../../src/core/plan/plan.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { visibleJson } from "../../../src/core/report/inert.ts";
import { deployment, planned, planOf } from "../../core/report/planned.ts";

const linesOf = (...args: Parameters<typeof planOf>) => planLines(planOf(...args), { paint: plain, revision: "main" });
const head = "shop-production on prod-eu, compared with main (77ab01c)";
const drift = { cause: "drift", manager: "kubectl-edit", time: "2026-11-23T14:02:11Z" } as const;

describe("a plan in a terminal", () => {
  test("names the cluster first, then what happens to each object and why, and the totals last", () => {
    const fields = [
      { path: "spec.replicas", cause: "pull-request", before: 3, after: 5 },
      { path: "spec.paused", ...drift, before: true },
      { path: "metadata.labels.team", cause: "drift", manager: "unknown", after: "web" },
      { path: "spec.minReadySeconds", cause: "drift", manager: "kubectl", before: 9, after: 3 },
      { path: "spec.w", cause: "pull-request", manager: "kubectl", before: 9, after: 5, base: 4 },
      { path: "spec.x", cause: "already-live", before: 1, after: 1 },
      {
        path: "spec.y",
        cause: "pending",
        before: 1,
        after: 2,
        merge: { sha: "abc1234".padEnd(40, "0"), pullRequest: 12 },
      },
    ] as const;
    const gone = deployment({ name: "old", action: "delete", fields: [], file: "old.yaml", line: 7 });
    const lost = deployment({ name: "lost", action: "create", fields: [], drifted: true });
    expect(linesOf([deployment({ fields: [...fields], drifted: true }), gone, lost])).toEqual([
      head,
      "",
      "~ update Deployment shop/web",
      "    spec.replicas: 3 → 5  (your change)",
      "    spec.paused: true → (none)  (drift: kubectl-edit set it, 2026-11-23 14:02 UTC; merging reverts it)",
      "    metadata.labels.team: (none) → web  (drift: unknown writer removed it; merging reverts it)",
      "    spec.minReadySeconds: 9 → 3  (drift: kubectl set it, time unknown; merging reverts it)",
      "    spec.w: 9 → 5  (your change, over drift: kubectl set it, time unknown; in Git it is 4)",
      "    spec.x: 1  (already live)",
      "    spec.y: 1 → 2  (pending: #12 (abc1234), which is not applied yet)",
      "- delete Deployment shop/old  old.yaml:7",
      "+ create Deployment shop/lost",
      "    drift: an unknown writer deleted it in the cluster, so that it is made again",
      "",
      "1 create, 1 update, 1 delete, 2 drifted",
    ]);
  });

  test("says what it cannot tell when nothing but the cluster is compared", () => {
    const { baseSha: _, ...plan } = planOf([deployment()]);
    const lines = planLines(plan, { paint: plain });
    expect(lines).toContain("    spec.replicas: 3 → 5");
    expect(lines.at(-3)).toMatch(/^Without --base REV, what somebody changed in the cluster shows as a change too/);
    expect(linesOf([deployment()]).join()).not.toContain("--base");
  });

  test("shows a long text by the lines that change", () => {
    const text = (word: string) => `one\ntwo\n${word}\nfour\n`;
    const fields = [{ path: "data.script", cause: "pull-request", before: text("3"), after: text("three") } as const];
    expect(linesOf([deployment({ fields })]).slice(3, -2)).toEqual([
      "    data.script:  (your change)",
      "      @@ -1,4 +1,4 @@",
      "       one",
      "       two",
      "      -3",
      "      +three",
      "       four",
    ]);
  });

  test("tells what looks alike apart", () => {
    const fields = [{ path: "a", cause: "pull-request", before: "1", after: 1 } as const];
    expect(linesOf([deployment({ fields })])).toContain('    a: "1" → 1  (your change)');
    const secret = [{ path: "data.password", cause: "pull-request", before: "***", after: "***" } as const];
    expect(linesOf([deployment({ fields: secret })])).toContain(
      "    data.password: ***  (your change; what changes is masked)",
    );
  });

  test("tells in the comment's words what becomes of what others added: it goes from an exact system, and from no other", () => {
    const added = { path: "metadata.labels.x", cause: "foreign", manager: "kubectl-label", before: "1" } as const;
    const fate = (field: FieldChange) => {
      const object = deployment({ fields: [field] });
      return [linesOf([object])[3]!, renderComment(planned([object])).replaceAll("`", "")] as const;
    };
    const who = "kubectl-label added it, time unknown";
    const [line, comment] = fate(added);
    expect(line).toBe(`    metadata.labels.x: 1 → (none)  (foreign: ${who}; taken out, since the system is exact)`);
    expect(comment).toContain("| metadata.labels.x | 1 | – | taken out |");
    expect(comment).toContain(`${who}; taken out, since the system is exact.`);
    expect(`${line}${comment}`).not.toContain("left alone");

    const [staysLine, staysComment] = fate({ ...added, after: "1" });
    expect(staysLine).toBe(`    metadata.labels.x: 1  (foreign: ${who}; left alone)`);
    expect(staysComment).toContain(`${who}; left alone.`);
    expect(`${staysLine}${staysComment}`).not.toContain("taken out");
  });

  test("says when there is nothing to do", () => {
    const totals = { ...planOf([]).totals, unchanged: 12 };
    expect(linesOf([], { totals })).toEqual([head, "", "Nothing to do: 12 unchanged"]);
    expect(linesOf([])).toEqual([head, "", "Nothing is described here."]);
  });

  test("shows what a change does to somebody, and no text of others moves its cursor, hides or makes lines", () => {
    const evil = "\u001b[2J\u202ea\r\n- delete Namespace x\u2028";
    const fields = [
      { path: evil, ...drift, manager: evil, before: evil, after: "b" },
      { path: "p", ...drift, manager: evil, before: 1, after: 2, time: evil },
    ] as const;
    const risks = [{ kind: "stops", text: "all 5 pods" } as const, { kind: "exposes", text: evil } as const];
    const finding = {
      file: evil,
      line: 1,
      column: 1,
      severity: "error",
      rule: "r",
      message: evil,
      pointer: "",
    } as const;
    const object = deployment({
      name: evil,
      kind: evil,
      file: evil,
      line: 1,
      reason: evil,
      risks,
      fields: [...fields],
    });
    const lines = linesOf([object], { system: evil, cluster: evil, findings: [finding] });
    expect(lines).toContain("    ! exposes: \\u{1b}[2J\\u{202e}a⏎- delete Namespace x\\u{2028}");
    expect(lines.join("")).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}/u);
    expect(lines.filter((line) => line.startsWith("- delete"))).toEqual([]);
  });

  test("has colours when it is asked to, and none when it is asked not to", () => {
    const plan = planOf([deployment()]);
    const coloured = planLines(plan, { paint: paintFor("always") }).join("\n");
    expect(coloured).toContain("\u001b[33m~ update Deployment shop/web\u001b[39m");
    expect(coloured).toContain("\u001b[31m3\u001b[39m → \u001b[32m5\u001b[39m");
    expect(planLines(plan, { paint: paintFor("never") })).toEqual(planLines(plan, { paint: plain }));
  });
});

test("JSON for a terminal holds the same data with nothing in it that hides", () => {
  const value = { "ke\u202ey": "a\u0085b\u{e0001}c\nd", plain: "ü中" };
  const text = visibleJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toContain("ü中");
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
});
