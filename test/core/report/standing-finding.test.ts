import { expect, test } from "vitest";
import { findingsOf, keysOf } from "../../../src/core/report/findings-table.ts";
import type { FindingsReport } from "../../../src/core/report/report.ts";

const at = { headSha: "b".repeat(40), base: "main", baseSha: "a".repeat(40) };
const wrong = (line: number) => ({
  file: "state/all.yaml",
  line,
  column: 31,
  rule: "fields-disagree",
  pointer: "/spec/ports/0/nodePort",
  message: "Service `spec.ports[0].nodePort` may only be there when `type` is `NodePort` or `LoadBalancer`.",
  severity: "error" as const,
  of: { system: "shop", cluster: "here" },
});
const areStanding = (before: number[], now: number[]) => {
  const report: FindingsReport = {
    stage: "findings",
    findings: now.map(wrong),
    folders: [],
    standing: keysOf(before.map(wrong)),
    at,
  };
  return findingsOf(report).map(({ isStanding }) => isStanding);
};

test("a finding that the pull request adds is not told as there before where its file had one like it", () => {
  expect(areStanding([8], [12])).toEqual([true]);
  expect(areStanding([8], [8, 20])).toEqual([false, false]);
  expect(areStanding([8, 20], [9, 21])).toEqual([true, true]);
  // Of two systems that share the file it is one.
  expect(areStanding([8, 8], [8, 20])).toEqual([false, false]);
});
