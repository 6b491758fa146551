import { join } from "node:path";
import { type GitOutput, type GitRun, runGit } from "./run-git.ts";

/** Where git runs, and what it is told of the repository. */
export interface GitPlace {
  cwd: string;
  env: Record<string, string>;
}

/** Runs git in one place without knowing of a remote. */
export type LocalGit = (
  args: readonly string[],
  options?: Omit<GitRun, "cwd" | "args" | "remote">,
) => Promise<GitOutput>;

export function localGit({ cwd, env }: GitPlace): LocalGit {
  return (args, options = {}) => runGit({ ...options, cwd, args, env: { ...env, ...options.env } });
}

/**
 * In a repository that knows its remote, git fetches every object that is missing by itself, one request each, from any
 * command. In this place a mirror's missing object is an answer. Refs are not seen either: callers name objects by their ids.
 */
export function mirrorPlace(dir: string): GitPlace {
  return { cwd: localFolder(dir), env: { GIT_OBJECT_DIRECTORY: join(dir, "objects") } };
}

export const localFolder = (dir: string): string => join(dir, "local.git");
