import { GitError } from "./git-error.ts";
import type { LocalGit } from "./local-git.ts";
import type { FileContent, TreeFile } from "./mirror.ts";
import type { ObjectReader } from "./object-reader.ts";
import type { Remote } from "./remote.ts";

const submodule = "160000";
const mostBytes = 512 * 1024 * 1024;

/** Contents of files; blobs that are not here yet are fetched, all in one request. */
export async function readFiles(
  git: LocalGit,
  objects: ObjectReader,
  remote: Pick<Remote, "fetchBlobs">,
  files: readonly TreeFile[],
  maxBytes: number,
): Promise<FileContent[]> {
  const wanted = files.filter(({ mode }) => mode !== submodule);
  const ids = [...new Set(wanted.map(({ id }) => id))];
  if (ids.length === 0) return [];
  const sizes = await sizesOf(objects, ids);
  const missing = ids.filter((id) => !sizes.has(id));
  if (missing.length > 0) {
    await remote.fetchBlobs(missing);
    for (const [id, size] of await sizesOf(objects, missing)) sizes.set(id, size);
  }
  let total = 0;
  for (const size of sizes.values()) total += Math.min(size, maxBytes);
  if (total > mostBytes) throw new GitError("limit", `the files have more than ${mostBytes} bytes`);
  const contents = new Map<string, Buffer>();
  await Promise.all(
    ids.map(async (id) => {
      if ((sizes.get(id) ?? 0) > maxBytes) return;
      const blob = await objects.read(id, maxBytes);
      if (blob?.type !== "blob") throw new GitError("fault", `the blob ${id} is not in the mirror`);
      contents.set(id, blob.content);
    }),
  );
  for (const id of ids) {
    if ((sizes.get(id) ?? 0) <= maxBytes) continue;
    const begin = await git(["cat-file", "blob", id], { maxOutput: maxBytes + 1, cut: true });
    contents.set(id, begin.stdout);
  }
  return wanted.map(({ path, mode, id }) => ({ path, mode, content: contents.get(id)! }));
}

/** Sizes of the blobs that are here. */
async function sizesOf(objects: ObjectReader, ids: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  await Promise.all(
    ids.map(async (id) => {
      const info = await objects.info(id);
      if (info?.type === "blob") sizes.set(id, info.size);
    }),
  );
  return sizes;
}
