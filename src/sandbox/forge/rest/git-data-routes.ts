import { isSha } from "../git/safe-names.ts";
import { signature } from "../model/accounts.ts";
import type { Repository } from "../model/records.ts";
import { notFound, Refused } from "../model/refused.ts";
import type { World } from "../model/world.ts";
import { createRef, deleteRef, moveRef } from "../operations/branches.ts";
import { checkPath } from "../operations/write-files.ts";
import { gitCommitShape } from "../shape/commit-shape.ts";
import { type Json, nodeId } from "../shape/json.ts";
import { repositoryApiUrl } from "../shape/repository-shape.ts";
import type { Api } from "./api.ts";
import { paged } from "./pages.ts";
import { needs, readable, writable } from "./repository-access.ts";
import { bodyOf, flag, nullableText, oneOf, readBody, text } from "./request-body.ts";

const createRefBody = bodyOf<{ ref: string; sha: string }>(["ref", "sha"], { ref: text, sha: text });
const moveRefBody = bodyOf<{ sha: string; force?: boolean }>(["sha"], { sha: text, force: flag });
const blobBody = bodyOf<{ content: string; encoding?: string }>(["content"], {
  content: text,
  encoding: oneOf(["utf-8", "base64"]),
});
interface TreeItem {
  path: string;
  mode: string;
  type?: string;
  sha?: string | null;
  content?: string;
}
const treeBody = bodyOf<{ tree: TreeItem[]; base_tree?: string | null }>(["tree"], {
  base_tree: nullableText,
  tree: {
    type: "array",
    maxItems: 10_000,
    items: {
      type: "object",
      required: ["path", "mode"],
      properties: {
        path: text,
        mode: oneOf(["100644", "100755", "120000", "040000"]),
        type: oneOf(["blob", "tree"]),
        sha: nullableText,
        content: text,
      },
    },
  },
});
const personBody = { type: "object", required: ["name", "email"], properties: { name: text, email: text, date: text } };
interface Person {
  name: string;
  email: string;
  date?: string;
}
const commitBody = bodyOf<{ message: string; tree: string; parents?: string[]; author?: Person; committer?: Person }>(
  ["message", "tree"],
  { message: text, tree: text, parents: { type: "array", items: text }, author: personBody, committer: personBody },
);

export function gitDataRoutes(api: Api, world: World): void {
  const git = "/repos/:owner/:repo/git";

  api.get(`${git}/ref/:ref{.+}`, async (c) => {
    const repository = readable(world, c, needs.readContents);
    const ref = `refs/${c.req.param("ref").replace(/^refs\//, "")}`;
    const sha = (await world.git(repository).refs())[ref];
    if (sha === undefined) throw notFound();
    return c.json(await refShape(world, repository, ref, sha));
  });
  api.get(`${git}/matching-refs/:ref{.+}`, async (c) => {
    const repository = readable(world, c, needs.readContents);
    const found = Object.entries(await world.git(repository).refs()).filter(([ref]) =>
      ref.startsWith(`refs/${c.req.param("ref")}`),
    );
    const here = `${repositoryApiUrl(world, repository)}/git/matching-refs/${c.req.param("ref")}`;
    const page = paged(c, here, found).map(([ref, sha]) => refShape(world, repository, ref, sha));
    return c.json(await Promise.all(page));
  });
  api.post(`${git}/refs`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeContents);
    const { ref, sha } = await readBody(c, createRefBody);
    await createRef(world, repository, { ref, sha }, actor);
    return c.json(await refShape(world, repository, ref, sha), 201);
  });
  api.patch(`${git}/refs/:ref{.+}`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeContents);
    const { sha, force = false } = await readBody(c, moveRefBody);
    const ref = `refs/${c.req.param("ref")}`;
    await moveRef(world, repository, { ref, sha, force }, actor);
    return c.json(await refShape(world, repository, ref, sha));
  });
  api.delete(`${git}/refs/:ref{.+}`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeContents);
    await deleteRef(world, repository, `refs/${c.req.param("ref")}`, actor);
    return c.body(null, 204);
  });

  api.get(`${git}/commits/:sha`, async (c) => {
    const repository = readable(world, c, needs.readContents);
    const sha = c.req.param("sha");
    const commit = isSha(sha) ? await world.git(repository).commit(sha) : undefined;
    if (commit === undefined) throw notFound();
    return c.json(gitCommitShape(world, repository, commit));
  });
  api.post(`${git}/commits`, async (c) => {
    const { repository, actor } = writable(world, c, needs.writeContents);
    const { message, tree, parents = [], author, committer } = await readBody(c, commitBody);
    const data = world.git(repository);
    if (!isSha(tree) || (await data.objectType(tree)) !== "tree") throw new Refused(422, "Tree SHA does not exist");
    for (const parent of parents) {
      if (!isSha(parent) || (await data.objectType(parent)) !== "commit") {
        throw new Refused(422, "Parent SHA does not exist or is not a commit object");
      }
    }
    const by = signature(world, actor.login);
    const people = { author: { ...by, ...author }, committer: { ...by, ...(committer ?? author) } };
    const sha = await data.commitTree({ tree, parents, message, ...people });
    return c.json(gitCommitShape(world, repository, (await data.commit(sha))!), 201);
  });

  api.get(`${git}/trees/:sha{.+}`, async (c) => {
    const repository = readable(world, c, needs.readContents);
    const data = world.git(repository);
    const asked = c.req.param("sha");
    const isTree = isSha(asked) && (await data.objectType(asked)) === "tree";
    const sha = isTree ? asked : await data.resolve(asked);
    if (sha === undefined) throw notFound();
    const entries = (await data.tree(sha, "", c.req.query("recursive") !== undefined)) ?? [];
    const tree = isTree ? sha : (await data.commit(sha))!.tree;
    return c.json(treeShape(world, repository, tree, entries));
  });
  api.post(`${git}/trees`, async (c) => {
    const { repository } = writable(world, c, needs.writeContents);
    const { tree: items, base_tree: base } = await readBody(c, treeBody);
    const data = world.git(repository);
    if (base != null && (!isSha(base) || (await data.objectType(base)) === undefined)) {
      throw new Refused(422, "base_tree is not a valid tree oid");
    }
    const changes = new Map<string, { mode: string; content: Uint8Array | string } | null>();
    for (const { path, mode, sha, content } of items) {
      checkPath(path);
      if (mode === "040000") throw new Refused(422, "tree entries of type tree are not offered here; name their files");
      if (sha === null) changes.set(path, null);
      else if (content !== undefined) changes.set(path, { mode, content });
      else if (sha !== undefined && isSha(sha) && (await data.objectType(sha)) === "blob") {
        changes.set(path, { mode, content: await data.blob(sha) });
      } else throw new Refused(422, `tree.sha ${sha} is not a valid blob`);
    }
    const made = await data.treeWith(base ?? null, changes);
    return c.json(treeShape(world, repository, made, (await data.tree(made, "")) ?? []), 201);
  });

  api.get(`${git}/blobs/:sha`, async (c) => {
    const repository = readable(world, c, needs.readContents);
    const sha = c.req.param("sha");
    const data = world.git(repository);
    if (!isSha(sha) || (await data.objectType(sha)) !== "blob") throw notFound();
    const content = await data.blob(sha);
    const url = `${repositoryApiUrl(world, repository)}/git/blobs/${sha}`;
    const shape = { sha, node_id: nodeId("Blob", sha), url, size: content.length };
    return c.json({ ...shape, content: content.toString("base64"), encoding: "base64" });
  });
  api.post(`${git}/blobs`, async (c) => {
    const { repository } = writable(world, c, needs.writeContents);
    const { content, encoding = "utf-8" } = await readBody(c, blobBody);
    const sha = await world.git(repository).writeBlob(Buffer.from(content, encoding === "base64" ? "base64" : "utf8"));
    return c.json({ sha, url: `${repositoryApiUrl(world, repository)}/git/blobs/${sha}` }, 201);
  });
}

async function refShape(world: World, repository: Repository, ref: string, sha: string): Promise<Json> {
  const url = `${repositoryApiUrl(world, repository)}/git`;
  const type = (await world.git(repository).objectType(sha)) ?? "commit";
  return {
    ref,
    node_id: nodeId("Ref", `${repository.id}:${ref}`),
    url: `${url}/${ref}`,
    object: { sha, type, url: `${url}/${type}s/${sha}` },
  };
}

function treeShape(
  world: World,
  repository: Repository,
  sha: string,
  entries: { path: string; mode: string; type: string; sha: string; size: number | null }[],
): Json {
  const url = `${repositoryApiUrl(world, repository)}/git`;
  return {
    sha,
    url: `${url}/trees/${sha}`,
    tree: entries.map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === null ? {} : { size: entry.size }),
      ...(entry.type === "commit" ? {} : { url: `${url}/${entry.type}s/${entry.sha}` }),
    })),
    truncated: false,
  };
}
