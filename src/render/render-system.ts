import type { RenderedSystem } from "../core/config/confined-by.ts";
import { withoutDuplicates } from "../core/manifest/duplicate-objects.ts";
import type { Finding } from "../core/manifest/finding.ts";
import { groupOf, type KubeObject } from "../core/manifest/kube-object.ts";
import { placedFinding } from "../core/manifest/placed-finding.ts";
import type { SourceObject } from "../core/manifest/source-object.ts";
import type { Validator } from "../core/schema/validator.ts";
import { normaliseObject } from "./normalise-object.ts";
import { type RepositoryFile, readFiles } from "./read-files.ts";
import { createRenderCache, type RenderCache } from "./render-cache.ts";

/** An object as it is applied, and where it is described. */
export type RenderedObject = SourceObject;

/** A kind that the cluster serves, by its own word. */
export interface LiveKind {
  group: string;
  version: string;
  kind: string;
  namespaced: boolean;
}

export interface RenderInput {
  /** At least all files below `system.path`; others are not looked at. */
  files: readonly RepositoryFile[];
  system: RenderedSystem;
  validator: Validator;
  /**
   * Kinds that the cluster serves beyond those that the validator and the files' own definitions know. Their objects get
   * a namespace by it, and are left to the server to check.
   */
  resources?: readonly LiveKind[];
  /** Of this system alone. */
  cache?: RenderCache;
}

export interface Rendered {
  /** Each object once, in the order of files. Not to be applied when a finding is an error. */
  objects: RenderedObject[];
  findings: Finding[];
}

/**
 * What a system's files say that the cluster should hold. Nothing in the files makes it throw; what is wrong with them is
 * a finding with its place. A folder without manifests gives no objects and no findings.
 */
export function renderSystem({ files, system, validator, resources = [], cache }: RenderInput): Rendered {
  const kept = cache ?? createRenderCache();
  const read = readFiles(files, system.path, kept);
  const definitions = read.objects.map(({ object }) => object).filter(isDefinition);
  const knowing = kept.validatorWith(validator, definitions);
  const scopeOf = scopes(knowing, resources);

  const findings = [...read.findings];
  const settings = JSON.stringify([system.name, system.namespace, system.confine, system.confinedTo]);
  const normalised = read.objects.map((source): SourceObject => {
    const namespaced = scopeOf(source.object);
    const { rendered, problems } = kept.once(source, `${settings} ${namespaced}`, () => {
      const { object, problems } = normaliseObject(source.object, namespaced, system);
      return { rendered: { ...source, object }, problems };
    });
    const told = kept
      .validate(knowing, source.object)
      .filter(({ rule }) => rule !== "unknown-kind" || namespaced === undefined);
    for (const problem of [...told, ...problems]) {
      findings.push(placedFinding(source, problem));
    }
    return rendered;
  });
  const { objects, findings: duplicates } = withoutDuplicates(normalised);
  kept.sweep();
  return { objects, findings: [...findings, ...duplicates] };
}

function isDefinition({ kind, apiVersion }: KubeObject): boolean {
  return kind === "CustomResourceDefinition" && groupOf(apiVersion) === "apiextensions.k8s.io";
}

function scopes(validator: Validator, resources: readonly LiveKind[]): (object: KubeObject) => boolean | undefined {
  const live = new Map(
    resources.map(({ group, version, kind, namespaced }) => [
      `${group === "" ? version : `${group}/${version}`} ${kind}`,
      namespaced,
    ]),
  );
  return ({ apiVersion, kind }) => validator.kindOf(apiVersion, kind)?.namespaced ?? live.get(`${apiVersion} ${kind}`);
}
