import type { SystemConfig } from "../../core/config/system.ts";
import type { Mirror } from "../../git/mirror.ts";
import { type DesiredState, type RenderContext, renderTree } from "../render-tree.ts";
import { isNotInGit } from "./policy.ts";

/**
 * What an earlier revision describes; undefined when Git does not have that any more.
 * @throws when the repository cannot be asked now
 */
export async function earlierState(
  revision: string,
  mirror: Mirror,
  systemAt: (revision: string) => Promise<SystemConfig>,
  context: RenderContext,
): Promise<DesiredState | undefined> {
  try {
    await mirror.fetchCommits([revision]);
    return await renderTree(mirror, revision, await systemAt(revision), context);
  } catch (thrown) {
    if (isNotInGit(thrown)) return undefined;
    throw thrown;
  }
}
