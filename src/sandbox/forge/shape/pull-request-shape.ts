import type { PullRequest, Repository } from "../model/records.ts";
import type { World } from "../model/world.ts";
import { userShape } from "./account-shape.ts";
import { type Json, nodeId } from "./json.ts";
import { repositoryApiUrl, repositoryShape, repositoryWebUrl } from "./repository-shape.ts";

/** What only Git can tell about a pull request. */
export interface PullRequestSize {
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
}

/** GitHub's `pull-request-simple`, as lists hold it. */
export function pullRequestSimpleShape(world: World, repository: Repository, pull: PullRequest): Json {
  const api = repositoryApiUrl(world, repository);
  const html = `${repositoryWebUrl(world, repository)}/pull/${pull.number}`;
  const url = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  const side = (ref: string, sha: string): Json => ({
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: userShape(world, repository.owner),
    repo: repositoryShape(world, repository),
  });
  return {
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    number: pull.number,
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: `${api}/statuses/${pull.headSha}`,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: userShape(world, pull.author),
    body: pull.body,
    labels: [],
    milestone: null,
    active_lock_reason: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: mergeCommit(pull),
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(pull.head, pull.headSha),
    base: side(pull.base, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: `${api}/statuses/${pull.headSha}` },
    },
    author_association: authorAssociation(repository, pull.author),
    auto_merge: null,
    draft: pull.draft,
  };
}

/** GitHub's `pull-request`. */
export function pullRequestShape(world: World, repository: Repository, pull: PullRequest, size: PullRequestSize): Json {
  const known = isMergeabilityKnown(pull) ? pull.mergeable : null;
  const clean = pull.merged || pull.state === "closed" ? null : (known?.clean ?? null);
  return {
    ...pullRequestSimpleShape(world, repository, pull),
    merged: pull.merged,
    mergeable: clean,
    rebaseable: clean,
    mergeable_state: clean === null ? "unknown" : clean ? (pull.draft ? "draft" : "clean") : "dirty",
    merged_by: pull.mergedBy === null ? null : userShape(world, pull.mergedBy),
    comments: world.db.comments.withKey(`${repository.id}#${pull.number}`).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: size.commits,
    additions: size.additions,
    deletions: size.deletions,
    changed_files: size.changedFiles,
  };
}

export function isMergeabilityKnown(pull: PullRequest): boolean {
  return pull.mergeable !== null && pull.mergeable.head === pull.headSha && pull.mergeable.base === pull.baseSha;
}

function mergeCommit(pull: PullRequest): string | null {
  if (pull.merged) return pull.mergeCommitSha;
  return isMergeabilityKnown(pull) ? (pull.mergeable?.testMergeSha ?? null) : null;
}

export function authorAssociation(repository: Repository, login: string): string {
  if (login === repository.owner) return "OWNER";
  const role = repository.collaborators[login];
  return role === "write" || role === "admin" ? "COLLABORATOR" : "NONE";
}

/** The issue that a pull request also is, as comment events carry it. */
export function issueShape(world: World, repository: Repository, pull: PullRequest): Json {
  const api = repositoryApiUrl(world, repository);
  const html = `${repositoryWebUrl(world, repository)}/pull/${pull.number}`;
  const url = `${api}/issues/${pull.number}`;
  return {
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    number: pull.number,
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    title: pull.title,
    user: userShape(world, pull.author),
    labels: [],
    state: pull.state,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: world.db.comments.withKey(`${repository.id}#${pull.number}`).length,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    author_association: authorAssociation(repository, pull.author),
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: `${api}/pulls/${pull.number}`,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: pull.mergedAt,
    },
    body: pull.body,
    reactions: { url: `${url}/reactions`, ...noReactions },
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
  };
}

const noReactions = {
  total_count: 0,
  "+1": 0,
  "-1": 0,
  laugh: 0,
  hooray: 0,
  confused: 0,
  heart: 0,
  rocket: 0,
  eyes: 0,
};

/** GitHub's `short` reference to a pull request in check runs and suites. */
export function pullRequestReference(world: World, repository: Repository, pull: PullRequest): Json {
  const url = repositoryApiUrl(world, repository);
  const repo = { id: repository.id, url, name: repository.name };
  return {
    id: pull.id,
    number: pull.number,
    url: `${url}/pulls/${pull.number}`,
    head: { ref: pull.head, sha: pull.headSha, repo },
    base: { ref: pull.base, sha: pull.baseSha, repo },
  };
}
