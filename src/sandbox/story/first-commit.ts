import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";

/** The files of a repository's first commit: path inside the repository → content. */
export type FirstCommit = Map<string, Uint8Array>;

/** What was given with `--from` cannot become a repository. */
export class UnusableFolder extends Error {}

const largestFile = 20 * 1024 * 1024;
const mostFiles = 20_000;

/** The sandbox's own story, a purple star and an nginx, in the namespace. */
export function seedFiles(seedDir: string, namespace = "demo"): FirstCommit {
  const files = readFolder(seedDir);
  const config = new TextDecoder().decode(files.get(".trueup.yaml"));
  files.set(".trueup.yaml", new TextEncoder().encode(config.replace(/namespace: \S+/, `namespace: ${namespace}`)));
  return files;
}

/**
 * A person's own manifests as a first commit, with a proposed `.trueup.yaml` when there is none.
 *
 * @param namespace for that proposal; the folder's name when absent
 * @throws UnusableFolder when the folder is missing, empty, too large or holds something else than files and folders
 */
export function filesFrom(
  dir: string,
  namespace?: string,
): { files: FirstCommit; name: string; proposed: string | undefined } {
  const files = readFolder(dir);
  if (files.size === 0) throw new UnusableFolder(`${dir} holds no files; give a folder with Kubernetes manifests`);
  const name = slug(basename(resolve(dir)));
  if (files.has(".trueup.yaml")) return { files, name, proposed: undefined };
  const proposed = proposedConfig(name, namespace ?? name);
  files.set(".trueup.yaml", new TextEncoder().encode(proposed));
  return { files, name, proposed };
}

function proposedConfig(name: string, namespace: string): string {
  return `# Proposed by trueup. One system: everything in this repository, enacted by the agent of the cluster "sandbox".
systems:
  ${name}:
    cluster: sandbox
    path: .
    namespace: ${namespace}
`;
}

function readFolder(dir: string): FirstCommit {
  const files: FirstCommit = new Map();
  const visit = (folder: string): void => {
    for (const entry of readEntries(folder, dir)) {
      if (entry === ".git" || entry === "node_modules") continue;
      const path = join(folder, entry);
      const stat = lstatSync(path);
      if (stat.isDirectory()) visit(path);
      else if (!stat.isFile())
        throw new UnusableFolder(`${path} is neither a file nor a folder (a link?); leave it out`);
      else if (stat.size > largestFile) throw new UnusableFolder(`${path} is larger than 20 MB; leave it out`);
      else files.set(relative(dir, path).split(sep).join("/"), readFileSync(path));
      if (files.size > mostFiles) throw new UnusableFolder(`${dir} holds more than ${mostFiles} files`);
    }
  };
  visit(dir);
  return files;
}

function readEntries(folder: string, dir: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new UnusableFolder(`--from ${dir}: there is no such folder`);
    if (code === "ENOTDIR") throw new UnusableFolder(`--from ${dir} is a file; give the folder that holds it`);
    throw error;
  }
}

/** A valid repository, system and namespace name (DNS label) from any folder name. */
function slug(name: string): string {
  const cleaned = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return cleaned === "" ? "manifests" : cleaned;
}
