import { mainPathScenarios } from "./main-path-scenarios.ts";
import { policyScenarios } from "./policy-scenarios.ts";
import { promiseScenarios } from "./promise-scenarios.ts";
import { refusalScenarios } from "./refusal-scenarios.ts";
import type { Scenarios } from "./with-agent.ts";

export const agentScenarios: Scenarios = {
  ...mainPathScenarios,
  ...policyScenarios,
  ...promiseScenarios,
  ...refusalScenarios,
};
