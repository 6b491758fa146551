import { contestedScenarios } from "./contested-scenarios.ts";
import { customDefaultScenarios } from "./custom-default-scenarios.ts";
import { deletionScenarios } from "./deletion-scenarios.ts";
import { driftScenarios } from "./drift-scenarios.ts";
import { emptiedScenarios } from "./emptied-scenarios.ts";
import { exactScenarios } from "./exact-scenarios.ts";
import { guardScenarios } from "./guard-scenarios.ts";
import { mainPathScenarios } from "./main-path-scenarios.ts";
import { mergedDriftScenarios } from "./merged-drift-scenarios.ts";
import { movingScenarios } from "./moving-scenarios.ts";
import { othersScenarios } from "./others-scenarios.ts";
import { policyScenarios } from "./policy-scenarios.ts";
import { promiseScenarios } from "./promise-scenarios.ts";
import { refusalScenarios } from "./refusal-scenarios.ts";
import { stuckScenarios } from "./stuck-scenarios.ts";
import { unfinishedScenarios } from "./unfinished-scenarios.ts";
import { versionScenarios } from "./version-scenarios.ts";
import type { Scenarios } from "./with-agent.ts";

export const agentScenarios: Scenarios = {
  ...mainPathScenarios,
  ...policyScenarios,
  ...guardScenarios,
  ...deletionScenarios,
  ...driftScenarios,
  ...customDefaultScenarios,
  ...contestedScenarios,
  ...mergedDriftScenarios,
  ...emptiedScenarios,
  ...exactScenarios,
  ...othersScenarios,
  ...movingScenarios,
  ...refusalScenarios,
  ...promiseScenarios,
  ...stuckScenarios,
  ...unfinishedScenarios,
  ...versionScenarios,
};
