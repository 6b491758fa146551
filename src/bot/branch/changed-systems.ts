import { isDeepStrictEqual } from "node:util";
import { configFile } from "../../core/config/parse-config.ts";
import type { Mirror } from "../../git/mirror.ts";
import type { RolloutRow } from "../../store/rollouts.ts";
import { bring } from "../desired/bring.ts";
import { inputsOf, type SystemInput } from "../desired/compare-systems.ts";
import { readConfig } from "../desired/read-config.ts";

/** Why a system is to be rolled out: which of its inputs differ from what was rolled out last. */
export interface SystemChange {
  /** The commit to compare with; undefined when there is none, or the remote has it no more. */
  since: string | undefined;
  /** Where what changed lies in the repository. */
  paths: string[];
}

/** @returns undefined when the system is what it was in its latest rollout */
export async function changeSince(
  mirror: Mirror,
  input: SystemInput,
  latest: RolloutRow | undefined,
): Promise<SystemChange | undefined> {
  const { system } = input;
  if (latest === undefined || !(await bring(mirror, latest.sha))) return { since: undefined, paths: [system.path] };
  const config = await readConfig(mirror, latest.sha);
  const same = config.systems.find(({ name }) => name === system.name);
  const [before] = same === undefined ? [] : await inputsOf(mirror, latest.sha, [same]);
  const paths = [
    ...(before?.tree === input.tree && before?.system.path === system.path ? [] : [system.path]),
    ...(isDeepStrictEqual(before?.system, system) && latest.cluster === system.cluster ? [] : [configFile]),
  ];
  return paths.length === 0 ? undefined : { since: latest.sha, paths };
}

/** Is the same broken configuration what the latest rollout was refused for? */
export async function sameConfig(mirror: Mirror, tip: string, latest: RolloutRow): Promise<boolean> {
  if (!(await bring(mirror, latest.sha))) return false;
  const [now, before] = await Promise.all([readConfig(mirror, tip), readConfig(mirror, latest.sha)]);
  return isDeepStrictEqual(now, before);
}
