import { afterAll, beforeAll, test } from "vitest";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";
import { planScenarios } from "./plan-scenarios.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ controllers: true });
});
afterAll(() => plane?.stop());

for (const [title, play] of Object.entries(planScenarios)) {
  test(`on a real control plane: ${title}`, ({ expect }) => play(plane.kubeconfig, expect), 120_000);
}
