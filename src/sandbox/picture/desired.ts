import { configFile, parseConfig } from "../../core/config/parse-config.ts";
import type { SystemConfig } from "../../core/config/system.ts";
import type { Finding } from "../../core/manifest/finding.ts";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { isManifestPath } from "../../core/manifest/read-manifests.ts";
import type { Validator } from "../../core/schema/validator.ts";
import type { RepositoryFile } from "../../render/read-files.ts";
import { createRenderCache } from "../../render/render-cache.ts";
import { renderSystem } from "../../render/render-system.ts";
import type { ForgeRepository } from "../forge/forge.ts";

/** The systems of a repository as Git wants them. */
export interface Desired {
  /** Commit SHA that was read; undefined while there is none. */
  revision: string | undefined;
  objects: KubeObject[];
  /** Why not all could be read, as a sentence for a person. */
  problem?: string;
}

/** Reads the systems of a repository at the tips of their tracked branches, as the agent renders them. */
export function desiredReader(repository: ForgeRepository, validator: Validator): () => Promise<Desired> {
  const caches = new Map<string, ReturnType<typeof createRenderCache>>();
  return async () => {
    const { defaultBranch } = repository.address;
    const revision = await repository.resolve(defaultBranch);
    const config = revision === undefined ? undefined : await repository.file(revision, configFile);
    if (config === undefined) {
      return {
        revision,
        objects: [],
        problem: `there is no ${configFile} on ${defaultBranch}, so nothing is deployed`,
      };
    }
    const { systems, findings } = parseConfig(configFile, config.content);
    const objects: KubeObject[] = [];
    const found: Finding[] = [...findings];
    for (const system of systems) {
      const cache = caches.get(system.name) ?? createRenderCache();
      caches.set(system.name, cache);
      const files = await filesOf(repository, system, system.branch ?? defaultBranch);
      const rendered = renderSystem({ files, system, validator, cache });
      objects.push(...rendered.objects.map(({ object }) => object));
      found.push(...rendered.findings);
    }
    const error = found.find(({ severity }) => severity === "error");
    if (error === undefined) return { revision, objects };
    return { revision, objects, problem: `${error.file}:${error.line}: ${error.message}` };
  };
}

async function filesOf(repository: ForgeRepository, { path }: SystemConfig, branch: string): Promise<RepositoryFile[]> {
  const ref = await repository.resolve(branch);
  if (ref === undefined) return [];
  const files: RepositoryFile[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of (await repository.tree(ref, folder)) ?? []) {
      if (entry.name.startsWith(".")) continue;
      if (entry.type === "tree") await visit(entry.path);
      else if (entry.type === "blob") {
        const content = isManifestPath(entry.path) ? (await repository.file(ref, entry.path))?.content : undefined;
        files.push({ path: entry.path, mode: entry.mode, id: entry.sha, content: content ?? "" });
      }
    }
  };
  await visit(path);
  return files;
}
