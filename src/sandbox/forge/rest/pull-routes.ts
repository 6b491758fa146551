import type { PullRequest, Repository } from "../model/records.ts";
import { notFound, Refused } from "../model/refused.ts";
import type { World } from "../model/world.ts";
import { mergeMethods, mergePullRequest } from "../operations/merge-pull-request.ts";
import { withMergeability } from "../operations/mergeability.ts";
import { pullRequestFiles, pullRequestSize } from "../operations/pull-request-size.ts";
import { editPullRequest, findPullRequest, openPullRequest } from "../operations/pull-requests.ts";
import { changedFileShape, commitShape } from "../shape/commit-shape.ts";
import type { Json } from "../shape/json.ts";
import { issueShape, pullRequestShape, pullRequestSimpleShape } from "../shape/pull-request-shape.ts";
import { repositoryApiUrl } from "../shape/repository-shape.ts";
import type { Api, ApiContext } from "./api.ts";
import { paged } from "./pages.ts";
import { needs, readable, writable } from "./repository-access.ts";
import { bodyOf, flag, nullableText, oneOf, readBody, text } from "./request-body.ts";

interface OpenBody {
  title: string;
  head: string;
  base: string;
  body?: string | null;
  draft?: boolean;
}
const openBody = bodyOf<OpenBody>(["title", "head", "base"], {
  title: { ...text, minLength: 1, maxLength: 256 },
  head: text,
  base: text,
  body: { ...nullableText, maxLength: 65_536 },
  draft: flag,
});
const editBody = bodyOf<{ title?: string; body?: string | null; base?: string; state?: "open" | "closed" }>([], {
  title: { ...text, minLength: 1, maxLength: 256 },
  body: { ...nullableText, maxLength: 65_536 },
  base: text,
  state: oneOf(["open", "closed"]),
});
interface MergeBody {
  merge_method?: (typeof mergeMethods)[number];
  sha?: string;
  commit_title?: string;
  commit_message?: string;
}
const mergeBody = bodyOf<MergeBody>([], {
  merge_method: oneOf(mergeMethods),
  sha: text,
  commit_title: text,
  commit_message: text,
});

export function pullRoutes(api: Api, world: World): void {
  const pulls = "/repos/:owner/:repo/pulls";
  const full = async (repository: Repository, pull: PullRequest): Promise<Json> =>
    pullRequestShape(world, repository, pull, await pullRequestSize(world, repository, pull));
  const find = (c: ApiContext, repository: Repository): PullRequest => {
    const pull = findPullRequest(world, repository, Number(c.req.param("number")));
    if (pull === undefined) throw notFound();
    return pull;
  };

  api.get(pulls, (c) => {
    const repository = readable(world, c, needs.readPulls);
    const found = chosen(world, repository, c.req.query());
    const page = paged(c, `${repositoryApiUrl(world, repository)}/pulls`, found);
    return c.json(page.map((pull) => pullRequestSimpleShape(world, repository, pull)));
  });
  api.post(pulls, async (c) => {
    const { repository, actor } = writable(world, c, needs.openPull);
    const { title, head, base, body = null, draft = false } = await readBody(c, openBody);
    const pull = await openPullRequest(world, repository, { title, head, base, body, draft }, actor);
    return c.json(await full(repository, pull), 201, {
      location: `${repositoryApiUrl(world, repository)}/pulls/${pull.number}`,
    });
  });
  api.get(`${pulls}/:number{[0-9]+}`, async (c) => {
    const repository = readable(world, c, needs.readPulls);
    const pull = find(c, repository);
    const accept = c.req.header("accept") ?? "";
    const format = /\.(diff|patch)\b/.exec(accept)?.[1] as "diff" | "patch" | undefined;
    if (format !== undefined) {
      const git = world.git(repository);
      const from = (await git.mergeBase(pull.baseSha, pull.headSha)) ?? pull.baseSha;
      return c.body(await git.diff(from, pull.headSha, format), 200, {
        "content-type": `application/vnd.github.${format}; charset=utf-8`,
      });
    }
    return c.json(await full(repository, await withMergeability(world, repository, pull)));
  });
  api.patch(`${pulls}/:number{[0-9]+}`, async (c) => {
    const seen = readable(world, c, needs.openPull);
    const caller = c.get("caller");
    const own = caller.kind === "person" && find(c, seen).author === caller.login;
    const { repository, actor } = writable(world, c, own ? needs.openPull : needs.writePull);
    const edit = await readBody(c, editBody);
    return c.json(
      await full(repository, await editPullRequest(world, repository, find(c, repository).number, edit, actor)),
    );
  });
  api.get(`${pulls}/:number{[0-9]+}/files`, async (c) => {
    const repository = readable(world, c, needs.readPulls);
    const pull = find(c, repository);
    const files = await pullRequestFiles(world, repository, pull);
    const page = paged(c, `${repositoryApiUrl(world, repository)}/pulls/${pull.number}/files`, files.slice(0, 3000));
    return c.json(page.map((file) => changedFileShape(world, repository, pull.headSha, file)));
  });
  api.get(`${pulls}/:number{[0-9]+}/commits`, async (c) => {
    const repository = readable(world, c, needs.readPulls);
    const pull = find(c, repository);
    const commits = await world.git(repository).range(pull.baseSha, pull.headSha, 250);
    const page = paged(c, `${repositoryApiUrl(world, repository)}/pulls/${pull.number}/commits`, commits);
    return c.json(page.map((commit) => commitShape(world, repository, commit)));
  });
  api.get(`${pulls}/:number{[0-9]+}/merge`, (c) => {
    const repository = readable(world, c, needs.readPulls);
    if (!find(c, repository).merged) throw notFound();
    return c.body(null, 204);
  });
  api.put(`${pulls}/:number{[0-9]+}/merge`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeContents);
    const body = await readBody(c, mergeBody);
    const pull = find(c, repository);
    const sha = await mergePullRequest(
      world,
      repository,
      pull.number,
      {
        method: body.merge_method ?? "merge",
        ...(body.sha === undefined ? {} : { sha: body.sha }),
        ...(body.commit_title === undefined ? {} : { title: body.commit_title }),
        ...(body.commit_message === undefined ? {} : { message: body.commit_message }),
      },
      actor,
    );
    return c.json({ sha, merged: true, message: "Pull Request successfully merged" });
  });

  api.get("/repos/:owner/:repo/issues/:number{[0-9]+}", (c) => {
    const repository = readable(world, c, needs.readComments);
    return c.json(issueShape(world, repository, find(c, repository)));
  });
  api.get("/repos/:owner/:repo/commits/:sha/pulls", async (c) => {
    const repository = readable(world, c, needs.readPulls);
    const git = world.git(repository);
    const sha = await git.resolve(c.req.param("sha"));
    if (sha === undefined) throw new Refused(422, `No commit found for SHA: ${c.req.param("sha")}`);
    const found: PullRequest[] = [];
    for (const pull of world.db.pullRequests.withKey(repository.id)) {
      const own = pull.headSha === sha || (pull.merged && pull.mergeCommitSha === sha);
      const inside = !own && (await git.contains(pull.headSha, sha)) && !(await git.contains(pull.baseSha, sha));
      if (own || inside) found.push(pull);
    }
    const page = paged(c, `${repositoryApiUrl(world, repository)}/commits/${sha}/pulls`, found);
    return c.json(page.map((pull) => pullRequestSimpleShape(world, repository, pull)));
  });
}

function chosen(world: World, repository: Repository, query: Record<string, string>): PullRequest[] {
  const { state = "open", head, base, sort = "created" } = query;
  const direction = query.direction ?? (sort === "created" ? "desc" : "asc");
  const found = world.db.pullRequests
    .withKey(repository.id)
    .filter((pull) => state === "all" || pull.state === state)
    .filter((pull) => head === undefined || head === `${repository.owner}:${pull.head}`)
    .filter((pull) => base === undefined || base === pull.base);
  if (sort === "updated") found.sort((a, b) => a.updatedAt.localeCompare(b.updatedAt) || a.id - b.id);
  return direction === "desc" ? found.reverse() : found;
}
