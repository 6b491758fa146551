import type { CommitInfo } from "../git/commits.ts";
import { account } from "../model/accounts.ts";
import type {
  CheckRun,
  Comment,
  Deployment,
  DeploymentStatus,
  Installation,
  PullRequest,
  Repository,
} from "../model/records.ts";
import { type Actor, fullName, type World } from "../model/world.ts";
import { pullRequestSize } from "../operations/pull-request-size.ts";
import { userShape } from "../shape/account-shape.ts";
import { installationShape } from "../shape/app-shape.ts";
import { checkRunShape } from "../shape/check-shape.ts";
import { commentShape } from "../shape/comment-shape.ts";
import { pushCommitShape } from "../shape/commit-shape.ts";
import { deploymentShape, deploymentStatusShape } from "../shape/deployment-shape.ts";
import type { Json } from "../shape/json.ts";
import { nodeId } from "../shape/json.ts";
import { issueShape, pullRequestShape } from "../shape/pull-request-shape.ts";
import { repositoryWebUrl, webhookRepositoryShape } from "../shape/repository-shape.ts";

const zero = "0".repeat(40);
/** GitHub lists at most this many commits in a push. */
const mostCommits = 2048;

function common(world: World, repository: Repository, actor: Actor): Json {
  return { repository: webhookRepositoryShape(world, repository), sender: userShape(world, actor.login) };
}

export async function sendPullRequest(
  world: World,
  repository: Repository,
  pull: PullRequest,
  action: "opened" | "synchronize" | "edited" | "closed" | "reopened" | "ready_for_review" | "converted_to_draft",
  actor: Actor,
  extra: Json = {},
): Promise<void> {
  const size = await pullRequestSize(world, repository, pull);
  world.send("pull_request", action, repository, {
    action,
    number: pull.number,
    pull_request: {
      ...pullRequestShape(world, repository, pull, size),
      allow_auto_merge: false,
      allow_update_branch: false,
      delete_branch_on_merge: false,
      merge_commit_message: "PR_TITLE",
      merge_commit_title: "MERGE_MESSAGE",
      squash_merge_commit_message: "COMMIT_MESSAGES",
      squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
      use_squash_pr_title_as_default: false,
    },
    ...extra,
    ...common(world, repository, actor),
  });
  world.changed({ repository: fullName(repository), event: "pull_request", pullRequest: pull.number });
}

/** What a ref was and is; null where it did not or does not exist. */
export interface RefChange {
  ref: string;
  before: string | null;
  after: string | null;
}

export async function sendPush(
  world: World,
  repository: Repository,
  { ref, before, after }: RefChange,
  actor: Actor,
): Promise<void> {
  const git = world.git(repository);
  let commits: CommitInfo[] = [];
  let forced = false;
  if (after !== null) {
    // Of a new branch only what the default branch does not have yet is news.
    const main = repository.knownRefs[`refs/heads/${repository.defaultBranch}`];
    const from = before ?? (main === undefined || main === after ? undefined : main);
    if (from !== undefined) {
      [commits, forced] = await Promise.all([
        git.range(from, after, mostCommits),
        before !== null && git.contains(after, before).then((follows) => !follows),
      ]);
    } else if (before === null && main === undefined) commits = (await git.commits(after, { limit: 20 })).reverse();
  }
  const head = after === null ? undefined : await git.commit(after);
  const told = head === undefined || commits.at(-1)?.sha === head.sha ? commits : [...commits, head];
  const shapes = await pushCommits(world, repository, told);
  const shared = common(world, repository, actor);
  const epoch = (time: string): number => Math.floor(Date.parse(time) / 1000);
  world.send("push", null, repository, {
    ref,
    before: before ?? zero,
    after: after ?? zero,
    base_ref: null,
    created: before === null,
    deleted: after === null,
    forced,
    compare: `${repositoryWebUrl(world, repository)}/compare/${(before ?? zero).slice(0, 12)}...${(after ?? zero).slice(0, 12)}`,
    commits: shapes.slice(0, commits.length),
    head_commit: head === undefined ? null : (shapes.at(-1) ?? null),
    pusher: { name: actor.login, email: `${actor.login}@users.noreply.github.com` },
    ...shared,
    repository: {
      ...(shared.repository as Json),
      created_at: epoch(repository.createdAt),
      pushed_at: epoch(repository.pushedAt),
    },
  });
  if (before === null || after === null) {
    const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
    world.send(before === null ? "create" : "delete", null, repository, {
      ref: name,
      ref_type: kind === "tags" ? "tag" : "branch",
      ...(before === null ? { master_branch: repository.defaultBranch, description: repository.description } : {}),
      pusher_type: "user",
      ...shared,
    });
  }
  world.changed({ repository: fullName(repository), event: "push" });
}

async function pushCommits(world: World, repository: Repository, commits: CommitInfo[]): Promise<Json[]> {
  const git = world.git(repository);
  const treeOf = async (sha: string | undefined): Promise<string | null> =>
    (sha === undefined ? undefined : (await git.commit(sha))?.tree) ?? null;
  const pairs = commits.map(async ({ tree, parents }) => ({ from: await treeOf(parents[0]), to: tree }));
  const names = await git.changedNames(await Promise.all(pairs));
  return commits.map((commit, index) => pushCommitShape(world, repository, commit, names[index] ?? []));
}

export function sendComment(
  world: World,
  repository: Repository,
  pull: PullRequest,
  comment: Comment,
  action: "created" | "edited" | "deleted",
  actor: Actor,
  extra: Json = {},
): void {
  world.send("issue_comment", action, repository, {
    action,
    issue: issueShape(world, repository, pull),
    comment: commentShape(world, repository, comment),
    ...extra,
    ...common(world, repository, actor),
  });
  world.changed({ repository: fullName(repository), event: "issue_comment", pullRequest: pull.number });
}

export function sendCheckRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  action: "created" | "completed" | "rerequested" | "requested_action",
  actor: Actor,
  extra: Json = {},
): void {
  world.send("check_run", action, repository, {
    action,
    check_run: { ...checkRunShape(world, repository, run), ...checkSuiteOf(world, repository, run) },
    ...extra,
    ...common(world, repository, actor),
  });
  world.changed({ repository: fullName(repository), event: "check_run" });
}

function checkSuiteOf(world: World, repository: Repository, run: CheckRun): Json {
  const shape = checkRunShape(world, repository, run);
  const { id } = shape.check_suite as { id: number };
  const pull = world.db.pullRequests.withKey(repository.id).find((p) => p.headSha === run.headSha);
  const at = run.startedAt ?? world.now();
  return {
    check_suite: {
      id,
      node_id: nodeId("CheckSuite", id),
      head_branch: pull?.head ?? null,
      head_sha: run.headSha,
      status: run.status,
      conclusion: run.conclusion,
      url: String(shape.url).replace(/check-runs\/\d+$/, `check-suites/${id}`),
      before: pull?.baseSha ?? zero,
      after: run.headSha,
      pull_requests: shape.pull_requests,
      app: shape.app,
      created_at: at,
      updated_at: run.completedAt ?? at,
    },
  };
}

export function sendDeployment(world: World, repository: Repository, deployment: Deployment, actor: Actor): void {
  world.send("deployment", "created", repository, {
    action: "created",
    deployment: deploymentShape(world, repository, deployment),
    workflow: null,
    workflow_run: null,
    ...common(world, repository, actor),
  });
  world.changed({ repository: fullName(repository), event: "deployment" });
}

export function sendDeploymentStatus(
  world: World,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
  actor: Actor,
): void {
  world.send("deployment_status", "created", repository, {
    action: "created",
    deployment_status: deploymentStatusShape(world, repository, status),
    deployment: deploymentShape(world, repository, deployment),
    check_run: null,
    workflow: null,
    workflow_run: null,
    ...common(world, repository, actor),
  });
  world.changed({ repository: fullName(repository), event: "deployment_status" });
}

/** The app meets a repository: its account's first one installs it, later ones are added. */
export function sendInstallation(
  world: World,
  installation: Installation,
  repository: Repository,
  first: boolean,
): void {
  const short = {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
  };
  const sender = userShape(world, account(world, installation.account)?.login ?? installation.account);
  const shared = { installation: installationShape(world, installation), sender, requester: null };
  if (first) {
    world.send("installation", "created", null, { action: "created", repositories: [short], ...shared });
  } else {
    world.send("installation_repositories", "added", null, {
      action: "added",
      repository_selection: "all",
      repositories_added: [short],
      repositories_removed: [],
      ...shared,
    });
  }
}
