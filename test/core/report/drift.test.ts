import { describe, expect, test } from "vitest";
import type { FieldChange } from "../../../src/core/plan/plan.ts";
import { renderComment } from "../../../src/core/report/comment.ts";
import { renderDrift } from "../../../src/core/report/drift.ts";
import { deployment, planned, planOf } from "./planned.ts";

const replicas = { path: "spec.replicas", cause: "drift", before: 9, after: 3, manager: "kubectl-scale" } as const;
const drifted = (name: string, ...fields: FieldChange[]) => deployment({ name, drifted: true, fields });

describe("the answer to `/trueup diff`", () => {
  const answerWhere = (...healed: string[]) =>
    renderDrift({
      plans: [planOf([drifted("web", replicas)])],
      healed: new Set(healed),
      unknown: [],
      branch: "main",
    });

  test("speaks of no merge, where nothing is merged, but of what puts back what has drifted", () => {
    const answer = answerWhere("shop-production");
    expect(answer).toContain("| field | now | in Git | why |");
    expect(answer).toContain("**drift**: `kubectl-scale` set it, time unknown; the next heal reverts it.");
    expect(answer).not.toContain("merging");
  });

  test("names what the cluster refuses as not as in Git, though it has not drifted", () => {
    const reason = "spec.replicas: must be at most 5";
    const refused = deployment({ name: "web", action: "invalid", reason });
    const answer = renderDrift({ plans: [planOf([refused])], healed: new Set(), unknown: [], branch: "main" });
    expect(answer).toContain("### trueup · 1 object not as in Git");
    expect(answer).toContain(reason);
  });

  test.each([
    [[], "whether something has drifted is not known"],
    [[planOf([])], "nothing has drifted, as far as is known"],
  ])("does not say that nothing has drifted where that is not known of every system", (plans, headline) => {
    const unknown = [{ system: "demo", why: "no tracked branch describes it" }];
    const answer = renderDrift({ plans, healed: new Set(), unknown, branch: "main" });
    expect(answer).toContain(`### trueup · ${headline}\n`);
  });

  test("promises nothing where nobody heals", () => {
    const answer = answerWhere();
    expect(answer).toContain("**drift**: `kubectl-scale` set it, time unknown.");
    expect(answer).not.toMatch(/merging|heal reverts/);
  });
});

describe("replicas that an autoscaler sets", () => {
  const hint = "leaves them to it.";
  const scaled = { ...replicas, manager: "kube-controller-manager" };

  test("come with the rule that leaves them alone, once for all of them, in a plan and in what has drifted", () => {
    const objects = [drifted("web", scaled), drifted("api", scaled)];
    const texts = [
      renderComment(planned(objects)),
      renderDrift({ plans: [planOf(objects)], healed: new Set(), unknown: [], branch: "main" }),
    ];
    for (const text of texts) {
      expect(text).toContain(
        "`kube-controller-manager` sets the replicas of `Deployment` `shop/web` and 1 more, as a HorizontalPodAutoscaler does: `ignore: [{kind: Deployment, paths: [/spec/replicas]}]` in `.trueup.yaml` leaves them to it.",
      );
      expect(text.split(hint)).toHaveLength(2);
    }
  });

  test("are told apart from those that a person sets", () => {
    expect(renderComment(planned([drifted("web", replicas)]))).not.toContain(hint);
  });
});
