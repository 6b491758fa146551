import type { Logger } from "pino";
import { touchesOf } from "../core/plan/overlap.ts";
import type { LinkStore } from "../link/bot-side.ts";
import type { AgentMessage, Command, PlanResult } from "../link/messages.ts";
import { recordHeard, recordHeartbeat } from "../store/agents.ts";
import { closeCommand, findCommand, openCommands } from "../store/commands.ts";
import type { Store } from "../store/open-store.ts";
import { recordPlanResult } from "../store/plans.ts";
import { storable } from "../store/storable.ts";
import { markPlanned } from "../store/told-deletions.ts";
import { recordTouches, whoMeets } from "../store/touches.ts";
import { takeDrift } from "./commands/ask-drift.ts";
import { isNews } from "./pull-request/ask-plans.ts";
import { wakeAll } from "./pull-request/overlaps.ts";
import type { BotContext, Reconcilers } from "./reconciler.ts";

export interface LinkStoreOptions {
  store: Pick<Store, "db" | "listen">;
  /** Taken on a transaction for every message. */
  contextOn(db: BotContext["db"], log: Logger): BotContext;
  onAgentMessage: Reconcilers["onAgentMessage"];
  log: Logger;
  now(): number;
}

/** Keeps commands for the agents and takes their messages: what a message changes is stored with it, all or nothing. */
export function createLinkStore({ store, contextOn, onAgentMessage, log, now }: LinkStoreOptions): LinkStore {
  return {
    async openCommands(cluster, after) {
      const { cursor, commands } = await openCommands(store.db, cluster, after);
      // Our own rows, written from typed commands; the hub's schema is checked by the agent.
      return { cursor, commands: commands as Command[] };
    },
    whenCommands: (cluster, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const done = () => {
          stopListening();
          signal.removeEventListener("abort", done);
          resolve();
        };
        const stopListening = store.listen((stored) => {
          if (stored.kind === "anything" || (stored.kind === "command" && stored.cluster === cluster)) done();
        });
        signal.addEventListener("abort", done);
      }),
    heard: (cluster, at) => recordHeard(store.db, cluster, at),
    async accept(cluster, id, message) {
      const messageLog = log.child({ cluster, message: message.type, id });
      messageLog.debug("an agent's message");
      await store.db.transaction().execute(async (transaction) => {
        await take(contextOn(transaction, messageLog), cluster, storable(message));
      });
    },
  };

  async function take(context: BotContext, cluster: string, message: AgentMessage): Promise<void> {
    if (message.type === "heartbeat") await recordHeartbeat(context.db, cluster, new Date(now()), message);
    if (message.type === "drift-answer") await takeDrift(context, cluster, message);
    if (message.type === "plan-result") await takePlan(context, cluster, message);
    await onAgentMessage(context, cluster, message);
  }
}

/** An answer counts when this cluster was asked, and when it still is the last question. */
async function takePlan(context: BotContext, cluster: string, result: PlanResult): Promise<void> {
  if ((await findCommand(context.db, result.id, cluster)) === undefined) {
    return context.log.warn("an answer to a plan that this cluster was not asked for, dropped");
  }
  const waiting = await recordPlanResult(context.db, result.id, result);
  await closeCommand(context.db, result.id);
  if (waiting === undefined) return;
  const { repository_id: repositoryId, pull_request: number, system } = waiting;
  if (result.plan !== undefined) await markPlanned(context.db, { repositoryId, pullRequest: number, system });
  const metBefore = await whoMeets(context.db, repositoryId, number);
  const touched = { repositoryId, pullRequest: number, system, cluster: waiting.cluster };
  const isNew = await recordTouches(context.db, touched, touchesOf(result.plan?.objects ?? []));
  const met = isNew ? [...metBefore, ...(await whoMeets(context.db, repositoryId, number))] : [];
  await wakeAll(context, repositoryId, met, isNews(waiting, result, context.now()) ? number : undefined);
}
