import type { JsonApi } from "./json-api.ts";

/** What a person with write permission does on GitHub in the tour; all of it through the REST API. */
export interface Contributor {
  branch(name: string): Promise<void>;
  edit(branch: string, path: string, change: (text: string) => string): Promise<void>;
  openPullRequest(branch: string, title: string): Promise<number>;
  /** Body of trueup's comment. */
  comment(pullRequest: number): Promise<string | undefined>;
  /** Conclusion of the newest check run `trueup` on the head; undefined while there is none. */
  check(pullRequest: number): Promise<string | undefined>;
  merge(pullRequest: number): Promise<void>;
  say(pullRequest: number, text: string): Promise<void>;
  /** The newest open pull request that was not opened by this person. */
  pullRequestOfBot(): Promise<number | undefined>;
  /** State of the newest GitHub Deployment. */
  deploymentState(): Promise<string | undefined>;
}

interface PullRequest {
  number: number;
  head: { sha: string };
  user: { login: string; type: string };
}

export function contributor(github: JsonApi, repository: string): Contributor {
  const repo = `/repos/${repository}`;
  const head = async (pullRequest: number): Promise<string> =>
    (await must(github<PullRequest>(`${repo}/pulls/${pullRequest}`), `pull request ${pullRequest}`)).head.sha;
  return {
    async branch(name) {
      const main = await must(github<{ object: { sha: string } }>(`${repo}/git/ref/heads/main`), "branch main");
      await github(`${repo}/git/refs`, { method: "POST", body: { ref: `refs/heads/${name}`, sha: main.object.sha } });
    },
    async edit(branch, path, change) {
      const file = await must(
        github<{ content: string; sha: string }>(`${repo}/contents/${path}?ref=${branch}`),
        `${path} on ${branch}`,
      );
      const text = Buffer.from(file.content, "base64").toString();
      const changed = change(text);
      if (changed === text) throw new Error(`nothing to change in ${path}; is this the seed's file?`);
      await github(`${repo}/contents/${path}`, {
        method: "PUT",
        body: { message: `Edit ${path}`, content: Buffer.from(changed).toString("base64"), sha: file.sha, branch },
      });
    },
    async openPullRequest(branch, title) {
      const body = { title, head: branch, base: "main" };
      return (await must(github<PullRequest>(`${repo}/pulls`, { method: "POST", body }), "pull request")).number;
    },
    async comment(pullRequest) {
      const comments = await github<{ body: string; user: { type: string } }[]>(
        `${repo}/issues/${pullRequest}/comments`,
      );
      return comments?.find((comment) => comment.user.type === "Bot")?.body;
    },
    async check(pullRequest) {
      const runs = await github<{ check_runs: { id: number; conclusion: string | null }[] }>(
        `${repo}/commits/${await head(pullRequest)}/check-runs?check_name=trueup`,
      );
      const newest = runs?.check_runs.toSorted((a, b) => b.id - a.id)[0];
      return newest?.conclusion ?? undefined;
    },
    async merge(pullRequest) {
      await github(`${repo}/pulls/${pullRequest}/merge`, { method: "PUT", body: {} });
    },
    async say(pullRequest, text) {
      await github(`${repo}/issues/${pullRequest}/comments`, { method: "POST", body: { body: text } });
    },
    async pullRequestOfBot() {
      const open = await github<PullRequest[]>(`${repo}/pulls?state=open`);
      return open?.find((pullRequest) => pullRequest.user.type === "Bot")?.number;
    },
    async deploymentState() {
      const deployments = await github<{ id: number }[]>(`${repo}/deployments`);
      const newest = deployments?.toSorted((a, b) => b.id - a.id)[0];
      if (newest === undefined) return undefined;
      const statuses = await github<{ id: number; state: string }[]>(`${repo}/deployments/${newest.id}/statuses`);
      return statuses?.toSorted((a, b) => b.id - a.id)[0]?.state;
    },
  };
}

async function must<T>(found: Promise<T | undefined>, what: string): Promise<T> {
  const value = await found;
  if (value === undefined) throw new Error(`${what} was not found`);
  return value;
}
