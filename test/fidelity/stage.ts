import { afterAll, beforeAll } from "vitest";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { type ClusterEyes, openEyes } from "./cluster-eyes.ts";
import { begin, type Desk, openDesk } from "./desk.ts";
import { readListSchema } from "./list-schema.ts";
import type { Thing } from "./values.ts";

/** What the tests of a file play on; there from the first test on. */
export interface Stage {
  desk: Desk;
  eyes: ClusterEyes;
}

/** A control plane of its own with everything synced, and eyes that share nothing with the product. @param rules of the system */
export function setStage(repositoryId: number, rules: string, all: readonly Thing[]): Stage {
  const stage = {} as Stage;
  let plane: ControlPlane | undefined;
  beforeAll(async () => {
    const started = await startControlPlane({ controllers: true });
    plane = started;
    stage.desk = await openDesk(started.kubeconfig, repositoryId, rules);
    await begin(stage.desk, all);
    stage.eyes = await openEyes(started, () => readListSchema(started));
  }, 240_000);
  afterAll(async () => {
    await stage.desk?.close();
    await plane?.stop();
  });
  return stage;
}
