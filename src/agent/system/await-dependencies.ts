import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { SystemConfig } from "../../core/config/system.ts";
import type { SystemState } from "../../link/messages.ts";
import type { Repository } from "../repository.ts";

/** What is asked of the controller of a system that another one depends on. */
export interface Dependency {
  request(sync: { sha: string }): void;
  state(): SystemState;
}

export interface DependencyWait {
  config: SystemConfig;
  /** The commit that is to be synced, and the branch it is on. */
  sha: string;
  branch: string;
  repository: Pick<Repository, "look" | "mirror">;
  dependency(system: string): Dependency;
  signal: AbortSignal;
  progress(message: string): void;
  /** Told once, when the time is over; the wait goes on, since it may come good. */
  failed(message: string): void;
  log: Logger;
}

const lookEveryMs = 200;

interface Needed {
  name: string;
  controller: Dependency;
  /** Undefined for a system of another branch: whatever it is synced to. */
  sha: string | undefined;
}

/**
 * Resolves when each system of `dependsOn` is synced to the same commit, or one that contains it, and healthy. Each is asked
 * for it, so that no order of commands matters.
 * @throws the signal's reason
 */
export async function awaitDependencies(wait: DependencyWait): Promise<void> {
  const { config, sha, branch, repository, signal } = wait;
  if (config.dependsOn.length === 0) return;
  const { systems } = await repository.look();
  const needed = config.dependsOn.flatMap((name): Needed[] => {
    const tracked = systems.find((one) => one.config.name === name);
    if (tracked === undefined) {
      wait.log.info({ system: config.name, dependsOn: name }, "it is not of this cluster, and not waited for");
      return [];
    }
    const isSame = tracked.branch === branch;
    return [{ name, controller: wait.dependency(name), sha: isSame ? sha : undefined }];
  });
  const isThere = async ({ controller, sha }: Needed): Promise<boolean> => {
    const { revision, health } = controller.state();
    if (revision === undefined || health !== "Current") return false;
    return sha === undefined || sha === revision || (await repository.mirror.isAncestor(sha, revision));
  };
  const deadline = Date.now() + config.timeoutMs;
  let told = "";
  let hasFailed = false;
  for (let isFirst = true; ; isFirst = false) {
    signal.throwIfAborted();
    const there = await Promise.all(needed.map(isThere));
    const missing = needed.filter((_, at) => !there[at]);
    if (missing.length === 0) return;
    if (isFirst) for (const one of missing) if (one.sha !== undefined) one.controller.request({ sha: one.sha });
    const names = missing.map(({ name }) => name).join(", ");
    if (names !== told) wait.progress(`waits for ${names}`);
    told = names;
    if (!hasFailed && Date.now() > deadline) {
      hasFailed = true;
      wait.failed(missing.map((one) => sentence(one, config.timeoutMs)).join("; "));
    }
    await sleep(lookEveryMs, undefined, { signal });
  }
}

function sentence({ name, controller, sha }: Needed, timeoutMs: number): string {
  const { health, message } = controller.state();
  const at = sha === undefined ? "" : ` at ${sha.slice(0, 7)}`;
  const after = `not healthy${at} after ${Math.round(timeoutMs / 1000)} s`;
  return `it depends on the system ${name}, which is ${after}: ${message ?? `its health is ${health}`}`;
}
