import { isFilePath } from "../git/safe-names.ts";
import type { Repository } from "../model/records.ts";
import { notFound, Refused } from "../model/refused.ts";
import type { World } from "../model/world.ts";
import { changedFileShape, commitShape, commitWithFilesShape } from "../shape/commit-shape.ts";
import { repositoryApiUrl, repositoryWebUrl } from "../shape/repository-shape.ts";
import type { Api } from "./api.ts";
import { pagedOpenEnd, pageOf } from "./pages.ts";
import { needs, readable } from "./repository-access.ts";

/** After the routes below `/commits/:ref/…`, because a ref may hold slashes. */
export function commitRoutes(api: Api, world: World): void {
  api.get("/repos/:owner/:repo/commits", async (c) => {
    const repository = readable(world, c, needs.readContents);
    const git = world.git(repository);
    const { sha = repository.defaultBranch, path } = c.req.query();
    if (path !== undefined && path !== "" && !isFilePath(path)) throw notFound();
    const tip = await git.resolve(sha);
    if (tip === undefined) {
      if (Object.keys(await git.refs()).length === 0) throw new Refused(409, "Git Repository is empty.");
      throw notFound();
    }
    const { number, size } = pageOf(c);
    const commits = await git.commits(tip, {
      limit: size + 1,
      skip: (number - 1) * size,
      ...(path === undefined ? {} : { path }),
    });
    const page = pagedOpenEnd(c, `${repositoryApiUrl(world, repository)}/commits`, commits);
    return c.json(page.map((commit) => commitShape(world, repository, commit)));
  });
  api.get("/repos/:owner/:repo/compare/:basehead{.+}", async (c) => {
    const repository = readable(world, c, needs.readContents);
    const [, base, head] = /^(.+?)\.\.\.(.+)$/.exec(c.req.param("basehead")) ?? [];
    if (base === undefined || head === undefined) throw notFound();
    return c.json(await comparison(world, repository, base, head));
  });
  api.get("/repos/:owner/:repo/commits/:ref{.+}", async (c) => {
    const repository = readable(world, c, needs.readContents);
    const git = world.git(repository);
    const sha = await git.resolve(c.req.param("ref"));
    const commit = sha === undefined ? undefined : await git.commit(sha);
    if (commit === undefined) throw new Refused(422, `No commit found for SHA: ${c.req.param("ref")}`);
    if (/\.sha\b/.test(c.req.header("accept") ?? "")) return c.text(commit.sha);
    const files = await git.changedFiles(commit.parents[0] ?? null, commit.sha);
    return c.json(commitWithFilesShape(world, repository, commit, files.slice(0, 3000)));
  });
}

async function comparison(world: World, repository: Repository, base: string, head: string) {
  const git = world.git(repository);
  const own = (ref: string): string => ref.replace(`${repository.owner}:`, "");
  const [from, to] = [await git.resolve(own(base)), await git.resolve(own(head))];
  const mergeBase = from === undefined || to === undefined ? undefined : await git.mergeBase(from, to);
  if (from === undefined || to === undefined || mergeBase === undefined) throw notFound();
  const [ahead, behind] = [await git.count(from, to), await git.count(to, from)];
  const commits = await git.range(from, to, 250);
  const files = await git.changedFiles(mergeBase, to);
  const html = `${repositoryWebUrl(world, repository)}/compare/${base}...${head}`;
  const shape = async (sha: string) => commitShape(world, repository, (await git.commit(sha))!);
  return {
    url: `${repositoryApiUrl(world, repository)}/compare/${base}...${head}`,
    html_url: html,
    permalink_url: `${repositoryWebUrl(world, repository)}/compare/${from}...${to}`,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: await shape(from),
    merge_base_commit: await shape(mergeBase),
    status: ahead > 0 && behind > 0 ? "diverged" : ahead > 0 ? "ahead" : behind > 0 ? "behind" : "identical",
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.map((commit) => commitShape(world, repository, commit)),
    files: files.slice(0, 300).map((file) => changedFileShape(world, repository, to, file)),
  };
}
