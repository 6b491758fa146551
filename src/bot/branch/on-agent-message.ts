import type {
  AgentMessage,
  Command,
  DriftReport,
  PlanResult,
  SyncedObject,
  SyncProgress,
  SyncResult,
} from "../../link/messages.ts";
import { recordAudit } from "../../store/audit.ts";
import { closeCommand, findCommand } from "../../store/commands.ts";
import { plansOf, plansOfCluster, plansOfSystem, silentPlansOf } from "../../store/plans.ts";
import { findRollout, type RolloutRow, updateRollout } from "../../store/rollouts.ts";
import { compareWithPlan } from "../pull-request/as-planned.ts";
import { askAllAgain } from "../pull-request/ask-again.ts";
import type { BotContext } from "../reconciler.ts";
import { describeDrift } from "./describe-drift.ts";
import { detailOf, isRunning, type RolloutDetail, type RolloutState } from "./rollout-state.ts";

/** An agent reports steps many times a second; a comment is edited at most so often for them. */
const progressToldAfterMs = 3_000;

/**
 * Takes what an agent says about syncs and drift into the store, and wakes the branch and the pull requests that it concerns.
 * Inside a transaction; the same message again changes nothing. An agent speaks for the systems of its own cluster only.
 */
export async function onAgentMessage(context: BotContext, cluster: string, message: AgentMessage): Promise<void> {
  switch (message.type) {
    case "sync-progress":
      return onProgress(context, cluster, message);
    case "sync-result":
      return onResult(context, cluster, message);
    case "drift":
      return onDrift(context, cluster, message);
    case "plan-stale":
      return askAllAgain(context, cluster, await plansOfCluster(context.db, cluster, message.id));
    case "heartbeat":
      // It was silent and is back: nobody knows what it has missed meanwhile.
      return askAllAgain(context, cluster, await silentPlansOf(context.db, cluster));
    case "pause-result":
      return closeCommand(context.db, message.id);
    case "plan-result":
    case "drift-answer":
      return;
  }
}

async function onProgress(context: BotContext, cluster: string, message: SyncProgress): Promise<void> {
  const row = await rolloutOf(context, cluster, message);
  if (row === undefined || !isRunning(row)) return;
  const state: RolloutState = "deploying";
  const detail: RolloutDetail = { ...detailOf(row), progress: message.message };
  const begins = row.state !== state;
  const change = { state, detail: JSON.stringify(detail), ...(begins ? { deployment_state: null } : {}) };
  await updateRollout(context.db, row, change);
  if (begins) await wakeBranch(context, row);
  await wakePullRequests(context, row, begins ? 0 : progressToldAfterMs);
}

const states: Record<SyncResult["outcome"], RolloutState> = {
  healthy: "healthy",
  failed: "failed",
  held: "held",
  superseded: "superseded",
};

async function onResult(context: BotContext, cluster: string, message: SyncResult): Promise<void> {
  const { outcome, durationMs, objects, error, details, approval, repositoryId, system, sha } = message;
  if (message.id !== undefined) await closeCommand(context.db, message.id);
  const row = await rolloutOf(context, cluster, message);
  if (row === undefined) return;
  // An agent goes on trying by itself, so that what had failed may come right; what went well stays told.
  const recovers = outcome === "healthy" && (row.state === "failed" || row.state === "held");
  if (!isRunning(row) && !recovers) return;
  if (message.id === undefined && outcome === "held" && (await awaitsApproved(context, row))) return;
  const cause = message.message ?? error?.message;
  // What failed is tried again, and counted when it is done.
  const isDone = outcome === "healthy" || outcome === "held";
  const { isCounted } = detailOf(row);
  if (isDone && isCounted !== true) await countObjects(context, row, objects);
  const found = error?.findings?.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  const told = details ?? found;
  const detail: RolloutDetail = {
    durationMs,
    objects,
    ...(cause === undefined ? {} : { message: cause }),
    ...(told === undefined ? {} : { details: told }),
    ...(approval === undefined ? {} : { approval }),
    ...(isDone || isCounted === true ? { isCounted: true } : {}),
  };
  const state = states[outcome];
  const now = new Date(context.now());
  await updateRollout(context.db, row, {
    state,
    detail: JSON.stringify(detail),
    deployment_state: null,
    finished_at: now,
  });
  if (row.command_id !== null) await closeCommand(context.db, row.command_id);
  await recordAudit(context.db, {
    key: `result:${repositoryId}:${system}:${sha}:${row.started_at.getTime()}:${outcome}`,
    who: `agent:${cluster}`,
    what: `${system} at ${sha.slice(0, 7)} is ${outcome}${cause === undefined ? "" : `: ${cause}`}`,
    repositoryId,
    system,
    sha,
  });
  // What has failed is told in every plan of the system.
  await planAgain(context, cluster, message, outcome === "failed" ? () => true : readsLive);
  await wakeBranch(context, row);
  await wakePullRequests(context, row);
}

async function countObjects(context: BotContext, row: RolloutRow, objects: readonly SyncedObject[]): Promise<void> {
  const together = row.pull_requests.length > 1;
  for (const number of row.pull_requests) {
    const plans = await plansOf(context.db, row.repository_id, number);
    const result = plans.find(({ system }) => system === row.system)?.result as PlanResult | null | undefined;
    if (!result?.plan) continue;
    for (const { fidelity } of compareWithPlan(result.plan, objects, true, together)) context.compared(fidelity);
  }
}

/** Whether the agent has yet to hear of approvals: what it holds by itself until then is no news, and no answer. */
async function awaitsApproved({ db }: BotContext, { command_id, cluster }: RolloutRow): Promise<boolean> {
  const open = command_id === null ? undefined : await findCommand(db, command_id, cluster);
  return (
    open !== undefined &&
    open.answered_at === null &&
    (open.body as Command & { approvals?: unknown }).approvals !== undefined
  );
}

async function onDrift(context: BotContext, cluster: string, message: DriftReport): Promise<void> {
  const { id, repositoryId, system, outcome } = message;
  await recordAudit(context.db, {
    key: `drift:${cluster}:${id}:${outcome}`,
    who: `agent:${cluster}`,
    what: describeDrift(message),
    repositoryId,
    system,
  });
  // What was healed is as it was planned, unless the plan was made while it had drifted.
  await planAgain(context, cluster, message, outcome === "healed" ? readsLive : () => true);
}

/** Asks again for the open plans of a system whose live state has moved. */
async function planAgain(
  context: BotContext,
  cluster: string,
  { repositoryId, system }: { repositoryId: number; system: string },
  concerned: (result: PlanResult) => boolean,
): Promise<void> {
  const rows = (await plansOfSystem(context.db, repositoryId, system)).filter((row) => {
    const result = row.result as PlanResult | null;
    return row.cluster === cluster && result !== null && concerned(result);
  });
  await askAllAgain(context, cluster, rows);
}

/** Did the plan come out as it did because of what was live besides Git's last word? Or did it not come out at all? */
function readsLive({ plan }: PlanResult): boolean {
  if (plan === undefined) return true;
  const moved = plan.objects.some(({ fields }) => fields.some(({ cause }) => cause !== "pull-request"));
  return plan.drifted > 0 || plan.health !== "Current" || moved;
}

/** The rollout that a message is about. One for an earlier attempt at the same commit tells nothing any more. */
async function rolloutOf(
  { db }: BotContext,
  cluster: string,
  { id, repositoryId, system, sha }: SyncProgress | SyncResult,
): Promise<RolloutRow | undefined> {
  const row = await findRollout(db, repositoryId, system, sha);
  if (row === undefined || row.cluster !== cluster) return undefined;
  return id === undefined || id === row.command_id ? row : undefined;
}

async function wakeBranch({ wake }: BotContext, { repository_id, branch }: RolloutRow): Promise<void> {
  await wake({ kind: "branch", repositoryId: repository_id, branch }, { turn: "first" });
}

/** Always in the same order, as whoever wakes several. */
async function wakePullRequests({ wake }: BotContext, row: RolloutRow, delayMs = 0): Promise<void> {
  for (const number of row.pull_requests.toSorted((one, other) => one - other)) {
    await wake({ kind: "pull-request", repositoryId: row.repository_id, number }, { delayMs, turn: "first" });
  }
}
