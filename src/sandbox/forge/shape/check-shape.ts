import type { CommitInfo } from "../git/commits.ts";
import type { Annotation, CheckRun, Repository } from "../model/records.ts";
import type { World } from "../model/world.ts";
import { appShape } from "./app-shape.ts";
import { type Json, nodeId } from "./json.ts";
import { pullRequestReference } from "./pull-request-shape.ts";
import { repositoryApiUrl, repositoryShape, repositoryWebUrl } from "./repository-shape.ts";

/** One suite per commit, because there is one app: it is known by its first run. */
function suiteId(world: World, run: CheckRun): number {
  return world.db.checkRuns.withKey(`${run.repositoryId}@${run.headSha}`)[0]?.id ?? run.id;
}

function pullsOnHead(world: World, repository: Repository, sha: string): Json[] {
  return world.db.pullRequests
    .withKey(repository.id)
    .filter((pull) => pull.state === "open" && pull.headSha === sha)
    .map((pull) => pullRequestReference(world, repository, pull));
}

/** GitHub's `check-run`. */
export function checkRunShape(world: World, repository: Repository, run: CheckRun): Json {
  const url = `${repositoryApiUrl(world, repository)}/check-runs/${run.id}`;
  const html = `${repositoryWebUrl(world, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: suiteId(world, run) },
    app: appShape(world),
    pull_requests: pullsOnHead(world, repository, run.headSha),
  };
}

/** GitHub's `check-annotation`. */
export function annotationShape(world: World, repository: Repository, run: CheckRun, annotation: Annotation): Json {
  const path = annotation.path.split("/").map(encodeURIComponent).join("/");
  return {
    path: annotation.path,
    blob_href: `${repositoryWebUrl(world, repository)}/blob/${run.headSha}/${path}`,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    start_column: annotation.startColumn,
    end_column: annotation.endColumn,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
  };
}

/** GitHub's `check-suite`: the app's runs on one commit. */
export function checkSuiteShape(
  world: World,
  repository: Repository,
  commit: CommitInfo,
  runs: CheckRun[],
): Json | undefined {
  const first = runs[0];
  if (first === undefined) return undefined;
  const url = `${repositoryApiUrl(world, repository)}/check-suites/${first.id}`;
  const open = runs.find((run) => run.status !== "completed");
  const worst = runs.find((run) => run.conclusion !== "success") ?? first;
  const pull = world.db.pullRequests.withKey(repository.id).find((p) => p.headSha === commit.sha);
  return {
    id: first.id,
    node_id: nodeId("CheckSuite", first.id),
    head_branch: pull?.head ?? null,
    head_sha: commit.sha,
    status: open?.status ?? "completed",
    conclusion: open === undefined ? worst.conclusion : null,
    url,
    before: commit.parents[0] ?? "0".repeat(40),
    after: commit.sha,
    pull_requests: pullsOnHead(world, repository, commit.sha),
    app: appShape(world),
    created_at: first.startedAt ?? commit.committer.date,
    updated_at: runs.at(-1)?.completedAt ?? runs.at(-1)?.startedAt ?? commit.committer.date,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    repository: repositoryShape(world, repository),
  };
}
