import { posix } from "node:path";
import type { Finding } from "../core/manifest/finding.ts";
import { isManifestPath, type ReadManifests, readManifestFile } from "../core/manifest/read-manifests.ts";
import type { SourceObject } from "../core/manifest/source-object.ts";
import type { RenderCache } from "./render-cache.ts";

/** A file of a commit's tree. */
export interface RepositoryFile {
  /** Inside the repository, with forward slashes. */
  path: string;
  /** As git writes it: `100644`, `100755`, `120000` (symlink), `160000` (submodule). */
  mode: string;
  /** Blob id; without one the file is parsed each time. */
  id?: string;
  /** May be cut off one byte above `largestManifest`; of a symbolic link its target. */
  content: Uint8Array | string;
  /** What is known of it already; its content is not looked at then. */
  known?: ReadManifests;
}

/** As git writes the mode of a symbolic link. */
export const link = "120000";

/** What a file is read as is the same for as long as neither its content nor its path changes. */
export const cacheKey = (id: string, path: string): string => `${id} ${path}`;

/**
 * The objects that a folder's files describe, in the order of their paths, and what is wrong with the files. As kubectl
 * does, only `.yaml`, `.yml` and `.json` files are manifests; files and folders whose name begins with a dot are not
 * looked at (`.trueup.yaml`, `.github`), nor is anything outside the folder.
 */
export function readFiles(files: readonly RepositoryFile[], folder: string, cache: RenderCache): ReadManifests {
  const inside = files
    .filter(({ path }) => isVisibleBelow(folder, path))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  const unsupported = inside.flatMap(otherSourceFinding);
  // Their files are no plain YAML, and what else would be said about them helps nobody.
  if (unsupported.length > 0) return { objects: [], findings: unsupported };

  const objects: SourceObject[] = [];
  const findings: Finding[] = [];
  for (const file of inside) {
    const refused = refusedMode(file);
    if (refused !== undefined) findings.push(refused);
    else if (file.known !== undefined || isManifestPath(file.path)) {
      const read = () => readManifestFile(file);
      const manifests = file.known ?? (file.id === undefined ? read() : cache.read(cacheKey(file.id, file.path), read));
      for (const object of manifests.objects) objects.push(object);
      findings.push(...manifests.findings);
    }
  }
  return { objects, findings };
}

function isVisibleBelow(folder: string, path: string): boolean {
  if (folder !== "" && !path.startsWith(`${folder}/`)) return false;
  const begin = folder === "" ? 0 : folder.length + 1;
  return !path.startsWith(".", begin) && !path.includes("/.", begin);
}

function refusedMode(file: RepositoryFile): Finding | undefined {
  const { path, mode } = file;
  if (mode === link) {
    if (leavesRepository(file)) {
      const message = "This is a symbolic link to outside the repository, and links are never followed; remove it.";
      return fileFinding(path, "error", "symlink", message);
    }
    const severity = isManifestPath(path) ? "error" : "warning";
    const message = "This is a symbolic link, and links are never followed; put the file itself here, or remove it.";
    return fileFinding(path, severity, "symlink", message);
  }
  if (mode === "160000") {
    const message = "This is a submodule, and what is in it is not read; copy the manifests that are needed here.";
    return fileFinding(path, "warning", "submodule", message);
  }
  return undefined;
}

/** Of a symbolic link; its content is its target. */
function leavesRepository({ path, content }: RepositoryFile): boolean {
  const target = typeof content === "string" ? content : Buffer.from(content).toString();
  return posix.isAbsolute(target) || /^\.\.(?:\/|$)/.test(posix.join(posix.dirname(path), target));
}

function otherSourceFinding({ path }: RepositoryFile): Finding[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const what = /^(?:kustomization\.ya?ml|Kustomization)$/.test(name)
    ? "a kustomization"
    : name === "Chart.yaml"
      ? "a Helm chart"
      : undefined;
  if (what === undefined) return [];
  const message = `This is ${what}, and only plain YAML is rendered so far; let \`path\` in .trueup.yaml name a folder of plain manifests.`;
  return [fileFinding(path, "error", "unsupported-source", message)];
}

function fileFinding(file: string, severity: Finding["severity"], rule: string, message: string): Finding {
  return { file, line: 1, column: 1, severity, rule, message, pointer: "" };
}
