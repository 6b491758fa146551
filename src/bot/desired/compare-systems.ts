import { isDeepStrictEqual } from "node:util";
import type { SystemConfig } from "../../core/config/system.ts";
import type { Mirror } from "../../git/mirror.ts";

/** A system and the folder that it is made from. */
export interface SystemInput {
  system: SystemConfig;
  /** Id of the folder's tree; undefined when there is no such folder. */
  tree: string | undefined;
}

/** What makes up each of these systems in a commit or tree. */
export async function inputsOf(
  mirror: Mirror,
  treeish: string,
  systems: readonly SystemConfig[],
): Promise<SystemInput[]> {
  return Promise.all(systems.map(async (system) => ({ system, tree: await mirror.treeAt(treeish, system.path) })));
}

export interface SystemChanges {
  /** Whose files or configuration differ, or that are new. */
  concerned: SystemInput[];
  /** Which are not configured any more. */
  removed: SystemConfig[];
}

/** Which systems come out differently. A system is one by its name. */
export function compareSystems(before: readonly SystemInput[], after: readonly SystemInput[]): SystemChanges {
  const old = new Map(before.map((input) => [input.system.name, input]));
  const names = new Set(after.map(({ system }) => system.name));
  return {
    concerned: after.filter((input) => !isDeepStrictEqual(old.get(input.system.name), input)),
    removed: before.map(({ system }) => system).filter(({ name }) => !names.has(name)),
  };
}
