import { largestManifest } from "../core/manifest/decode-text.ts";
import { isManifestPath } from "../core/manifest/read-manifests.ts";
import { cacheKey, link, type RepositoryFile } from "./read-files.ts";
import type { RenderCache } from "./render-cache.ts";

/** What a commit's tree is read from; a mirror of the repository is one. */
export interface FileSource {
  files(treeish: string, path: string): Promise<{ path: string; mode: string; id: string }[]>;
  readFiles(
    files: readonly { path: string; mode: string; id: string }[],
    maxBytes: number,
  ): Promise<{ path: string; mode: string; content: Uint8Array }[]>;
}

/**
 * All files below a folder of a commit or tree, as rendering wants them.
 * @param cache what it knows is not read again
 */
export async function systemFiles(
  source: FileSource,
  treeish: string,
  folder: string,
  cache?: Pick<RenderCache, "known">,
): Promise<RepositoryFile[]> {
  const files: RepositoryFile[] = [];
  const unread: Awaited<ReturnType<FileSource["files"]>> = [];
  for (const file of await source.files(treeish, folder)) {
    const { path, mode, id } = file;
    const isManifest = mode.startsWith("100") && isManifestPath(path);
    const known = isManifest ? cache?.known(cacheKey(id, path)) : undefined;
    if (known !== undefined) files.push({ path, mode, id, content: "", known });
    else if (isManifest || mode === link) unread.push(file);
    // What is no manifest counts by its name alone, so a large binary is never fetched.
    else files.push({ path, mode, content: "" });
  }
  const ids = new Map(unread.map(({ path, id }) => [path, id]));
  for (const file of await source.readFiles(unread, largestManifest)) files.push({ ...file, id: ids.get(file.path)! });
  return files;
}
