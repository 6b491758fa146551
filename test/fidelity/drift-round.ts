import type { Plan } from "../../src/core/plan/plan.ts";
import { keyOf } from "./cluster-eyes.ts";
import { type Desk, fileOf } from "./desk.ts";
import type { Drifted } from "./drifted.ts";
import { namespace } from "./subjects.ts";
import type { Thing } from "./values.ts";

/** One object more, which has to do with nothing. */
export function note(round: number): [string, Thing] {
  const metadata = { name: `note-${round}`, namespace };
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { round: String(round) } };
  return [keyOf(object), object];
}

/** An autoscaler may act at any time. */
export const isAutoscaled = (all: readonly Thing[], { kind, metadata: { name } }: Thing): boolean =>
  all.some(({ kind: by, spec }) => {
    const target =
      by === "HorizontalPodAutoscaler" && (spec as { scaleTargetRef: Thing & { name: string } }).scaleTargetRef;
    return target && target.kind === kind && target.name === name;
  });

export const editsOf = (batch: ReadonlyMap<string, Drifted>): [string, Thing][] =>
  [...batch].flatMap(([key, { merge }]) => (merge === undefined ? [] : [[key, merge] as [string, Thing]]));

/** The plan of a round; what cannot be merged anywhere is taken out of the pull request. */
export async function plannedOfRound(
  desk: Desk,
  changes: Map<string, Thing>,
  batch: Map<string, Drifted>,
): Promise<Plan> {
  for (;;) {
    const answer = await desk.plan(changes);
    if ("plan" in answer) return answer.plan;
    const files = answer.error.findings?.filter(({ severity }) => severity === "error").map(({ file }) => file) ?? [];
    const bad = [...batch].filter(([key, { merge }]) => merge !== undefined && files.includes(fileOf(key)));
    if (bad.length === 0) throw new Error(`${answer.error.message} ${JSON.stringify(answer.error.findings)}`);
    for (const [key, one] of bad) {
      changes.delete(key);
      batch.set(key, { ...one, merge: undefined, merged: undefined });
    }
  }
}
