import { isBranchName, isSha } from "../git/safe-names.ts";
import type { Repository } from "../model/records.ts";
import { Refused } from "../model/refused.ts";
import type { Actor, World } from "../model/world.ts";
import { syncRefs } from "./sync-refs.ts";

/** Only branches and tags are anybody's to move; `refs/pull/…` belongs to the forge. */
export function isMovableRef(ref: string): boolean {
  return /^refs\/(heads|tags)\/./.test(ref) && isBranchName(ref) && isBranchName(ref.replace(/^refs\/[a-z]+\//, ""));
}

/** @throws Refused 422 when it exists, has no valid name or the object is none */
export async function createRef(
  world: World,
  repository: Repository,
  { ref, sha }: { ref: string; sha: string },
  actor: Actor,
): Promise<void> {
  if (!isMovableRef(ref))
    throw new Refused(422, `Reference name must start with 'refs/' and have at least two slashes.`);
  await world.exclusively(repository.id, async () => {
    const git = world.git(repository);
    const type = isSha(sha) ? await git.objectType(sha) : undefined;
    if (type === undefined || (ref.startsWith("refs/heads/") && type !== "commit")) {
      throw new Refused(422, "Object does not exist");
    }
    if (!(await git.updateRefs([{ ref, to: sha, expected: null }]))) throw new Refused(422, "Reference already exists");
    await syncRefs(world, repository.id, actor);
  });
}

/** @throws Refused 422 when it does not exist, or would lose commits without `force` */
export async function moveRef(
  world: World,
  repository: Repository,
  { ref, sha, force }: { ref: string; sha: string; force: boolean },
  actor: Actor,
): Promise<void> {
  if (!isMovableRef(ref)) throw new Refused(422, "Reference cannot be updated");
  await world.exclusively(repository.id, async () => {
    const git = world.git(repository);
    const old = (await git.refs())[ref];
    if (old === undefined) throw new Refused(422, "Reference does not exist");
    if (!isSha(sha) || (await git.objectType(sha)) !== "commit") throw new Refused(422, "Object does not exist");
    if (!force && !(await git.contains(sha, old))) throw new Refused(422, "Update is not a fast forward");
    if (!(await git.updateRefs([{ ref, to: sha, expected: old }]))) {
      throw new Refused(422, "Reference cannot be updated");
    }
    await syncRefs(world, repository.id, actor);
  });
}

/** @throws Refused 422 when there is no such ref, or it is the default branch */
export async function deleteRef(world: World, repository: Repository, ref: string, actor: Actor): Promise<void> {
  if (!isMovableRef(ref)) throw new Refused(422, "Reference cannot be deleted");
  await world.exclusively(repository.id, async () => {
    const git = world.git(repository);
    const old = (await git.refs())[ref];
    if (old === undefined) throw new Refused(422, "Reference does not exist");
    if (ref === `refs/heads/${repository.defaultBranch}`) {
      throw new Refused(422, "Cannot delete the default branch");
    }
    if (!(await git.updateRefs([{ ref, to: null, expected: old }]))) {
      throw new Refused(422, "Reference cannot be deleted");
    }
    await syncRefs(world, repository.id, actor);
  });
}
