import type { SystemConfig } from "../../core/config/system.ts";
import { groupOf } from "../../core/manifest/kube-object.ts";
import type { SourceObject } from "../../core/manifest/source-object.ts";
import type { SystemFinding } from "../../core/report/report.ts";
import type { Validator } from "../../core/schema/validator.ts";
import type { Mirror } from "../../git/mirror.ts";
import { createRenderCache, type RenderCache } from "../../render/render-cache.ts";
import { renderSystem } from "../../render/render-system.ts";
import { systemFiles } from "../../render/system-files.ts";

/** Of each validator and mirror, and there of each system: what was parsed and checked once is not again. */
const caches = new WeakMap<Validator, WeakMap<Mirror, Map<string, RenderCache>>>();
const systemsKept = 64;

/**
 * What is wrong with the files of these systems in a commit or tree, system by system. Custom resources that no definition beside
 * them describes are left to the agent, who knows what its cluster serves.
 */
export async function validateSystems(
  validator: Validator,
  mirror: Mirror,
  treeish: string,
  systems: readonly SystemConfig[],
): Promise<SystemFinding[]> {
  const findings: SystemFinding[] = [];
  for (const system of systems) {
    const cache = cacheOf(validator, mirror, system.name);
    const files = await systemFiles(mirror, treeish, system.path, cache);
    const rendered = renderSystem({ files, system, validator, cache });
    const custom = new Set(
      rendered.objects.filter(isCustom).map((source) => place(source.file, source.locate("/kind"))),
    );
    const own = rendered.findings.filter(
      (finding) => finding.rule !== "unknown-kind" || !custom.has(place(finding.file, finding)),
    );
    const of = { system: system.name, cluster: system.cluster };
    findings.push(...own.map((finding) => ({ ...finding, of })));
  }
  return findings;
}

function cacheOf(validator: Validator, mirror: Mirror, system: string): RenderCache {
  const mirrors = caches.get(validator) ?? new WeakMap<Mirror, Map<string, RenderCache>>();
  caches.set(validator, mirrors);
  const systems = mirrors.get(mirror) ?? new Map<string, RenderCache>();
  mirrors.set(mirror, systems);
  const cache = systems.get(system) ?? createRenderCache();
  // The one used last stands last.
  systems.delete(system);
  systems.set(system, cache);
  for (const oldest of systems.keys()) {
    if (systems.size <= systemsKept) break;
    systems.delete(oldest);
  }
  return cache;
}

/** Kubernetes' own groups have no dot or end in `.k8s.io`, which is reserved for them. */
function isCustom({ object }: SourceObject): boolean {
  const group = groupOf(object.apiVersion);
  return group.includes(".") && !group.endsWith(".k8s.io");
}

function place(file: string, { line, column }: { line: number; column: number }): string {
  return `${file}:${line}:${column}`;
}
