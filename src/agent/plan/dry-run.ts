import type { KubeObject, ObjectRef } from "../../core/manifest/kube-object.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { applyOver } from "../cluster/apply-over.ts";

export interface DryRuns {
  live: KubeObject;
  /** What the server would make of applying each. */
  results: KubeObject[];
}

/** A busy object changes between any two requests; then the last answer has to do. */
const mostAttempts = 5;

/**
 * An object as it is and what applying would make of it, all of one version: a write in between would else look like a
 * change of ours. A dry run answers with the version that it started from.
 *
 * @param before what Git said of it when it was applied last; undefined when nobody knows
 * @returns undefined when the object is not there
 * @throws the first refusal
 */
export async function dryRuns(
  cluster: { kube: KubeClient; schemas: SchemaPlaces },
  ref: ObjectRef,
  objects: (live: KubeObject) => readonly KubeObject[] | Promise<readonly KubeObject[]>,
  before: KubeObject | undefined,
): Promise<DryRuns | undefined> {
  const runs = await settledRuns(cluster.kube, ref, async (live) => {
    const wanted = await objects(live);
    return wanted.map((one) => () => applyOver(cluster, one, { live, before }, { dryRun: true, force: true }));
  });
  if (runs === undefined) return undefined;
  const results = runs.results.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
  return { live: runs.live, results };
}

/** Likewise of any dry runs; each refusal stands alone. */
export async function settledRuns(
  kube: KubeClient,
  ref: ObjectRef,
  runsOn: (live: KubeObject) => Promise<readonly (() => Promise<KubeObject>)[]>,
): Promise<{ live: KubeObject; results: PromiseSettledResult<KubeObject>[] } | undefined> {
  for (let attempt = 1; ; attempt++) {
    const live = await kube.get(ref);
    if (live === undefined) return undefined;
    const runs = await runsOn(live);
    const results = await Promise.allSettled(runs.map((run) => run()));
    const isMoved = results.some((one) => one.status === "fulfilled" && !isOfVersion(one.value, live));
    if (attempt >= mostAttempts || !isMoved) return { live, results };
  }
}

export function isOfVersion(one: KubeObject, other: KubeObject): boolean {
  return one.metadata.resourceVersion === other.metadata.resourceVersion;
}
