import type { ObjectRef } from "../../core/manifest/kube-object.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { refusalsIn } from "../../core/report/refusals.ts";
import type { RolloutOfSystem, RolloutReport } from "../../core/report/report.ts";
import { silenceOf } from "../../core/report/silence.ts";
import { silentAfterMs } from "../../link/bot-side.ts";
import type { SyncedObject } from "../../link/messages.ts";
import type { RolloutRow } from "../../store/rollouts.ts";
import { detailOf, isRunning, stateOf } from "../branch/rollout-state.ts";
import { type Agents, notConfigured, silentFrom } from "./agents-of.ts";
import { asPlanned } from "./as-planned.ts";
import { howFar } from "./how-far.ts";
import type { WayBack } from "./ways-back.ts";

/**
 * How a merged pull request goes out.
 *
 * @param rollouts those that it is part of, oldest first; of each system the newest counts
 * @param plans what was planned for it, by system
 * @param now milliseconds since the epoch
 * @param waysBack of the systems that failed
 * @returns undefined before there is a rollout
 */
export function rolloutStory(
  rollouts: readonly RolloutRow[],
  plans: ReadonlyMap<string, Plan>,
  agents: Agents,
  now: number,
  waysBack: ReadonlyMap<string, WayBack> = new Map(),
): RolloutReport | undefined {
  const newest = new Map(rollouts.map((row) => [row.system, row]));
  const last = rollouts.at(-1);
  if (last === undefined) return undefined;
  const systems = [...newest.values()]
    .toSorted((a, b) => (a.system < b.system ? -1 : 1))
    .map((row) => ofSystem(row, plans.get(row.system), waitingFor(row, agents, now), waysBack.get(row.system)));
  return { stage: "rollout", systems, sha: last.sha, branch: last.branch };
}

/** Why nothing moves; undefined when there is no reason to think so. */
function waitingFor(row: RolloutRow, agents: Agents, now: number): string | undefined {
  if (!isRunning(row)) return undefined;
  if (!agents.configured.includes(row.cluster)) return notConfigured;
  const silent = now >= Math.max(silentFrom(agents, row.cluster), row.started_at.getTime() + silentAfterMs);
  return silent ? silenceOf(agents.lastHeard.get(row.cluster)) : undefined;
}

function ofSystem(
  row: RolloutRow,
  plan: Plan | undefined,
  stuck: string | undefined,
  back: WayBack | undefined,
): RolloutOfSystem {
  const { message, details, durationMs, objects, approval } = detailOf(row);
  const previousSha = row.previous_sha ?? back?.sha;
  const progress = stuck ?? detailOf(row).progress;
  const state = stateOf(row);
  const isOver = ["healthy", "failed", "held"].includes(state);
  const compared =
    plan !== undefined && objects !== undefined && isOver
      ? asPlanned(plan, objects, state !== "failed", row.pull_requests.length > 1)
      : undefined;
  const refusals = state === "failed" ? refusalsIn(objects ?? []) : [];
  const reached = state === "failed" ? howFar(plan, objects) : undefined;
  const held = state === "held" ? namesOf(objects, (one) => one.action === "held" && one.reason === message) : [];
  const untold = plan === undefined && isOver ? namesOf(objects, ({ action }) => action === "delete") : [];
  const stillHeld = objects?.filter(({ action }) => action === "held").length ?? 0;
  return {
    system: row.system,
    cluster: row.cluster,
    state,
    ...(progress === undefined ? {} : { progress }),
    ...(message === undefined ? {} : { message }),
    ...(details === undefined ? {} : { details }),
    ...(refusals.length === 0 ? {} : { refusals }),
    ...(reached === undefined ? {} : { reached }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(state === "healthy" && stillHeld > 0 ? { stillHeld } : {}),
    ...(held.length === 0 ? {} : { held }),
    ...(approval === undefined ? {} : { approvers: approval.approvers }),
    ...(compared === undefined ? {} : { asPlanned: compared }),
    ...(untold.length === 0 ? {} : { deletedUntold: untold }),
    ...(previousSha === undefined ? {} : { previousSha }),
    ...(back?.failed === undefined ? {} : { previousFailed: back.failed }),
  };
}

function namesOf(objects: readonly SyncedObject[] = [], isOne: (object: SyncedObject) => boolean): ObjectRef[] {
  return objects
    .filter(isOne)
    .map(({ apiVersion, kind, namespace, name }) => ({ apiVersion, kind, ...(namespace && { namespace }), name }));
}
