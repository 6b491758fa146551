import { largestManifest } from "../core/manifest/decode-text.ts";
import { isManifestPath } from "../core/manifest/read-manifests.ts";
import type { RepositoryFile } from "./read-files.ts";

/** What a commit's tree is read from; a mirror of the repository is one. */
export interface FileSource {
  files(treeish: string, path: string): Promise<{ path: string; mode: string; id: string }[]>;
  readFiles(
    files: readonly { path: string; mode: string; id: string }[],
    maxBytes: number,
  ): Promise<{ path: string; mode: string; content: Uint8Array }[]>;
}

/** All files below a folder of a commit or tree, as rendering wants them. */
export async function systemFiles(source: FileSource, treeish: string, folder: string): Promise<RepositoryFile[]> {
  const all = await source.files(treeish, folder);
  const ids = new Map(all.map(({ path, id }) => [path, id]));
  // What is no manifest counts by its name alone, so a large binary is never fetched.
  const isRead = ({ path, mode }: { path: string; mode: string }) => mode.startsWith("100") && isManifestPath(path);
  const contents = await source.readFiles(all.filter(isRead), largestManifest);
  return [
    ...contents.map((file) => ({ ...file, id: ids.get(file.path)! })),
    ...all.filter((file) => !isRead(file)).map(({ path, mode }) => ({ path, mode, content: "" })),
  ];
}
