import { expect, test } from "vitest";
import type { FieldChange } from "../../../src/core/plan/plan.ts";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { withoutLive } from "../../../src/core/report/hide-live.ts";
import { deployment, planned, point } from "./planned.ts";

const live = "canary-of-the-cluster";
const fields: FieldChange[] = [
  { path: "spec.a", cause: "pull-request", before: live, after: "wanted" },
  { path: "spec.b", cause: "drift", before: { of: [live] }, after: 3, manager: "kubectl-edit" },
  { path: "spec.c", cause: "foreign", before: live, after: live },
  { path: "spec.d", cause: "ignored", before: `${live}\n`.repeat(20), after: `${live}\n`.repeat(20) },
  { path: "spec.e", cause: "pull-request", after: "new" },
];

test("what is live shows nowhere in the comment and the check, and what the manifest asks for still does", () => {
  const report = withoutLive(planned([deployment({ fields })]));
  const text = renderComment(report);
  expect(text).not.toContain(live);
  expect(JSON.stringify(checkOf(report))).not.toContain(live);
  expect(text).toContain("| `spec.a` | `hidden` | `wanted` | this pull request |");
  expect(text).toContain("| `spec.b` | `hidden` | `3` | **drift**: `kubectl-edit` set it; merging reverts it |");
  expect(text).toContain("| `spec.e` | – | `new` | this pull request |");
});

test("a report without a plan stays what it is", () => {
  const note = { stage: "note", severity: "fine", headline: "nothing", sentences: [], at: point } as const;
  expect(withoutLive({ ...note, sentences: [] })).toEqual(note);
});

test("how many pods run is hidden, and that they stop or restart is not", () => {
  const risks = [
    { kind: "stops", text: "all 5 pods" },
    { kind: "exposes", text: "at a.example" },
  ] as const;
  const text = renderComment(withoutLive(planned([deployment({ risks: [...risks] })])));
  expect(text).toContain("**Stops** `Deployment` `shop/web`: its pods.");
  expect(text).toContain("**Exposes** `Deployment` `shop/web`: at a.example.");
});
