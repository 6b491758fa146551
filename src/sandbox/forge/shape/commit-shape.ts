import type { ChangedFile, ChangedName } from "../git/changed-files.ts";
import type { CommitInfo, Signature } from "../git/commits.ts";
import { accountOfEmail } from "../model/accounts.ts";
import type { Repository } from "../model/records.ts";
import type { World } from "../model/world.ts";
import { accountShape } from "./account-shape.ts";
import { type Json, nodeId } from "./json.ts";
import { repositoryApiUrl, repositoryWebUrl } from "./repository-shape.ts";

const unverified = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };

/** GitHub's `commit`. */
export function commitShape(world: World, repository: Repository, commit: CommitInfo): Json {
  const url = repositoryApiUrl(world, repository);
  const html = repositoryWebUrl(world, repository);
  const user = ({ email }: Signature): Json | null => {
    const who = accountOfEmail(world, email);
    return who === undefined ? null : accountShape(world, who);
  };
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unverified,
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: user(commit.author),
    committer: user(commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
  };
}

export function commitWithFilesShape(
  world: World,
  repository: Repository,
  commit: CommitInfo,
  files: ChangedFile[],
): Json {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    ...commitShape(world, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.map((file) => changedFileShape(world, repository, commit.sha, file)),
  };
}

/** GitHub's `git-commit`. */
export function gitCommitShape(world: World, repository: Repository, commit: CommitInfo): Json {
  const url = repositoryApiUrl(world, repository);
  const html = repositoryWebUrl(world, repository);
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    url: `${url}/git/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/git/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
    verification: unverified,
  };
}

/** GitHub's `diff-entry`. */
export function changedFileShape(world: World, repository: Repository, commitSha: string, file: ChangedFile): Json {
  const url = repositoryApiUrl(world, repository);
  const html = repositoryWebUrl(world, repository);
  const path = file.filename.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.sha ?? "0".repeat(40),
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${commitSha}/${path}`,
    raw_url: `${html}/raw/${commitSha}/${path}`,
    contents_url: `${url}/contents/${path}?ref=${commitSha}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousFilename === null ? {} : { previous_filename: file.previousFilename }),
  };
}

/** A commit as push events and pull requests' heads carry it. */
export function pushCommitShape(world: World, repository: Repository, commit: CommitInfo, files: ChangedName[]): Json {
  const person = (who: Signature): Json => {
    const login = accountOfEmail(world, who.email)?.login;
    return { name: who.name, email: who.email, date: who.date, ...(login === undefined ? {} : { username: login }) };
  };
  const named = (...statuses: ChangedName["status"][]): string[] =>
    files.filter(({ status }) => statuses.includes(status)).map(({ filename }) => filename);
  const renamedFrom = files.flatMap(({ previousFilename }) => (previousFilename === null ? [] : [previousFilename]));
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryWebUrl(world, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: named("added", "renamed"),
    removed: [...named("removed"), ...renamedFrom],
    modified: named("modified", "changed"),
  };
}
