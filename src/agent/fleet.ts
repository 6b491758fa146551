import { setTimeout as sleep } from "node:timers/promises";
import type { Adoptable } from "../core/adopt/adoptable-changes.ts";
import { awaitsCluster } from "../core/plan/awaits-cluster.ts";
import type {
  AgentMessage,
  AskDrift,
  Command,
  DriftAnswer,
  PauseCommand,
  PauseResult,
  PlanCommand,
  PlanResult,
  SyncCommand,
  SystemState,
} from "../link/messages.ts";
import { createRenderCache, type RenderCache } from "../render/render-cache.ts";
import type { AgentConfig } from "./agent-config.ts";
import type { AgentContext } from "./agent-context.ts";
import { watchParents } from "./cluster/parent-watch.ts";
import { planDrift, planPullRequest } from "./plan/plan-pull-request.ts";
import { createPlanRetry } from "./plan/plan-retry.ts";
import { createPlanWatch } from "./plan/plan-watch.ts";
import { errorOf } from "./refused.ts";
import { openRepository, type Repository } from "./repository.ts";
import { createSystemController, type Peers, type SystemController } from "./system/system-controller.ts";

/** How long a cluster may take to list what a plan has to know. */
const planPatienceMs = 60_000;

/** All systems of one agent's repositories. */
export interface Fleet {
  /** Takes a command of the bot's; it is answered by a message. The same id again is the same command. */
  command(command: Command): void;
  states(): SystemState[];
  stop(): Promise<void>;
}

/** Opens the repositories and follows their tracked branches, whether or not a bot says that they moved. */
export async function openFleet(context: AgentContext, config: AgentConfig): Promise<Fleet> {
  const { log } = context;
  const repositories = new Map<number, Repository>();
  for (const one of config.repositories) {
    repositories.set(one.id, await openRepository(one, config.cluster, config.dataDir));
  }
  const controllers = new Map<string, SystemController>();
  const stopping = new AbortController();
  const atWork = new Map<string, Promise<void>>();
  const planCaches = new Map<string, RenderCache>();
  const stale = (id: string) => context.send({ type: "plan-stale", id });
  const planWatch = createPlanWatch(context, stale, (applySet, key) => {
    const controller = [...controllers.values()].find((one) => one.applySet === applySet);
    return controller?.isPaused() === true && !controller.isAsApplied(key, false);
  });
  const planRetry = createPlanRetry(stale);

  function controllerOf(repository: Repository, system: string): SystemController {
    const name = `${repository.id}/${system}`;
    const known = controllers.get(name);
    if (known !== undefined) return known;
    const peers: Peers = {
      named: (other) => controllerOf(repository, other),
      owning: (applySet) => controllersOf(repository).find((one) => one.applySet === applySet),
    };
    const guardsMoved = () => planWatch.guardsMoved(made.applySet);
    const made: SystemController = createSystemController(context, repository, system, peers, { guardsMoved });
    controllers.set(name, made);
    return made;
  }

  const controllersOf = (repository: Repository): SystemController[] =>
    [...controllers].filter(([name]) => name.startsWith(`${repository.id}/`)).map(([, controller]) => controller);

  /** Lets go of systems that Git no longer has here. What they made stays: a file that lost some lines deletes nothing. */
  async function letGo(repository: Repository, before: ReadonlySet<string>, after: ReadonlySet<string>): Promise<void> {
    for (const name of before) {
      if (after.has(name)) continue;
      const controller = controllers.get(name);
      controllers.delete(name);
      await controller?.stop("no tracked branch describes the system any more");
      log.warn(
        { repository: repository.id, system: name.slice(name.indexOf("/") + 1) },
        "the system is no longer described; its objects stay in the cluster and are no longer kept true",
      );
    }
  }

  async function follow(repository: Repository): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        const kept = controllersOf(repository).filter((one) => one.target() !== undefined);
        const before = new Set(kept.map(({ system }) => `${repository.id}/${system}`));
        const { systems, broken } = await repository.look();
        for (const { branch, findings } of broken) {
          log.warn(
            { repository: repository.id, branch, finding: findings[0]?.message },
            "no system is known of this branch",
          );
        }
        // What a broken file wants is not known, so nothing is let go for it.
        if (broken.length === 0) {
          await letGo(repository, before, new Set(systems.map(({ config }) => `${repository.id}/${config.name}`)));
        }
        for (const { config: system, tip } of systems) {
          const controller = controllerOf(repository, system.name);
          if (controller.target() !== tip) controller.request({ sha: tip });
        }
        failures = 0;
      } catch (thrown) {
        failures++;
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        log.warn({ repository: repository.id, reason }, "the repository cannot be read, trying again");
      }
      const wait = failures === 0 ? config.pollMs : Math.min(500 * 2 ** failures, Math.max(config.pollMs, 500));
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  const parents = await watchParents(context, (name) => {
    for (const [system, controller] of controllers) {
      if (controller.parent !== name) continue;
      controller
        .restoreInventory()
        .catch((err) => log.warn({ system, err }, "its inventory is written at the next sync"));
    }
  });
  const following = [...repositories.values()].map(follow);

  function sync(command: SyncCommand): void {
    const { type: _, repositoryId, system, ...request } = command;
    const { id, sha } = request;
    const repository = repositories.get(repositoryId);
    if (repository !== undefined) {
      controllerOf(repository, system).request(request);
      return;
    }
    const at = new Date().toISOString();
    const error = notOurs(repositoryId);
    const { message } = error;
    context.send({
      type: "sync-result",
      id,
      repositoryId,
      system,
      sha,
      at,
      outcome: "failed",
      durationMs: 0,
      objects: [],
      message,
      error,
    });
  }

  /** Answers a command, or says why it cannot. An agent that stops leaves it unanswered: it comes again to the one that starts next. */
  async function answered<Answer extends AgentMessage>(
    { repositoryId }: { repositoryId: number },
    answer: Omit<Answer, "error">,
    work: (repository: Repository) => Promise<object>,
  ): Promise<void> {
    const send = (more: object) => context.send({ ...answer, ...more } as Answer);
    const repository = repositories.get(repositoryId);
    if (repository === undefined) return send({ error: notOurs(repositoryId) });
    try {
      send(await work(repository));
    } catch (thrown) {
      if (stopping.signal.aborted) return;
      const error = errorOf(thrown);
      if (error.kind === "fault")
        log.error({ ...(answer as object), err: thrown }, "a command could not be carried out");
      send({ error });
    }
  }

  /** What the plans of one system are made with. */
  function planTools(repository: Repository, system: string) {
    const name = `${repository.id}/${system}`;
    const cache = planCaches.get(name) ?? createRenderCache();
    planCaches.set(name, cache);
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(planPatienceMs)]);
    return { context, repository, controller: controllers.get(name), signal, cache };
  }

  function plan(command: PlanCommand): Promise<void> {
    const { id, repositoryId, system } = command;
    return answered<PlanResult>(command, { type: "plan-result", id, repositoryId, system }, async (repository) => {
      const subject = `${repositoryId}/${system}/${command.pullRequest}`;
      const watched = planWatch.begin(id, subject);
      const answer = (isRefused: boolean) => {
        if (!stopping.signal.aborted) planRetry.answered(id, `${subject}/${command.headSha}`, isRefused);
      };
      try {
        const plan = await planPullRequest({ ...planTools(repository, system), command, watched });
        answer(awaitsCluster(plan));
        return { plan };
      } catch (thrown) {
        watched.drop();
        answer(true);
        throw thrown;
      }
    });
  }

  function drift(command: AskDrift): Promise<void> {
    const { id, repositoryId, system } = command;
    return answered<DriftAnswer>(command, { type: "drift-answer", id, repositoryId, system }, async (repository) => {
      const all: Adoptable[] = [];
      const tools = planTools(repository, system);
      const plan = await planDrift({ ...tools, command }, all);
      const heals = tools.controller?.enacted()?.config.heal === true;
      return {
        plan,
        heals,
        adoptable: all.filter(({ changes, added, left }) => changes.length + added.length + left > 0),
      };
    });
  }

  function pause({ id, repositoryId, system, pause: until }: PauseCommand): Promise<void> {
    const answer = { type: "pause-result", id, repositoryId, system } as const;
    return answered<PauseResult>({ repositoryId }, answer, async (repository) => {
      await controllerOf(repository, system).pause(until);
      return {};
    });
  }

  function work(command: Exclude<Command, SyncCommand>): Promise<void> {
    switch (command.type) {
      case "plan":
        return plan(command);
      case "ask-drift":
        return drift(command);
      case "pause":
        return pause(command);
    }
  }

  return {
    command(command) {
      if (command.type === "sync") return sync(command);
      // A command that is repeated while it is worked on is answered once.
      if (atWork.has(command.id)) return;
      atWork.set(
        command.id,
        work(command).finally(() => atWork.delete(command.id)),
      );
    },
    states: () => [...controllers.values()].map((one) => one.state()),
    async stop() {
      stopping.abort();
      planRetry.close();
      await Promise.all([parents.stop(), planWatch.close()]);
      await Promise.all(following);
      await Promise.all([...controllers.values()].map((one) => one.stop()));
      await Promise.all(atWork.values());
    },
  };
}

function notOurs(repositoryId: number) {
  return { kind: "user" as const, message: `this agent's configuration does not name the repository ${repositoryId}` };
}
