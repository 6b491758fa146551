import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/core/manifest/finding.ts";
import type { Overlap } from "../../../src/core/plan/overlap.ts";
import type { EarlierMerge, FieldChange, PlannedObject } from "../../../src/core/plan/plan.ts";
import { checkOf } from "../../../src/core/report/check.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { readMarker, withMarker } from "../../../src/core/report/marker.ts";
import { refusalsIn } from "../../../src/core/report/refusals.ts";
import { deployment, planned, planOf, point } from "./planned.ts";

describe("a plan's comment", () => {
  it("answers in its first line whether to worry, and says each field's now, after and why", () => {
    const text = renderComment(planned([deployment()]));
    expect(text.split("\n")[0]).toBe("### trueup · 1 update");
    expect(text).toContain("| `spec.replicas` | `3` | `5` | this pull request |");
    expect(text).toContain("Planned for `3f9c2d1` on `main` at `77ab01c`, live as of 2026-11-23 14:02 UTC");
  });

  it("opens with what can hurt, deletions before everything else", () => {
    const text = renderComment(
      planned([
        deployment(),
        deployment({ kind: "PersistentVolumeClaim", name: "orders-data", action: "delete", fields: [] }),
      ]),
    );
    expect(text).toContain("> [!WARNING]\n> **Deletes** `PersistentVolumeClaim` `shop/orders-data`.");
    expect(text.indexOf("orders-data")).toBeLessThan(text.indexOf("<b>update</b>"));
  });

  it("warns of nothing, and asks for nothing, that an earlier merge left over", () => {
    const reason = "left over from an earlier merge that is not finished";
    const left = deployment({ name: "old", action: "held", fields: [], pending: true, reason });
    const plan = planOf([left]);
    const report = planned([], { plans: [{ ...plan, totals: { ...plan.totals, held: 0 } }] });
    const text = renderComment(report);
    expect(checkOf(report)).toMatchObject({ conclusion: "success", title: "nothing changes" });
    expect(text).not.toContain("[!WARNING]");
    expect(text).toContain("<b>held</b> <code>Deployment</code> <code>shop/old</code> · pending</summary>");
    expect(text).toContain("Left over from an earlier merge");
  });

  it("shows what leaves Git and stays in the cluster, though nothing changes there", () => {
    const reason = "no manifest describes it any more; because of `prune: false` it stays in the cluster";
    const text = renderComment(planned([deployment({ name: "old", action: "unchanged", fields: [], reason })]));
    expect(text.split("\n")[0]).toBe("### trueup · nothing changes");
    expect(text).toContain("<b>unchanged</b> <code>Deployment</code> <code>shop/old</code></summary>");
    expect(text).toContain("No manifest describes it any more; because of `prune: false` it stays in the cluster.");
  });

  it("warns of deletions that an earlier merge left over and that merging carries out", () => {
    const reason = "left over from an earlier merge that is not finished";
    const left = ["a", "b"].map((name) => deployment({ name, action: "delete", fields: [], pending: true, reason }));
    const plan = planOf(left);
    const report = planned([], { plans: [{ ...plan, totals: { ...plan.totals, delete: 0, unchanged: 3 } }] });
    const text = renderComment(report);
    expect(text.split("\n")[0]).toBe("### trueup · **2 delete** left over from an earlier merge");
    expect(text).toContain(
      "> [!WARNING]\n> **Deletes** `Deployment` `shop/a`, `Deployment` `shop/b`. Left over from an earlier merge that is not finished.",
    );
    expect(text).toContain("| `shop-production` | `prod-eu` | healthy | – | – | 2 left over | 3 |");
    expect(checkOf(report)).toMatchObject({ title: "2 delete left over from an earlier merge" });
  });

  it("warns of another pull request that undoes this one before it counts anything", () => {
    const object = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };
    const systems = [{ system: "shop-production", cluster: "prod-eu" }];
    const worst = [
      { pullRequest: 9, object, systems, how: "field", path: "spec.replicas", after: 1 } satisfies Overlap,
    ];
    const text = renderComment(planned([deployment()], { overlaps: { worst, total: 1 } }));
    expect(text).toContain(
      "> [!WARNING]\n> `#9` also changes `spec.replicas` of `Deployment` `shop/web`, **to something else**: `1`.\n\n| system |",
    );
  });

  it("keeps a file out of the alert that tells of another pull request's other values", () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "web" };
    const meeting = { pullRequest: 9, object, systems: [], path: "data[web.conf]" };
    for (const after of ["a: 1\nb: 2\n", "x".repeat(300), { a: "y".repeat(300) }]) {
      const text = renderComment(
        planned([deployment()], { overlaps: { worst: [{ ...meeting, how: "field", after }], total: 1 } }),
      );
      expect(text).toContain(
        "> `#9` also changes `data[web.conf]` of `ConfigMap` `shop/web`, **to something else**.\n",
      );
    }
  });

  it("does not call a system that misses one object one that is not there yet", () => {
    const rowOf = (objects: PlannedObject[], unchanged: number) => {
      const plan = planOf(objects, { health: "NotFound" });
      const text = renderComment(planned([], { plans: [{ ...plan, totals: { ...plan.totals, unchanged } }] }));
      return /^\| `shop-production` \| `prod-eu` \| ([^|]*) \|/m.exec(text)?.[1];
    };
    const made = deployment({ action: "create", fields: [] });
    expect(rowOf([{ ...made, drifted: true }], 8)).toBe("1 object missing, 1 drifted");
    expect(rowOf([made], 8)).toBe("not all there yet");
    expect(rowOf([made], 0)).toBe("not there yet");
  });

  it("tells an object's one change in the line that is folded, where a phone shows both sides of it", () => {
    const image = { path: "spec.containers[web].image", cause: "pull-request" } as const;
    const summaryOf = (before: string, after: string) => {
      const text = renderComment(planned([deployment({ fields: [{ ...image, before, after }] })]));
      return /· 1 field(.*)<\/summary>/.exec(text)?.[1];
    };
    expect(summaryOf("ghcr.io/acme/web:1.4", "ghcr.io/acme/web:1.5")).toBe(" · <code>image: web:1.4 → web:1.5</code>");
    expect(summaryOf("ghcr.io/acme/web:1.4", "evil.example/acme/web:1.5")).toBe(
      " · <code>image: ghcr.io/acme/web:1.4 → evil.example/acme/web:1.5</code>",
    );
    expect(summaryOf("********", "********")).toBe("");
    expect(summaryOf("x".repeat(100), "y")).toBe("");
  });

  it("shows on a phone, where a table's last columns are out of sight, that the system has failed already", () => {
    const report = planned([], { plans: [planOf([deployment()], { health: "Failed" })] });
    expect(renderComment(report)).toContain("| system | cluster | now | create |");
    expect(renderComment(report)).toContain("| `shop-production` | `prod-eu` | **failed** | – | 1 |");
  });

  it("names who drifted a field, and since when", () => {
    const drift = {
      path: "spec.replicas",
      cause: "drift",
      before: 9,
      after: 3,
      manager: "kubectl-scale",
      time: "2026-11-23T11:00:00Z",
    } as const;
    const text = renderComment(planned([deployment({ drifted: true, fields: [drift] })]));
    expect(text).toContain("**drift**: `kubectl-scale` set it, 2026-11-23 11:00 UTC; merging reverts it");
    expect(text.split("\n")[0]).toContain("1 drifted");
  });

  it("tells no time, and no name, that the cluster does not keep", () => {
    const change = { path: "spec.replicas", cause: "drift", before: 9, after: 3 } as const;
    const { before: _, ...removed } = change;
    const textOf = (field: FieldChange) => renderComment(planned([deployment({ drifted: true, fields: [field] })]));
    const scaled = textOf({ ...change, manager: "kubectl" });
    expect(scaled).toContain("> **Reverts drift of** `Deployment` `shop/web`: `kubectl` set `replicas`.");
    expect(scaled).toContain("**drift**: `kubectl` set it, time unknown; merging reverts it.");
    const gone = textOf({ ...removed, manager: "unknown" });
    expect(gone).toContain("> **Reverts drift of** `Deployment` `shop/web`: unknown writer removed `replicas`.");
    expect(gone).toContain("**drift**: unknown writer removed it; merging reverts it.");
  });

  it("names the earlier merge that a field waits for, as far as it is known, and links to nothing", () => {
    const sha = "abc1234d00000000000000000000000000000000";
    const wordsOf = (merge?: EarlierMerge) => {
      const field = { path: "spec.replicas", cause: "pending", before: 3, after: 4, ...(merge && { merge }) } as const;
      const text = renderComment(planned([deployment({ fields: [field] })]));
      expect(text).toContain("| `spec.replicas` | `3` | `4` | earlier merge |");
      return /earlier merge \|\n\n(.*)\n/.exec(text)?.[1];
    };
    expect(wordsOf({ sha, pullRequest: 12 })).toBe("`#12` (`abc1234`), which is not applied yet.");
    expect(wordsOf({ sha })).toBe("The earlier merge `abc1234`, which is not applied yet.");
    expect(wordsOf()).toBe("An earlier merge that is not applied yet.");
  });

  it("says of what an earlier merge brings that it is none of this pull request", () => {
    const merge = { sha: "abc1234d00000000000000000000000000000000", pullRequest: 12 };
    const brought = deployment({ name: "early", action: "create", fields: [], pending: true, merge });
    const text = renderComment(planned([brought, deployment({ name: "own", action: "create", fields: [] })]));
    expect(text.split("\n")[0]).toBe("### trueup · 2 create");
    expect(text).toContain(
      "<b>create</b> <code>Deployment</code> <code>shop/early</code> · pending</summary>\n\nBrought by `#12` (`abc1234`), which is not applied yet.",
    );
    expect(text.indexOf("shop/own")).toBeLessThan(text.indexOf("shop/early"));
  });

  it("says of what is made again that somebody deleted it in the cluster", () => {
    const lost = deployment({ action: "create", fields: [], drifted: true, file: "web.yaml", line: 1 });
    const text = renderComment(planned([lost]));
    expect(text).toContain(
      "<b>create</b> <code>Deployment</code> <code>shop/web</code> · drifted</summary>\n\nDrift: an unknown writer deleted it in the cluster, so that it is made again.",
    );
    expect(renderComment(planned([{ ...lost, drifted: false }]))).not.toContain("deleted it");
  });

  it("leaves the reader of a phone a table that fits: who drifted what stands below it, once", () => {
    const drift = { cause: "drift", manager: "kubectl-edit", time: "2026-11-23T11:00:00Z" } as const;
    const fields = [
      { path: "spec.replicas", before: 9, after: 3, ...drift },
      { path: "spec.paused", before: true, after: false, ...drift },
      { path: "spec.minReadySeconds", before: 1, after: 2, cause: "pull-request" } as const,
    ];
    const text = renderComment(planned([deployment({ drifted: true, fields })]));
    expect(text).toContain("| `spec.replicas` | `9` | `3` | **drift** |");
    expect(text).toContain("| `spec.minReadySeconds` | `1` | `2` | this pull request |\n\n");
    const cause = "**drift**: `kubectl-edit` set it, 2026-11-23 11:00 UTC; merging reverts it.";
    expect(text).toContain(`\n\n\`spec.replicas\`, \`spec.paused\` · ${cause}`);
    expect(text.split("merging reverts it")).toHaveLength(2);
  });

  it("warns whoever merges that somebody's work in the cluster is undone, behind what restarts for it", () => {
    const drift = (path: string, hour: number, manager: string) =>
      ({ path, cause: "drift", before: 9, after: 3, manager, time: `2026-11-23T${hour}:00:00Z` }) as const;
    const risks = [{ kind: "restarts", text: "9 pods, at most 1 away at a time" } as const];
    const fields = [drift("spec.replicas", 11, "kubectl-edit"), drift("spec.template.a", 12, "k9s")];
    const text = renderComment(planned([deployment({ drifted: true, risks, fields })]));
    expect(text).toContain(
      [
        "> [!NOTE]",
        "> **Restarts** `Deployment` `shop/web`: 9 pods, at most 1 away at a time.  ",
        "> **Reverts drift of** `Deployment` `shop/web`: `kubectl-edit` and 1 other set `replicas` and `a`, 2026-11-23 12:00 UTC.",
      ].join("\n"),
    );
  });

  it("tells first what the pull request changes, and then what has only drifted", () => {
    const risks = [{ kind: "restarts", text: "3 pods, at most 1 away at a time" } as const];
    const drift = { path: "spec.template.x", cause: "drift", before: 9, after: 3, manager: "k9s" } as const;
    const drifted = deployment({ name: "aside", drifted: true, fields: [drift], risks });
    const own = { kind: "restarts", text: "5 pods, at most 1 away at a time" } as const;
    const text = renderComment(planned([drifted, deployment({ risks: [own] })]));
    expect(text).toContain("<details open><summary><b>update</b> <code>Deployment</code> <code>shop/web</code>");
    expect(text.indexOf("**Restarts** `Deployment` `shop/web`")).toBeLessThan(
      text.indexOf("**Restarts** `Deployment` `shop/aside`"),
    );
  });

  it("says in its first line that what is held is a deletion, and who lets it go beside what is held", () => {
    const held = deployment({ name: "data", action: "held", fields: [], reason: "a guard holds it" });
    const restarting = deployment({ risks: [{ kind: "restarts", text: "5 pods, at most 1 away at a time" }] });
    const approval = { approvers: ["@acme/ops"], deletes: ["x"], tree: "0".repeat(40) };
    const report = planned([], { plans: [planOf([restarting, held], { approval })] });
    const text = renderComment(report);
    expect(text.split("\n")[0]).toBe("### trueup · 1 update · **1 delete**, held");
    expect(checkOf(report)).toMatchObject({ conclusion: "action_required", title: "1 update · 1 delete, held" });
    expect(text).toMatch(/\*\*Held:\*\* .*\n> Held until someone of `acme\/ops`.*\n> \*\*Restarts\*\*/);
  });

  it("shows a long text as a diff with three lines of context", () => {
    const before = `${Array.from({ length: 20 }, (_, line) => `line ${line}`).join("\n")}\n`;
    const fields = [
      { path: "data.script", cause: "pull-request", before, after: before.replace("line 10\n", "line ten\n") } as const,
    ];
    const text = renderComment(planned([deployment({ kind: "ConfigMap", fields })]));
    expect(text).toContain("```diff\n@@ -8,7 +8,7 @@");
    expect(text).toContain("-line 10\n+line ten");
    expect(text).not.toContain("line 3");
  });

  it("does not compare two long texts that have nothing in common for seconds, and still shows a long new one", () => {
    const text = (word: string) => Array.from({ length: 2_600 }, (_, line) => `${word} ${line}\n`).join("");
    const comment = (before: string | undefined) => {
      const sides = { ...(before === undefined ? {} : { before }), after: text("new") };
      const fields = [{ path: "data.script", cause: "pull-request", ...sides } as const];
      return renderComment(planned([deployment({ kind: "ConfigMap", fields })]));
    };
    expect(comment(text("old"))).toContain("Too different to show line by line.");
    expect(comment(undefined)).toContain("+new 0\n+new 1\n");
    expect(comment(text("new").replace("new 7\n", "old 7\n"))).toContain("-old 7\n+new 7\n");
  });

  it("says of a text that is live already just that, without an empty block", () => {
    const text = "line\n".repeat(30);
    const live = { path: "data.script", cause: "already-live", before: text, after: text } as const;
    const shown = renderComment(planned([deployment({ fields: [live] })]));
    expect(shown).toContain("`data.script` · already live");
    expect(shown).not.toContain("```");
  });

  it("shows a value that is left alone once, and counts only the fields that become something else", () => {
    const value = "v".repeat(100);
    const foreign = { path: "metadata.annotations.a", cause: "foreign", before: value, after: value } as const;
    const replicas = { path: "spec.replicas", cause: "pull-request", before: 3, after: 5 } as const;
    const shown = renderComment(planned([deployment({ fields: [replicas, foreign] })]));
    expect(shown.split(value)).toHaveLength(2);
    expect(shown).toContain(" | the same | left alone |");
    expect(shown).toContain("<code>shop/web</code> · 1 field · <code>replicas: 3 → 5</code>");
  });

  it("quotes a text that would else read like the number or truth value that it becomes", () => {
    const fields: FieldChange[] = [
      { path: "data.a", cause: "pull-request", before: "1", after: 1 },
      { path: "data.b", cause: "pull-request", before: true, after: "true" },
      { path: "data.c", cause: "pull-request", before: "1", after: 2 },
    ];
    const shown = renderComment(planned([deployment({ fields })]));
    expect(shown).toContain('| `data.a` | `"1"` | `1` |');
    expect(shown).toContain('| `data.b` | `true` | `"true"` |');
    expect(shown).toContain("| `data.c` | `1` | `2` |");
    expect(shown).not.toContain("1 → 1");
  });

  it("counts what the alert has told in the total of which it leaves out the rest, as its first line does", () => {
    const many = Array.from({ length: 900 }, (_, index) =>
      deployment({
        action: "held",
        kind: "ConfigMap",
        name: `gone-${index}-${"x".repeat(200)}`,
        fields: [],
        reason: "too many",
      }),
    );
    const text = renderComment(planned(many));
    expect(text.split("\n")[0]).toBe("### trueup · **900 held**");
    expect(text).toMatch(/… and \*\*\d+ more\*\* of 900 changed objects/);
  });

  it("keeps true totals and whole Markdown when it is longer than GitHub takes, with emoji and CJK in it", () => {
    const value = "🦊漢字".repeat(40);
    const objects = Array.from({ length: 900 }, (_, index) =>
      deployment({
        name: `web-${index}`,
        fields: [{ path: "spec.x", cause: "pull-request", before: "a", after: value }],
      }),
    );
    const text = renderComment(planned(objects));
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text.split("\n")[0]).toBe("### trueup · 900 update");
    expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect((text.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
    expect(text).toMatch(/… and \*\*\d+ more\*\* of 900 changed objects/);
    expect(text.isWellFormed()).toBe(true);
  });

  it("is no loss when it is too long: the check run names every object, as the comment says", () => {
    const objects = Array.from({ length: 700 }, (_, index) =>
      deployment({ name: `web-${index}`, file: "x".repeat(40) }),
    );
    const report = planned([...objects, deployment({ name: "gone", action: "delete" })]);
    expect(renderComment(report)).toContain("the check run `trueup` names them");
    const names = checkOf(report)?.text?.match(/^- .*$/gm);
    expect(names).toHaveLength(701);
    expect(names?.[0]).toBe("- delete `Deployment` `shop/gone`");
    expect(checkOf(planned(objects.slice(0, 3)))).not.toHaveProperty("text");
  });

  it("what a change does to somebody stands in the alert, worst first, and what its names bring along is inert", () => {
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", name: "ops", fields: [] };
    const { namespace: _, ...clusterRole } = deployment({
      ...role,
      risks: [{ kind: "grants", text: "may get @acme/ops" }],
    });
    const text = renderComment(
      planned([
        deployment({ risks: [{ kind: "restarts", text: "5 pods, at most 1 away at a time" }] }),
        clusterRole,
        deployment({ name: "till", risks: [{ kind: "stops", text: "its only pod" }] }),
        deployment({ name: "old", action: "delete", fields: [] }),
      ]),
    );
    expect(text).toContain(
      [
        "> [!WARNING]",
        "> **Deletes** `Deployment` `shop/old`.  ",
        "> **Stops** `Deployment` `shop/till`: its only pod.  ",
        "> **Gives rights through** `ClusterRole` `ops`: `may get @acme/ops`.  ",
        "> **Restarts** `Deployment` `shop/web`: 5 pods, at most 1 away at a time.",
      ].join("\n"),
    );
  });
});

describe("what is wrong beside a plan", () => {
  const finding = (line: number, severity: "error" | "warning") =>
    ({ file: "a.yaml", line, column: 1, severity, rule: "admission", message: "no limit set", pointer: "" }) as const;
  const warned = (...findings: Finding[]) => planned([], { plans: [planOf([deployment()], { findings })] });

  it("is counted in the first line and told with its place, each once, errors first", () => {
    const text = renderComment(warned(finding(3, "warning"), finding(9, "error"), finding(3, "warning")));
    expect(text.split("\n")[0]).toBe("### trueup · 1 update · 2 findings");
    expect(text.indexOf("`a.yaml:9`")).toBeLessThan(text.indexOf("`a.yaml:3`"));
    expect(text).toContain("| `a.yaml:3` | warning: no limit set |");
  });

  it("stays on its lines in the check, red for an error and green for a warning", () => {
    expect(checkOf(warned(finding(3, "warning")))).toMatchObject({
      conclusion: "success",
      annotations: [{ start_line: 3, annotation_level: "warning" }],
    });
    expect(checkOf(warned(finding(9, "error")))?.conclusion).toBe("failure");
  });

  it("is told of a system that could not be planned, too", () => {
    const unplanned = [{ system: "s", cluster: "c", message: "refused", findings: [finding(9, "error")] }];
    const report = planned([], { plans: [], unplanned });
    expect(renderComment(report)).toContain("`a.yaml:9`");
    expect(checkOf(report)?.annotations).toHaveLength(1);
  });

  it("leaves room for the plan: ten rows, the rest counted", () => {
    const many = Array.from({ length: 400 }, (_, index) => finding(index + 1, "warning"));
    const text = renderComment(warned(...many));
    expect(text).toContain("… and 390 more, in the check run `trueup`.");
    expect(checkOf(warned(...many))?.annotations).toHaveLength(200);
  });
});

describe("a rollout's comment", () => {
  const system = { system: "shop", cluster: "prod-eu", durationMs: 41_000 } as const;
  const rollout = (state: "healthy" | "failed" | "deploying", more = {}) =>
    renderComment({ stage: "rollout", sha: point.baseSha, branch: "main", systems: [{ ...system, state, ...more }] });

  it("tells progress, then how long it took and whether it went as planned", () => {
    expect(rollout("deploying", { progress: "web 3 of 5 pods ready" }).split("\n")[0]).toBe(
      "### trueup · deploying · `shop` `web 3 of 5 pods ready`",
    );
    expect(rollout("healthy", { asPlanned: { same: 4, of: 4, different: [] } }).split("\n")[0]).toBe(
      "### trueup · deployed in 41 s · healthy · 4 of 4 objects as planned",
    );
  });

  it("gives a failure's cause and the way back", () => {
    const many = Array.from({ length: 11 }, (_, n) => `Deployment shop/d${n}: no`);
    const failed = rollout("failed", { message: "no", details: many });
    expect(failed.match(/^> Deployment shop/gm)).toHaveLength(8);
    expect(failed).toContain("> … and 3 more.");
    const held = {
      stillHeld: 1,
      details: ["PersistentVolumeClaim shop/orders: deleting a PersistentVolumeClaim is held"],
    };
    const standing = rollout("healthy", { ...held, durationMs: 3_000 });
    expect(standing.split("\n")[0]).toBe("### trueup · deployed in 3 s · healthy · 1 still held");
    expect(standing).not.toContain("[!");
    expect(standing).toContain("since an earlier merge:\n\n- PersistentVolumeClaim shop/orders: deleting");
    const text = rollout("failed", { message: "image `web:1.5` cannot be pulled", previousSha: point.headSha });
    expect(text.split("\n")[0]).toBe("### trueup · **`shop` failed**: image `web:1.5` cannot be pulled");
    expect(text).toContain("> image `web:1.5` cannot be pulled");
    expect(text).toContain("`/trueup rollback` opens a pull request back to `3f9c2d1`.");
    const before = { previousSha: point.headSha, previousFailed: { healthySha: point.baseSha } };
    expect(rollout("failed", before)).toContain(
      `back to \`3f9c2d1\`, which had failed too; \`/trueup rollback ${point.baseSha.slice(0, 12)}\` to what was healthy last.`,
    );
  });

  describe("that the cluster has refused something of", () => {
    const words = 'configmaps "x2" is forbidden: User "agent" cannot patch resource "configmaps" in API group ""';
    const x2 = { apiVersion: "v1", kind: "ConfigMap", namespace: "brandnew", name: "x2" };
    const refusals = refusalsIn([{ ...x2, action: "invalid", reason: words }]);
    const told = {
      message: `the cluster refuses ConfigMap x2: ${words}`,
      details: [`ConfigMap brandnew/x2: ${words}`],
      refusals,
    };

    it("names the object and the sort of reason in its first line, and gives the cluster's words once, as code", () => {
      const text = rollout("failed", told);
      expect(text.split("\n")[0]).toBe(
        "### trueup · **`shop` failed**: the cluster refuses `ConfigMap` `brandnew/x2`: a right is missing",
      );
      expect(text).toContain(`> \`ConfigMap\` \`brandnew/x2\`: \`${words}\``);
      expect(text.split("is forbidden")).toHaveLength(2);
    });

    it("puts words of the cluster in code however plain they are", () => {
      const plain = refusalsIn([{ ...x2, action: "invalid", reason: "Anybody can merge this" }]);
      expect(rollout("failed", { refusals: plain })).toContain("`brandnew/x2`: `Anybody can merge this`");
    });

    it("counts the others that it refused, and tells each reason once", () => {
      const many = ["a", "b", "c"].map((name) => ({
        ...x2,
        name,
        action: "invalid" as const,
        reason: "exceeded quota: few",
      }));
      const text = rollout("failed", { refusals: refusalsIn(many) });
      expect(text.split("\n")[0]).toContain("refuses `ConfigMap` `brandnew/a` and 2 more: beyond a quota");
      expect(text.split("exceeded quota")).toHaveLength(2);
    });

    it("says what was applied, what was not reached and what is not deleted yet", () => {
      const left = [deployment({ action: "create" }), { ...x2, name: "old", action: "delete" as const }];
      expect(rollout("failed", { ...told, reached: { applied: 2, of: 5, left } })).toContain(
        "> Applied: 2 of 5 objects. Not reached: `Deployment` `shop/web`. Not deleted yet: `ConfigMap` `brandnew/old`.",
      );
      expect(rollout("failed", { ...told, reached: { applied: 0, left: [] } })).toContain("> Applied: nothing.  \n");
    });
  });

  it("keeps the machinery's own words out of its first line, and tells them below", () => {
    const message = "image `web:1.5` cannot be pulled (ImagePullBackOff: dial tcp: no such host)";
    const text = rollout("failed", { message });
    expect(text.split("\n")[0]).toBe("### trueup · **`shop` failed**: image `web:1.5` cannot be pulled");
    expect(text.split(message)).toHaveLength(2);
  });
});

describe("the check run", () => {
  it("is green for a plan, red for findings, and asks for action while something is held", () => {
    expect(checkOf(planned([deployment()]))?.conclusion).toBe("success");
    expect(checkOf(planned([deployment({ action: "held" })]))?.conclusion).toBe("action_required");
    expect(checkOf(planned([deployment({ action: "invalid" })]))?.conclusion).toBe("failure");
    const finding = {
      file: "a.yaml",
      line: 3,
      column: 1,
      severity: "error",
      rule: "unknown-field",
      message: "no",
      pointer: "",
    } as const;
    const check = checkOf({ stage: "findings", findings: [finding], at: point });
    expect(check).toMatchObject({ conclusion: "failure", annotations: [{ path: "a.yaml", start_line: 3 }] });
  });

  it("is green where the cluster refuses only what an earlier merge brought, which is told as a warning", () => {
    const reason = "no memory limit";
    const object = deployment({ action: "invalid", fields: [], reason, pending: true, file: "web.yaml" });
    const message = `was so before this pull request: refused by the cluster: ${reason}`;
    const place = { file: "web.yaml", line: 1, column: 1, rule: "refused-by-cluster", pointer: "" } as const;
    const findings: Finding[] = [{ ...place, severity: "warning", message }];
    const { totals } = planOf([]);
    const report = planned([], { plans: [planOf([object], { findings, totals })] });
    expect(checkOf(report)).toMatchObject({ conclusion: "success", title: "nothing changes" });
    const text = renderComment(report);
    expect(text).toContain("warning: was so before this pull request: refused by the cluster: `no memory limit`");
    expect(text).toContain("- **invalid** `Deployment` `shop/web` · pending from `web.yaml`");
    expect(text).not.toContain("[!WARNING]");
  });

  it("is red when a system could not be planned, since silence is not consent", () => {
    const unplanned = [{ system: "shop", cluster: "prod-eu", message: "last heard 14:00" }];
    expect(checkOf(planned([], { plans: [], unplanned }))?.conclusion).toBe("failure");
  });
});

describe("the hidden marker", () => {
  it("comes back as it was written, also through a forge that stores CRLF", () => {
    const marker = { pullRequest: 7, digest: "0123456789abcdef" };
    expect(readMarker(withMarker("body", marker))).toEqual(marker);
    expect(readMarker(withMarker("body", marker).replaceAll("\n", "\r\n"))).toEqual(marker);
    expect(readMarker("> <!-- trueup:v1:7:0123456789abcdef -->\nquoted")).toBeUndefined();
  });
});

describe("what is held or refused", () => {
  const reason = "3 of 4 objects would be deleted, and protect.maxDeletions allows 20%";
  const held = ["a", "b", "c"].map((name) =>
    deployment({ action: "held", kind: "ConfigMap", name, fields: [], reason }),
  );

  it("says why and what to do once, in words, however many objects are held", () => {
    const text = renderComment(planned(held));
    expect(text).toContain(
      "> **Held:** `ConfigMap` `shop/a`, `ConfigMap` `shop/b`, `ConfigMap` `shop/c`. 3 of 4 objects would be deleted, and protect.maxDeletions allows 20%.",
    );
    expect(text.split("protect.maxDeletions")).toHaveLength(2);
  });

  it("does not count `1 delete` beside `1 delete, held`, which would read as a misprint", () => {
    const gone = (name: string, action: "delete" | "held") =>
      deployment({ action, kind: "ConfigMap", name, fields: [] });
    const objects = [gone("a", "delete"), gone("b", "held")];
    const approval = { tree: "0".repeat(40), deletes: ["/ConfigMap/shop/b"], approvers: [] };
    const text = renderComment(planned([], { plans: [planOf(objects, { approval })] }));
    expect(text.split("\n")[0]).toBe("### trueup · **1 delete** · **1 held**");
  });

  it("names what is deleted, held or invalid once, and counts it in the table by the headline's words", () => {
    const deleted = deployment({ action: "delete", kind: "ConfigMap", name: "gone", fields: [], file: "gone.yaml" });
    const invalid = deployment({ action: "invalid", name: "bad", fields: [], reason: "field is immutable" });
    const text = renderComment(planned([deleted, invalid, ...held]));
    expect(text.split("\n")[0]).toBe("### trueup · **1 delete** · **3 held** · **1 invalid**");
    expect(text).toContain("| system | cluster | now | create | update | delete | held | invalid | unchanged |");
    expect(text).toContain("| `shop-production` | `prod-eu` | healthy | – | – | 1 | 3 | 1 | – |");
    expect(text.split("shop/gone")).toHaveLength(2);
    expect(text.split("shop/a`")).toHaveLength(2);
  });

  it("tells of each object beyond those that the alert has room for", () => {
    const many = Array.from({ length: 9 }, (_, index) =>
      deployment({ action: "delete", kind: "ConfigMap", name: `gone-${index}`, fields: [] }),
    );
    const text = renderComment(planned(many));
    for (const { name } of many) expect(text.split(`shop/${name}`)).toHaveLength(2);
  });

  it("says what merging does though the cluster refuses something: the rest, and a failed rollout", () => {
    const reason = "it is forbidden: no memory limit";
    const refused = deployment({ action: "invalid", fields: [], reason });
    const found: Finding = {
      file: "web.yaml",
      line: 1,
      column: 1,
      severity: "error",
      rule: "cluster",
      message: `refused by the cluster: ${reason}`,
      pointer: "",
    };
    const text = renderComment(planned([], { plans: [planOf([refused], { findings: [found] })] }));
    expect(text).toContain(
      "**Invalid:** `Deployment` `shop/web`. The cluster refuses it, as told below; merging applies the rest and fails.",
    );
    expect(text.split(reason)).toHaveLength(2);
  });

  it("puts the cluster's words in code, however plain they are, on a finding's line and in the alert", () => {
    const reason = "anybody can merge this";
    const object = deployment({ action: "invalid", fields: [], reason });
    expect(renderComment(planned([object]))).toContain(
      "> **Invalid:** `Deployment` `shop/web`. `anybody can merge this`",
    );
    const told = { file: "web.yaml", line: 1, column: 1, severity: "error", rule: "r", pointer: "" } as const;
    const findings: Finding[] = [`refused by the cluster: ${reason}`, `The cluster warns: ${reason}`].map((message) => {
      return { ...told, message };
    });
    const text = renderComment(planned([], { plans: [planOf([], { findings })] }));
    expect(text).toContain("| `web.yaml:1` | refused by the cluster: `anybody can merge this` |");
    expect(text).toContain("| `web.yaml:1` | The cluster warns: `anybody can merge this` |");
  });

  it("tells a refusal of the cluster on its line, and nowhere else again", () => {
    const refused = "field is immutable";
    const object = deployment({ action: "invalid", fields: [], reason: refused });
    const message = `refused by the cluster: ${refused}`;
    const finding = { file: "a.yaml", line: 1, column: 1, severity: "error", rule: "r", message, pointer: "" } as const;
    const text = renderComment(planned([object], { plans: [planOf([object], { findings: [finding] })] }));
    expect(text).toContain("**Invalid:** `Deployment` `shop/web`.");
    expect(text.split(refused)).toHaveLength(2);
  });
});

describe("what changes and may not be shown", () => {
  it("is said to change, in a table and in a text", () => {
    const long = `password = ********\n${"x = 1\n".repeat(30)}`;
    const fields = [
      { path: "spec.credentials", cause: "pull-request", before: "********", after: "********" },
      { path: "spec.replicas", cause: "already-live", before: 3, after: 3 },
      { path: "data[app.ini]", cause: "drift", before: long, after: long, manager: "unknown" },
    ] as const;
    const text = renderComment(planned([deployment({ fields: [...fields] })]));
    expect(text).toContain("| `spec.credentials` | `********` | changed | this pull request |");
    expect(text).toContain("\n\n`spec.credentials` · this pull request; what changes is masked.");
    expect(text).toContain("| `spec.replicas` | `3` | the same | already live |");
    expect(text).toContain("merging reverts it; what changes is masked\n\nNothing else of it changes.");
  });
});
