import { hash } from "node:crypto";
import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { isManifestPath } from "../../core/manifest/read-manifests.ts";
import type { RepositoryFile } from "../../render/read-files.ts";
import { readContent } from "../files/find-files.ts";

/**
 * A folder as a commit of it would hold it: every file by its name, contents of manifests only, links not followed.
 *
 * @throws when the folder cannot be read
 */
export function readFolder(root: string): RepositoryFile[] {
  const files: RepositoryFile[] = [];
  const visit = (folder: string): void => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      if (name === ".git" || name === "node_modules") continue;
      const path = folder === "" ? name : `${folder}/${name}`;
      const place = join(root, path);
      const stat = lstatSync(place);
      if (stat.isDirectory()) visit(path);
      else if (stat.isSymbolicLink()) files.push({ path, mode: "120000", content: readlinkSync(place) });
      else if (stat.isFile()) {
        const content = isManifestPath(path) ? readContent(place) : "";
        files.push({ path, mode: "100644", content, ...(content !== "" && { id: blobId(content) }) });
      }
    }
  };
  visit("");
  return files;
}

/** As git names the content: what a commit has of the same file is known by it. */
function blobId(content: Uint8Array): string {
  return hash("sha1", Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]));
}
