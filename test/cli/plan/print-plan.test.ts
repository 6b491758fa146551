import { expect, test } from "vitest";
import { planLines } from "../../../src/cli/plan/print-plan.ts";
import { deployment, planOf } from "../../core/report/planned.ts";

test("a terminal shows what a change does to somebody, and no text of others moves its cursor", () => {
  const risks = [
    { kind: "stops", text: "all 5 pods" } as const,
    { kind: "exposes", text: "at \u001b[2J\u202ea" } as const,
  ];
  expect(planLines(planOf([deployment({ risks })]), false)).toEqual([
    "~ update Deployment shop/web",
    "    ! stops: all 5 pods",
    "    ! exposes: at \\u{1b}[2J\\u{202e}a",
    "    spec.replicas: 3 → 5",
    "1 update",
  ]);
});
