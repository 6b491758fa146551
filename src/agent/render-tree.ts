import type { RenderedSystem } from "../core/config/confined-by.ts";
import type { SystemConfig } from "../core/config/system.ts";
import type { Finding } from "../core/manifest/finding.ts";
import { groupOf } from "../core/manifest/kube-object.ts";
import { type DesiredObject, desiredObject } from "../core/plan/desired-object.ts";
import type { Validator } from "../core/schema/validator.ts";
import type { Mirror } from "../git/mirror.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { isRefusal } from "../kube/kube-error.ts";
import type { RepositoryFile } from "../render/read-files.ts";
import type { RenderCache } from "../render/render-cache.ts";
import { type LiveKind, renderSystem } from "../render/render-system.ts";
import { systemFiles } from "../render/system-files.ts";
import { type Confinement, outsideConfinement } from "./cluster/confinement.ts";

/** What a system's files want, as it is applied. */
export interface DesiredState {
  objects: DesiredObject[];
  findings: Finding[];
  /** Objects of kinds about which the cluster can say nothing now, and so not where they belong. */
  unavailable: UnavailableObject[];
}

export interface UnavailableObject extends DesiredObject {
  reason: string;
}

export interface RenderContext {
  kube: KubeClient;
  confine: Confinement | undefined;
  validator: Validator;
  /** Id of the system's ApplySet. */
  applySet: string;
  mark?: string | undefined;
  cache?: RenderCache;
}

/** @param treeish a commit or tree */
export async function renderTree(
  mirror: Mirror,
  treeish: string,
  system: RenderedSystem,
  context: RenderContext,
): Promise<DesiredState> {
  const { cache, applySet } = context;
  const states = cache && statesOf(cache);
  const { name, path, namespace, confine, confinedTo } = system;
  const key = JSON.stringify([
    await mirror.treeAt(treeish, path),
    name,
    path,
    namespace,
    confine,
    confinedTo,
    applySet,
  ]);
  const before = states?.get(key);
  const { state, asked } =
    before === undefined
      ? await render(await systemFiles(mirror, treeish, path, cache), system, context)
      : { state: before, asked: false };
  if (states !== undefined && !asked) {
    // The tracked branch's is used by every plan, and outlives the merges that pass by.
    states.delete(key);
    states.set(key, state);
    for (const oldest of [...states.keys()].slice(0, -statesKept)) states.delete(oldest);
  }
  return state;
}

/** A kind that neither Kubernetes nor the files define is looked for in the cluster. */
export async function renderFiles(
  files: readonly RepositoryFile[],
  system: RenderedSystem,
  context: RenderContext,
): Promise<DesiredState> {
  return (await render(files, system, context)).state;
}

/** What a folder that did not change came out as: the tracked branch's, under one pull request after the other. */
const kept = new WeakMap<RenderCache, Map<string, DesiredState>>();
const statesKept = 4;

function statesOf(cache: RenderCache): Map<string, DesiredState> {
  const states = kept.get(cache) ?? new Map();
  kept.set(cache, states);
  return states;
}

/** `asked`: the cluster was asked about kinds, and may answer otherwise another time. */
async function render(
  files: readonly RepositoryFile[],
  system: RenderedSystem,
  { kube, confine, validator, applySet, mark, cache }: RenderContext,
): Promise<{ state: DesiredState; asked: boolean }> {
  const input = { files, system, validator, ...(cache === undefined ? {} : { cache }) };
  let rendered = renderSystem(input);
  const unavailable = new Map<string, string>();
  const asked = rendered.findings.some(({ rule }) => rule === "unknown-kind");
  if (asked) {
    const kinds = new Map(rendered.objects.map(({ object }) => [`${object.apiVersion} ${object.kind}`, object]));
    const found = [...kinds.values()]
      .filter(({ apiVersion, kind }) => validator.kindOf(apiVersion, kind) === undefined)
      .map(async ({ apiVersion, kind }): Promise<LiveKind | undefined> => {
        try {
          return await kube.discovery.find(apiVersion, kind);
        } catch (thrown) {
          if (!isRefusal(thrown)) throw thrown;
          unavailable.set(`${apiVersion} ${kind}`, thrown.message);
          const group = groupOf(apiVersion);
          return { group, version: apiVersion.slice(group === "" ? 0 : group.length + 1), kind, namespaced: true };
        }
      });
    const resources = (await Promise.all(found)).filter((one) => one !== undefined);
    if (resources.length > 0) rendered = renderSystem({ ...input, resources });
  }
  const settings = JSON.stringify([applySet, mark]);
  const objects = rendered.objects.map((one) => {
    const make = () => desiredObject(one, applySet, mark);
    return cache === undefined ? make() : cache.once(one, settings, make);
  });
  const reasonOf = ({ ref }: DesiredObject) => unavailable.get(`${ref.apiVersion} ${ref.kind}`);
  const available = objects.filter((one) => reasonOf(one) === undefined);
  const state = {
    objects: available,
    findings: [...rendered.findings, ...outsideConfinement(available, confine)],
    unavailable: objects.flatMap((one) => {
      const reason = reasonOf(one);
      return reason === undefined ? [] : [{ ...one, reason }];
    }),
  };
  return { state, asked };
}

/**
 * The namespace that the agent itself has to make, because `namespace:` names it and no manifest does. An agent that is
 * confined makes none: whoever gave it rights in some has made those.
 */
export function namespaceToMake(
  { namespace, namespaceGiven }: SystemConfig,
  objects: readonly DesiredObject[],
  confine: Confinement | undefined,
): string | undefined {
  if (!namespaceGiven || confine !== undefined) return undefined;
  const made = objects.some(
    ({ ref }) => groupOf(ref.apiVersion) === "" && ref.kind === "Namespace" && ref.name === namespace,
  );
  return made ? undefined : namespace;
}
