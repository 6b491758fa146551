import { afterAll, beforeAll, test } from "vitest";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { agentScenarios } from "./harness/agent-scenarios.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ controllers: true });
});
afterAll(async () => {
  await plane?.stop();
});

for (const [title, play] of Object.entries(agentScenarios)) {
  test.concurrent(title, ({ expect }) => play(plane.kubeconfig, expect), 120_000);
}
