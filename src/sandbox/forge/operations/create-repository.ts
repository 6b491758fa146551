import type { NewRepository } from "../forge.ts";
import { createBareRepository } from "../git/bare-repository.ts";
import { isBranchName, isOwnerName, isRepositoryName } from "../git/safe-names.ts";
import type { FileChanges } from "../git/trees.ts";
import { account, ensureAccount, signature } from "../model/accounts.ts";
import type { Repository, Role } from "../model/records.ts";
import { Refused, validationFailed } from "../model/refused.ts";
import type { Actor, World } from "../model/world.ts";
import { sendInstallation } from "../webhook/events.ts";
import { syncRefs } from "./sync-refs.ts";
import { checkPath } from "./write-files.ts";

/** Makes the repository with its first commit, and installs the app on its owner's account when it is the first there. */
export async function createRepository(
  world: World,
  wish: NewRepository,
  people: Record<string, Role>,
  actor: Actor,
): Promise<Repository> {
  const { owner, name, files, defaultBranch = "main", message = "Initial commit" } = wish;
  if (!isOwnerName(owner)) throw new Refused(422, `${JSON.stringify(owner)} is not a valid owner name`);
  if (!isRepositoryName(name)) throw new Refused(422, `${JSON.stringify(name)} is not a valid repository name`);
  if (!isBranchName(defaultBranch)) throw new Refused(422, `${JSON.stringify(defaultBranch)} is not a branch name`);
  if (world.db.repositories.withKey(`${owner}/${name}`.toLowerCase()).length > 0) {
    throw validationFailed({ resource: "Repository", field: "name", code: "already_exists" });
  }
  for (const path of files.keys()) checkPath(path);
  const now = world.now();
  const { repository, installation, first } = world.db.transaction(() => {
    if (account(world, owner) === undefined) ensureAccount(world, owner, "Organization");
    const made = world.db.repositories.insert({
      ...{ owner, name, defaultBranch, private: wish.private ?? true, description: "" },
      ...{ createdAt: now, pushedAt: now, nextNumber: 1, knownRefs: {}, collaborators: people },
    });
    const installed = world.db.installations.withKey(owner.toLowerCase())[0];
    return {
      repository: made,
      installation: installed ?? world.db.installations.insert({ account: owner, createdAt: now }),
      first: installed === undefined,
    };
  });
  await world.exclusively(repository.id, async () => {
    const git = world.git(repository);
    await createBareRepository(git.dir, defaultBranch);
    if (files.size > 0) {
      const changes: FileChanges = new Map([...files].map(([path, content]) => [path, { mode: "100644", content }]));
      const tree = await git.treeWith(null, changes);
      const by = signature(world, actor.login);
      const sha = await git.commitTree({ tree, parents: [], message, author: by, committer: by });
      await git.updateRefs([{ ref: `refs/heads/${defaultBranch}`, to: sha, expected: null }]);
    }
    sendInstallation(world, installation, repository, first);
    await syncRefs(world, repository.id, actor);
  });
  return world.db.repositories.get(repository.id)!;
}
