import type { SystemConfig } from "../core/config/system.ts";
import type { Finding } from "../core/manifest/finding.ts";
import { groupOf } from "../core/manifest/kube-object.ts";
import { type DesiredObject, desiredObject } from "../core/plan/desired-object.ts";
import type { Validator } from "../core/schema/validator.ts";
import type { Mirror } from "../git/mirror.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import type { RepositoryFile } from "../render/read-files.ts";
import type { RenderCache } from "../render/render-cache.ts";
import { type LiveKind, renderSystem } from "../render/render-system.ts";
import { systemFiles } from "../render/system-files.ts";

/** What a system's files want, as it is applied. */
export interface DesiredState {
  objects: DesiredObject[];
  findings: Finding[];
}

export interface RenderContext {
  kube: KubeClient;
  validator: Validator;
  /** Id of the system's ApplySet. */
  applySet: string;
  cache?: RenderCache;
}

/** @param treeish a commit or tree */
export async function renderTree(
  mirror: Mirror,
  treeish: string,
  system: SystemConfig,
  context: RenderContext,
): Promise<DesiredState> {
  return renderFiles(await systemFiles(mirror, treeish, system.path), system, context);
}

/** A kind that neither Kubernetes nor the files define is looked for in the cluster. */
export async function renderFiles(
  files: readonly RepositoryFile[],
  system: Pick<SystemConfig, "name" | "path" | "namespace" | "confine">,
  { kube, validator, applySet, cache }: RenderContext,
): Promise<DesiredState> {
  const input = { files, system, validator, ...(cache === undefined ? {} : { cache }) };
  let rendered = renderSystem(input);
  if (rendered.findings.some(({ rule }) => rule === "unknown-kind")) {
    const kinds = new Map(rendered.objects.map(({ object }) => [`${object.apiVersion} ${object.kind}`, object]));
    const found = [...kinds.values()]
      .filter(({ apiVersion, kind }) => validator.kindOf(apiVersion, kind) === undefined)
      .map(({ apiVersion, kind }) => kube.discovery.find(apiVersion, kind));
    const resources: LiveKind[] = (await Promise.all(found)).filter((one) => one !== undefined);
    if (resources.length > 0) rendered = renderSystem({ ...input, resources });
  }
  return { objects: rendered.objects.map((one) => desiredObject(one, applySet)), findings: rendered.findings };
}

/** The namespace that the agent itself has to make, because `namespace:` names it and no manifest does. */
export function namespaceToMake(
  { namespace, namespaceGiven }: SystemConfig,
  objects: readonly DesiredObject[],
): string | undefined {
  if (!namespaceGiven) return undefined;
  const made = objects.some(
    ({ ref }) => groupOf(ref.apiVersion) === "" && ref.kind === "Namespace" && ref.name === namespace,
  );
  return made ? undefined : namespace;
}
