import { type Admitted, isOvertaken, leavesAsIs, type Repository } from "../repository.ts";
import type { SyncRequest } from "./sync-run.ts";

export type AdmittedRequest = SyncRequest & { admitted: Admitted };

/** Whether somebody asked for it, now or before. */
export const isAsked = ({ id, wasAsked }: SyncRequest): boolean => id !== undefined || wasAsked === true;

/** What a request finds when it arrives. */
interface Arrival {
  repository: Repository;
  system: string;
  /** What is done now, or next. */
  waiting: SyncRequest | undefined;
  /** The commit that the cluster has, when nothing waits. */
  present(): Promise<string | undefined>;
}

/**
 * Before anything that runs gives way: a commit that may not be enacted must not stop one that may.
 *
 * @returns undefined when a newer one has taken its place
 * @throws Refused, GitError when the commit is not one to enact
 */
export async function admitRequest(
  sync: SyncRequest,
  { repository, system, waiting, present }: Arrival,
): Promise<AdmittedRequest | undefined> {
  const { sha, id } = sync;
  const admitted = await repository.admit(sha, system);
  // A look at the remote that took long, and a command that was repeated, name what is old by now.
  const latest = waiting?.sha ?? (await present());
  if (await isOvertaken(repository.mirror, sha, latest, admitted.tip)) {
    // A later commit that leaves the system as it is does not stand in the way of what is asked of this one.
    if (id === undefined || !(await leavesAsIs(repository, system, sha, latest!))) return undefined;
  }
  // Of a commit for others the bot says nothing: what it asked for before is what is done then.
  const isOf = id === undefined && waiting !== undefined && isAsked(waiting);
  const wasAsked = sync.wasAsked === true || (isOf && (await leavesAsIs(repository, system, sha, waiting.sha)));
  return { ...sync, admitted, wasAsked };
}
