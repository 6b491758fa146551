import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { admissionScenarios } from "./harness/admission-scenarios.ts";
import { installAgentAccount } from "./harness/agent-account.ts";
import { agentScenarios } from "./harness/agent-scenarios.ts";
import { rolloutScenarios } from "./harness/rollout-scenarios.ts";
import { securedScenarios } from "./harness/secured-scenarios.ts";
import { keptBackScenarios } from "./harness/stuck-scenarios.ts";
import type { TestCluster } from "./harness/with-agent.ts";

let plane: ControlPlane;
let cluster: TestCluster;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "trueup-account-"));
  plane = await startControlPlane({ controllers: true });
  const custom = [
    "first.example",
    "learns.example",
    "fourth.example",
    "comes-later.example",
    "refused.example",
    "admission.example",
    "stuck.example",
    "versions.example",
    "filled.example",
    "heals.filled.example",
    "gains.filled.example",
    "versioned.example",
    "emptied.example",
    "alone.exact.example",
    "keys.exact.example",
  ];
  cluster = await installAgentAccount(plane, { custom, folder });
});
afterAll(async () => {
  await plane?.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const [title, play] of Object.entries({
  ...agentScenarios,
  ...admissionScenarios,
  ...securedScenarios,
  ...keptBackScenarios,
  ...rolloutScenarios,
})) {
  test.concurrent(`with the rights that are shipped: ${title}`, ({ expect }) => play(cluster, expect), 120_000);
}
