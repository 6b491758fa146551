import type { LocalGit } from "./local-git.ts";
import type { FileContent, TreeFile } from "./mirror.ts";
import type { Remote } from "./remote.ts";

const submodule = "160000";
const mostBytes = 512 * 1024 * 1024;

/** Contents of files; blobs that are not here yet are fetched, all in one request. */
export async function readFiles(
  git: LocalGit,
  remote: Remote,
  files: readonly TreeFile[],
  maxBytes: number,
): Promise<FileContent[]> {
  const wanted = files.filter(({ mode }) => mode !== submodule);
  const ids = [...new Set(wanted.map(({ id }) => id))];
  if (ids.length === 0) return [];
  let sizes = await sizesOf(git, ids);
  const missing = ids.filter((id) => !sizes.has(id));
  if (missing.length > 0) {
    await remote.fetchBlobs(missing);
    sizes = await sizesOf(git, ids);
  }
  const contents = new Map<string, Buffer>();
  const fitting = ids.filter((id) => (sizes.get(id) ?? 0) <= maxBytes);
  for (const [id, content] of await readBatch(git, fitting)) contents.set(id, content);
  for (const id of ids) {
    if ((sizes.get(id) ?? 0) <= maxBytes) continue;
    const begin = await git(["cat-file", "blob", id], { maxOutput: maxBytes + 1, cut: true });
    contents.set(id, begin.stdout);
  }
  return wanted.map(({ path, mode, id }) => ({ path, mode, content: contents.get(id)! }));
}

/** Sizes of the blobs that are here. */
async function sizesOf(git: LocalGit, ids: readonly string[]): Promise<Map<string, number>> {
  const { stdout } = await git(["cat-file", "--batch-check", "--buffer"], { input: ids.join("\n") });
  const lines = stdout.toString().split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [id, type, size] = line.split(" ");
      return type === "blob" ? [[id!, Number(size)] as const] : [];
    }),
  );
}

/** `<id> blob <size>\n<content>\n`, one after the other: https://git-scm.com/docs/git-cat-file#_batch_output */
async function readBatch(git: LocalGit, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  if (ids.length === 0) return contents;
  const { stdout } = await git(["cat-file", "--batch", "--buffer"], { input: ids.join("\n"), maxOutput: mostBytes });
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf("\n", at);
    const [id, , size] = stdout.toString("latin1", at, end).split(" ");
    const begin = end + 1;
    contents.set(id!, stdout.subarray(begin, begin + Number(size)));
    at = begin + Number(size) + 1;
  }
  return contents;
}
