import { join } from "node:path";
import { type GitOutput, type GitRun, runGit } from "./run-git.ts";

/** Runs git on the mirror's objects without knowing of a remote. */
export type LocalGit = (
  args: readonly string[],
  options?: Omit<GitRun, "cwd" | "args" | "remote">,
) => Promise<GitOutput>;

/**
 * In a repository that knows its remote, git fetches every object that is missing by itself, one request each, from any
 * command. Here a missing object is an answer. Refs are not seen either: callers name objects by their ids.
 */
export function localGit(dir: string): LocalGit {
  const objects = localObjects(dir);
  return (args, options = {}) =>
    runGit({ ...options, cwd: localFolder(dir), args, env: { ...objects, ...options.env } });
}

export const localFolder = (dir: string): string => join(dir, "local.git");

export const localObjects = (dir: string): Record<string, string> => ({ GIT_OBJECT_DIRECTORY: join(dir, "objects") });
