import { isFilePath, isSha } from "../git/safe-names.ts";
import type { TreeEntry } from "../git/trees.ts";
import type { Repository } from "../model/records.ts";
import { notFound, Refused } from "../model/refused.ts";
import type { World } from "../model/world.ts";
import { commitFile } from "../operations/write-files.ts";
import { gitCommitShape } from "../shape/commit-shape.ts";
import type { Json } from "../shape/json.ts";
import { repositoryApiUrl, repositoryWebUrl } from "../shape/repository-shape.ts";
import type { Api, ApiContext } from "./api.ts";
import { needs, readable, writable } from "./repository-access.ts";
import { bodyOf, readBody, text } from "./request-body.ts";

const person = {
  type: "object",
  required: ["name", "email"],
  properties: { name: text, email: text, date: text },
};

interface WriteBody {
  message: string;
  content?: string;
  sha?: string;
  branch?: string;
  author?: { name: string; email: string };
  committer?: { name: string; email: string };
}

const writing = { message: text, content: text, sha: text, branch: text, author: person, committer: person };
const putBody = bodyOf<WriteBody & { content: string }>(["message", "content"], writing);
const deleteBody = bodyOf<WriteBody & { sha: string }>(["message", "sha"], writing);

/** GitHub gives a file's content up to 1 MB; beyond that only its size, and `raw` for the rest. */
const largestContent = 1024 * 1024;

export function contentRoutes(api: Api, world: World): void {
  const path = "/repos/:owner/:repo/contents/:path{.+}";

  const read = async (c: ApiContext): Promise<Response> => {
    const repository = readable(world, c, needs.readContents);
    const git = world.git(repository);
    const ref = c.req.query("ref") ?? repository.defaultBranch;
    const wanted = (c.req.param("path") ?? "").replace(/\/+$/, "");
    const sha = await git.resolve(ref);
    if (sha === undefined) throw new Refused(404, `No commit found for the ref ${ref}`);
    if (wanted !== "" && !isFilePath(wanted)) throw notFound();
    const entry = wanted === "" ? undefined : await git.entry(sha, wanted);
    if (wanted === "" || entry?.type === "tree") {
      const entries = (await git.tree(sha, wanted)) ?? [];
      return c.json(entries.map((found) => entryShape(world, repository, ref, found)));
    }
    if (entry === undefined) throw notFound();
    const shape = entryShape(world, repository, ref, entry);
    if (entry.type === "commit") return c.json({ ...shape, submodule_git_url: null });
    const content = await git.blob(entry.sha);
    if (/\braw\b/.test(c.req.header("accept") ?? "")) {
      return c.body(new Uint8Array(content), 200, { "content-type": "application/vnd.github.raw; charset=utf-8" });
    }
    if (entry.mode === "120000") return c.json({ ...shape, target: content.toString() });
    if (content.length > largestContent) return c.json({ ...shape, encoding: "none", content: "" });
    return c.json({ ...shape, encoding: "base64", content: wrapped(content.toString("base64")) });
  };
  api.get("/repos/:owner/:repo/contents", read);
  api.get("/repos/:owner/:repo/contents/", read);
  api.get(path, read);

  api.put(path, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeContents);
    const body = await readBody(c, putBody);
    if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(body.content)) throw new Refused(422, "content is not valid Base64");
    if (body.sha !== undefined && !isSha(body.sha)) throw new Refused(422, "sha is not an object name");
    const { commit, blob, created } = await commitFile(
      world,
      repository,
      {
        branch: branchName(body.branch ?? repository.defaultBranch),
        path: c.req.param("path"),
        content: Buffer.from(body.content, "base64"),
        message: body.message,
        expectedBlob: body.sha,
        ...people(body),
      },
      actor,
    );
    const entry = await world.git(repository).entry(commit.sha, c.req.param("path"));
    const content =
      entry === undefined ? null : entryShape(world, repository, body.branch ?? repository.defaultBranch, entry);
    if (content !== null) content.sha = blob;
    return c.json({ content, commit: gitCommitShape(world, repository, commit) }, created ? 201 : 200);
  });

  api.delete(path, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeContents);
    const { message, sha, branch, ...rest } = await readBody(c, deleteBody);
    const { commit } = await commitFile(
      world,
      repository,
      {
        branch: branchName(branch ?? repository.defaultBranch),
        path: c.req.param("path"),
        content: null,
        message,
        expectedBlob: sha,
        ...people(rest),
      },
      actor,
    );
    return c.json({ content: null, commit: gitCommitShape(world, repository, commit) });
  });
}

function branchName(branch: string): string {
  return branch.replace(/^refs\/heads\//, "");
}

function people({ author, committer }: Pick<WriteBody, "author" | "committer">) {
  return { ...(author === undefined ? {} : { author }), ...(committer === undefined ? {} : { committer }) };
}

/** Base64 with a line break every 60 characters, as GitHub sends it. */
function wrapped(base64: string): string {
  return base64.replaceAll(/(.{60})/g, "$1\n");
}

/** GitHub's `content-directory` entry; with content added, a `content-file`. */
function entryShape(world: World, repository: Repository, ref: string, entry: TreeEntry): Json {
  const encoded = entry.path.split("/").map(encodeURIComponent).join("/");
  const api = repositoryApiUrl(world, repository);
  const html = repositoryWebUrl(world, repository);
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = entry.type === "commit" ? null : `${api}/git/${entry.type}s/${entry.sha}`;
  const page = `${html}/${entry.type === "tree" ? "tree" : "blob"}/${ref}/${encoded}`;
  return {
    type:
      entry.type === "tree"
        ? "dir"
        : entry.type === "commit"
          ? "submodule"
          : entry.mode === "120000"
            ? "symlink"
            : "file",
    size: entry.size ?? 0,
    name: entry.name,
    path: entry.path,
    sha: entry.sha,
    url,
    git_url: git,
    html_url: page,
    download_url: entry.type === "blob" ? `${html}/raw/${ref}/${encoded}` : null,
    _links: { self: url, git, html: page },
  };
}
