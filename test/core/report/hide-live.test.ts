import { expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import type { FieldChange, Risk } from "../../../src/core/plan/plan.ts";
import { assessRisks } from "../../../src/core/plan/risks/assess-risks.ts";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { withoutLive } from "../../../src/core/report/hide-live.ts";
import { refusalsIn } from "../../../src/core/report/refusals.ts";
import { object } from "../plan/risks/told.ts";
import { deployment, planned, point } from "./planned.ts";

const live = "canary-of-the-cluster";
const fields: FieldChange[] = [
  { path: "spec.a", cause: "pull-request", before: live, after: "wanted" },
  { path: "spec.b", cause: "drift", before: { of: [live] }, after: 3, manager: "kubectl-edit" },
  { path: "spec.c", cause: "foreign", before: live, after: live },
  { path: "spec.d", cause: "ignored", before: `${live}\n`.repeat(20), after: `${live}\n`.repeat(20) },
  { path: "spec.e", cause: "pull-request", after: "new" },
  { path: "spec.f", cause: "pull-request", before: live, after: 5, base: 4, manager: "kubectl-edit" },
  { path: "spec.g", cause: "pull-request", before: `${live}\n`, after: "b\n", base: "a\n", manager: "kubectl-edit" },
];

test("what is live shows nowhere in the comment and the check, and what the manifest asks for still does", () => {
  const report = withoutLive(planned([deployment({ fields })]));
  const text = renderComment(report);
  expect(text).not.toContain(live);
  expect(JSON.stringify(checkOf(report))).not.toContain(live);
  expect(text).toContain("| `spec.a` | `hidden` | `wanted` | this pull request |");
  expect(text).toContain("| `spec.b` | `hidden` | `3` | **drift** |");
  expect(text).toContain("| `spec.e` | – | `new` | this pull request |");
  expect(text).toContain("| `spec.f` | `hidden` | `5` | this pull request, over **drift** |");
  expect(text).toContain("`kubectl-edit` set it, time unknown; in Git it is `4`.");
  expect(text).toContain("-a\n+b\n");
});

test("what the API server says of a rollout is hidden, and which object it refuses is not", () => {
  const web = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web" };
  const reason = `pods "web" is forbidden: exceeded quota: ${live}`;
  const refusals = refusalsIn([{ ...web, action: "invalid", reason }]);
  const system = { system: "shop", cluster: "prod-eu", state: "failed", message: reason, refusals } as const;
  const report = { stage: "rollout", sha: point.baseSha, branch: "main", systems: [system] } as const;
  const text = renderComment(withoutLive({ ...report, systems: [system] }));
  expect(text).not.toContain(live);
  expect(text).toContain("> `Pod` `shop/web`: beyond a quota  \n");
});

test("a report without a plan stays what it is", () => {
  const note = { stage: "note", severity: "fine", headline: "nothing", sentences: [], at: point } as const;
  expect(withoutLive({ ...note, sentences: [] })).toEqual(note);
});

test("how many pods run is hidden, and what happens to them is not", () => {
  const status = { replicas: 5 };
  const workload = (spec: JsonObject) => object("apps/v1", "Deployment", { spec, status });
  const image: FieldChange = { path: "spec.template.spec.containers[web].image", cause: "pull-request" };
  const shown = (live: KubeObject, after: KubeObject, risks: Risk[] = []) => {
    const all = [...assessRisks({ live, after, fields: [image] }), ...risks];
    return renderComment(withoutLive(planned([deployment({ fields: [], risks: all })])));
  };
  const stopped = shown(workload({ replicas: 5 }), workload({ replicas: 0 }), [
    { kind: "exposes", text: "at a.example" },
  ]);
  expect(stopped).toContain("**Stops** `Deployment` `shop/web`: its pods.");
  expect(stopped).toContain("**Exposes** `Deployment` `shop/web`: at a.example.");
  const rolled = workload({ strategy: { rollingUpdate: { maxUnavailable: "40%" } } });
  expect(shown(rolled, rolled)).toContain(
    "**Restarts** `Deployment` `shop/web`: its pods, at most 40% away at a time.",
  );
  const recreated = workload({ strategy: { type: "Recreate" } });
  expect(shown(recreated, recreated)).toContain(": its pods, all of them away before the new ones start.");
});

test("a CronJob that is suspended has no pods to hide, and an agent of old says nothing else than its pods", () => {
  const cron = (suspend: boolean) => object("batch/v1", "CronJob", { spec: { suspend } });
  const risks = assessRisks({ live: cron(false), after: cron(true), fields: [] });
  expect(renderComment(withoutLive(planned([deployment({ kind: "CronJob", risks })])))).toContain(
    "**Stops** `CronJob` `shop/web`: it is suspended.",
  );
  const old: Risk[] = [{ kind: "restarts", text: "5 pods, at most 1 away at a time" }];
  const text = renderComment(withoutLive(planned([deployment({ risks: old })])));
  expect(text).toContain("**Restarts** `Deployment` `shop/web`: its pods.");
});

test("how much of a quota is in use is hidden, and that there is no room is not", () => {
  const words = {
    'refused by the cluster: pods "a" is forbidden: exceeded quota: team, requested: cpu=2,pods=1, used: cpu=77,pods=88, limited: cpu=78,pods=88':
      'refused by the cluster: pods "a" is forbidden: exceeded quota: team, requested: cpu=2,pods=1',
    "it would need pods 5, and the quota `team` leaves 77; cpu 2500m, and the quota `team` leaves 880m":
      "it would need pods 5, and the quota `team` leaves less; cpu 2500m, and the quota `team` leaves less",
    "more is in use than it allows: requests.cpu 88 of 1, pods 77 of 1. What is there stays":
      "more is in use than it allows. What is there stays",
  };
  const place = {
    file: "a.yaml",
    line: 1,
    column: 1,
    severity: "error",
    rule: "refused-by-cluster",
    pointer: "",
  } as const;
  for (const [said, told] of Object.entries(words)) {
    const report = planned([deployment({ action: "invalid", fields: [], reason: said })]);
    report.plans[0]!.findings.push({ ...place, message: said });
    const [plan] = withoutLive(report).plans;
    expect([plan!.findings[0]!.message, plan!.objects[0]!.reason]).toEqual([told, told]);
    expect(renderComment(withoutLive(report)) + JSON.stringify(checkOf(withoutLive(report)))).not.toMatch(
      /\b(?:77|88|880m)\b/,
    );
  }
});
