import { code } from "../../core/report/inert.ts";
import { timeTold } from "../../core/report/pauses.ts";
import type { Pause, PauseCommand } from "../../link/messages.ts";
import { addCommand } from "../../store/commands.ts";
import { forgetEndedPauses, forgetPause, pausesOf, recordPause } from "../../store/pauses.ts";
import { plansOf, plansOfSystem } from "../../store/plans.ts";
import { latestRolloutsOfBranch, rolloutsOfPullRequest } from "../../store/rollouts.ts";
import type { BotContext } from "../reconciler.ts";
import { answer, noteAnswer } from "./answer.ts";
import type { Asked, Deed } from "./asked.ts";

/** What is forgotten must not stay paused for good. */
const longestPauseMs = 7 * 24 * 3_600_000;

/**
 * Has the agents write nothing of this pull request's systems (of all that its base branch feeds, where it has none of its own)
 * until the time is over or somebody resumes. Pull requests that it holds say so.
 */
export async function pause(asked: Asked, lastsMs: number, reason: string | undefined): Promise<string | Deed> {
  const { context, comment } = asked;
  const until = new Date(context.now() + Math.min(lastsMs, longestPauseMs));
  const wanted: Pause = { until: until.toISOString(), by: comment.author, ...(reason === undefined ? {} : { reason }) };
  const cut = `A pause lasts 7 days at most, so this one ends ${timeTold(wanted.until)}. Write it again to go on then.`;
  return tellAgents(asked, wanted, ({ names, isSeen }) => {
    if (lastsMs > longestPauseMs) return cut;
    return isSeen ? undefined : `Nothing of ${names} is written until ${timeTold(wanted.until)}.`;
  });
}

export async function resume(asked: Asked): Promise<string | Deed> {
  const { context, client } = asked;
  const paused = new Set((await pausesOf(context.db, client.id, new Date(context.now()))).map((row) => row.system));
  return tellAgents(asked, undefined, ({ names, systems, isSeen }) => {
    if (!systems.some((system) => paused.has(system))) return `Nothing of ${names} was paused.`;
    return isSeen ? undefined : `${names} ${systems.length === 1 ? "goes" : "go"} on.`;
  });
}

interface PausedHere {
  /** Of the systems, inert. */
  names: string;
  systems: readonly string[];
  /** The comment that whoever asked reads tells the pauses itself. */
  isSeen: boolean;
}

/** What whoever asked does not see otherwise. */
type Told = (here: PausedHere) => string | undefined;

async function tellAgents(asked: Asked, wanted: Pause | undefined, toldOf: Told): Promise<string | Deed> {
  const { context, client, pullRequest, cause } = asked;
  const repositoryId = client.id;
  const systems = await systemsOf(asked);
  if (systems.length === 0) {
    await answer(asked, `Nothing was rolled out from ${code(pullRequest.base.ref)} yet.`);
    return "no such system";
  }
  const names = systems.map(({ system }) => system);
  const sentence = toldOf({
    names: names.map((name) => code(name)).join(", "),
    systems: names,
    isSeen: pullRequest.state === "open" && (await plansOf(context.db, repositoryId, pullRequest.number)).length > 0,
  });
  const carryOut = async (inside: BotContext) => {
    if (sentence !== undefined) await noteAnswer(asked, inside.db, sentence);
    for (const { system, cluster } of systems) {
      const id = `pause/${repositoryId}/${system}/${cause.replaceAll(":", "/")}`;
      const body: PauseCommand = { type: "pause", id, repositoryId, system, ...(wanted && { pause: wanted }) };
      await addCommand(inside.db, { id, cluster, repositoryId, system, body });
      if (wanted === undefined) await forgetPause(inside.db, repositoryId, system);
      else {
        const { until, by, reason = null } = wanted;
        await recordPause(inside.db, { repository_id: repositoryId, system, until: new Date(until), by, reason });
      }
    }
    // Whoever asked is to see it too, though nothing of theirs may be held.
    await wakePlansOf(inside, repositoryId, names, pullRequest.number);
    await wakeAtNextEnd(inside, repositoryId);
  };
  const told = names.join(", ");
  return { outcome: wanted === undefined ? `resumes ${told}` : `pauses ${told} until ${wanted.until}`, carryOut };
}

/** A pause is over: the pull requests of the systems that were paused look again, and the pauses are forgotten. */
export async function wakePaused(context: BotContext, repositoryId: number): Promise<void> {
  await context.inTransaction(async (inside) => {
    await wakePlansOf(inside, repositoryId, await forgetEndedPauses(inside.db, repositoryId, new Date(inside.now())));
    await wakeAtNextEnd(inside, repositoryId);
  });
}

/** Open pull requests that would change these systems; always in one order, or two transactions wait for one another. */
async function wakePlansOf(
  { db, wake }: BotContext,
  repositoryId: number,
  systems: readonly string[],
  askedOn?: number,
): Promise<void> {
  const numbers = new Set(askedOn === undefined ? [] : [askedOn]);
  for (const system of systems) {
    for (const { pull_request } of await plansOfSystem(db, repositoryId, system)) numbers.add(pull_request);
  }
  for (const number of [...numbers].sort((one, other) => one - other)) {
    await wake({ kind: "pull-request", repositoryId, number }, { turn: number === askedOn ? "asked" : "soon" });
  }
}

async function wakeAtNextEnd({ db, wake, now }: BotContext, repositoryId: number): Promise<void> {
  const ends = (await pausesOf(db, repositoryId, new Date(now()))).map(({ until }) => until.getTime());
  if (ends.length > 0) await wake({ kind: "paused", repositoryId }, { delayMs: Math.min(...ends) - now() + 1_000 });
}

async function systemsOf({ context, client, pullRequest }: Asked): Promise<{ system: string; cluster: string }[]> {
  const { db } = context;
  const own = [
    ...(await plansOf(db, client.id, pullRequest.number)),
    ...(await rolloutsOfPullRequest(db, client.id, pullRequest.number)),
  ];
  const found = own.length > 0 ? own : await latestRolloutsOfBranch(db, client.id, pullRequest.base.ref);
  const named = new Map(found.map(({ system, cluster }) => [system, { system, cluster }]));
  return [...named.values()].sort((one, other) => (one.system < other.system ? -1 : 1));
}
