import type { SyncCommand } from "../../link/messages.ts";
import { approvalsFor } from "../../store/approvals.ts";
import { recordAudit } from "../../store/audit.ts";
import { addCommand, closeCommand } from "../../store/commands.ts";
import { finalisePlans } from "../../store/plans.ts";
import { addRollout, type RolloutRow, rolloutsOfSystem, updateRollout } from "../../store/rollouts.ts";
import type { Database } from "../../store/schema.ts";
import { storable } from "../../store/storable.ts";
import { toldDeletionsOf } from "../../store/told-deletions.ts";
import { whoMeets } from "../../store/touches.ts";
import { wakeAll } from "../pull-request/overlaps.ts";
import type { BotContext } from "../reconciler.ts";
import { detailOf, isRunning, type RolloutDetail, type RolloutState } from "./rollout-state.ts";

/** A commit that a system is to be brought to. */
export interface NewRollout {
  repositoryId: number;
  branch: string;
  system: string;
  cluster: string;
  sha: string;
  /** Merged pull requests that it brings. */
  pullRequests: number[];
  /** The rollout before; undefined for a system's first. */
  previous: RolloutRow | undefined;
  /** Why it cannot be deployed; nothing is asked of the agent then. */
  refused?: { message: string; details: string[] };
}

/**
 * Stores a rollout and its `sync` command, both or neither, and ends the one before if it still runs: the new one takes over its
 * pull requests, so that each of them hears how the story ends.
 */
export async function startRollout(context: BotContext, rollout: NewRollout): Promise<void> {
  const { repositoryId, branch, system, cluster, sha, previous, refused } = rollout;
  const running = previous !== undefined && isRunning(previous);
  const pullRequests = [...new Set([...(running ? previous.pull_requests : []), ...rollout.pullRequests])];
  const now = new Date(context.now());
  const state: RolloutState = refused === undefined ? "waiting" : "failed";
  const detail: RolloutDetail = storable(refused ?? {});
  const values = {
    cluster,
    branch,
    deployment_state: null,
    previous_sha: (running ? previous.previous_sha : previous?.sha) ?? null,
    pull_requests: JSON.stringify(pullRequests),
    state,
    detail: JSON.stringify(detail),
    started_at: now,
    finished_at: refused === undefined ? null : now,
  };
  await context.inTransaction(async (inside) => {
    const { db } = inside;
    const met: number[] = [];
    for (const number of pullRequests) {
      met.push(...(await whoMeets(db, repositoryId, number)));
      await finalisePlans(db, repositoryId, number);
    }
    if (running) await supersede(db, previous, now);
    const id = { repository_id: repositoryId, system, sha };
    const row = await addRollout(db, { ...id, ...values, command_id: null, deployment_id: null });
    // A branch that was forced back to a commit of old: its rollout begins anew.
    const begun = row.started_at.getTime() !== now.getTime();
    if (begun) await updateRollout(db, id, values);
    if (refused === undefined) await sendSync(db, row, `start/${previous?.sha ?? ""}/${begun ? now.getTime() : ""}`);
    const bringing = pullRequests.length === 0 ? "" : ` with ${pullRequests.map((number) => `#${number}`).join(", ")}`;
    await recordAudit(db, {
      key: `rollout:${repositoryId}:${system}:${sha}:${begun ? now.getTime() : "first"}`,
      who: "trueup",
      what: `${refused === undefined ? "rolls out" : "refuses"} ${sha.slice(0, 7)} to ${system} on ${cluster}${bringing}${refused === undefined ? "" : `: ${refused.message}`}`,
      repositoryId,
      system,
      sha,
    });
    await wakeAll(inside, repositoryId, met);
  });
}

/** Asks the agent for a rollout's commit once more. @param cause names the reason, so that the same one asks once */
export async function restartRollout(db: Database, row: RolloutRow, cause: string, now: Date): Promise<void> {
  if (row.command_id === syncId(row, cause)) return;
  const { isCounted } = detailOf(row);
  const detail: RolloutDetail = isCounted === true ? { isCounted } : {};
  await updateRollout(db, row, {
    state: "waiting",
    detail: JSON.stringify(detail),
    deployment_state: null,
    finished_at: null,
    started_at: now,
  });
  await sendSync(db, row, cause);
}

async function sendSync(db: Database, row: RolloutRow, cause: string): Promise<void> {
  const { repository_id: repositoryId, system, sha, cluster } = row;
  if (row.command_id !== null) await closeCommand(db, row.command_id);
  const id = syncId(row, cause);
  await updateRollout(db, row, { command_id: id });
  const approvals = await approvalsFor(db, { repositoryId, system }, row.pull_requests, sha);
  const planned = await toldDeletions(db, row);
  const body: SyncCommand = {
    type: "sync",
    id,
    repositoryId,
    system,
    sha,
    ...(approvals.length > 0 && { approvals }),
    ...(planned && { planned }),
  };
  await addCommand(db, { id, cluster, repositoryId, system, body });
}

/**
 * What the plans told to be deleted by the pull requests that the rollout brings, and by those of earlier ones that did not go through.
 *
 * Whoever merged one before it had a plan was told of nothing.
 *
 * @returns undefined when it brings none; and of a system's first rollout when no plan of it is known: its pull requests may have been
 *   merged before there was a bot, or a store, that could know
 */
async function toldDeletions(db: Database, row: RolloutRow): Promise<string[] | undefined> {
  const { repository_id: repositoryId, system } = row;
  const rollouts = await rolloutsOfSystem(db, repositoryId, system);
  const earlier = rollouts.slice(rollouts.findIndex(({ sha }) => sha === row.sha) + 1);
  const last = earlier.findIndex(({ state }) => state === "healthy" || state === "held");
  const undone = (last < 0 ? earlier : earlier.slice(0, last)).flatMap((one) => one.pull_requests);
  // It takes over those of a rollout that it supersedes.
  const brought = row.pull_requests.filter((number) => !undone.includes(number));
  if (brought.length === 0) return undefined;
  const told = await toldDeletionsOf(db, repositoryId, system, [...new Set([...brought, ...undone])]);
  if (row.previous_sha === null && !brought.some((number) => told.has(number))) return undefined;
  return [...new Set([...told.values()].flat())].sort();
}

/** Ids stay within the letters that the link allows; a system's name does. */
function syncId({ repository_id, system, sha }: RolloutRow, cause: string): string {
  return `sync/${repository_id}/${system}/${sha}/${cause}`;
}

async function supersede(db: Database, row: RolloutRow, now: Date): Promise<void> {
  const state: RolloutState = "superseded";
  await updateRollout(db, row, { state, deployment_state: null, finished_at: now });
  if (row.command_id !== null) await closeCommand(db, row.command_id);
}
