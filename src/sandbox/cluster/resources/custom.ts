import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { type Resource, resourceName, type Subresource } from "./resource.ts";

/** The part of a CustomResourceDefinition that decides what is served; it has passed validation. */
export interface DefinitionSpec {
  group: string;
  scope: string;
  names: {
    plural: string;
    singular?: string;
    kind: string;
    listKind?: string;
    shortNames?: string[];
    categories?: string[];
  };
  versions: DefinitionVersion[];
}

export interface DefinitionVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: unknown };
  subresources?: {
    status?: object;
    scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
  };
  additionalPrinterColumns?: {
    name: string;
    type: string;
    jsonPath: string;
    format?: string;
    priority?: number;
    description?: string;
  }[];
}

export function definitionSpec(definition: KubeObject): DefinitionSpec {
  return definition.spec as unknown as DefinitionSpec;
}

export function definitionVersion(resource: Resource): DefinitionVersion | undefined {
  if (resource.definedBy === undefined) return undefined;
  return definitionSpec(resource.definedBy).versions.find(({ name }) => name === resource.version);
}

/** One resource a served version, the preferred version first. */
export function customResourcesOf(definition: KubeObject): Resource[] {
  const spec = definitionSpec(definition);
  return spec.versions
    .filter(({ served }) => served)
    .toSorted((a, b) => comparePriority(a.name, b.name))
    .map((version) => ({
      group: spec.group,
      version: version.name,
      kind: spec.names.kind,
      listKind: spec.names.listKind ?? `${spec.names.kind}List`,
      plural: spec.names.plural,
      singular: spec.names.singular ?? spec.names.kind.toLowerCase(),
      shortNames: spec.names.shortNames ?? [],
      categories: spec.names.categories ?? [],
      namespaced: spec.scope === "Namespaced",
      verbs: ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
      subresources: subresourcesOf(spec, version),
      name: resourceName(spec.group, spec.names.plural),
      definedBy: definition,
    }));
}

function subresourcesOf(spec: DefinitionSpec, version: DefinitionVersion): Subresource[] {
  const verbs = ["get", "patch", "update"];
  const { status, scale } = version.subresources ?? {};
  return [
    ...(status === undefined
      ? []
      : [{ name: "status", group: spec.group, version: version.name, kind: spec.names.kind, verbs }]),
    ...(scale === undefined ? [] : [{ name: "scale", group: "autoscaling", version: "v1", kind: "Scale", verbs }]),
  ];
}

/** Kubernetes' order of versions: v10, v2, v1, v1beta2, v1beta1, v1alpha1, then the rest by the alphabet. */
export function comparePriority(a: string, b: string): number {
  const [x, y] = [rank(a), rank(b)];
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return y[i]! - x[i]!;
  return a < b ? -1 : 1;
}

function rank(version: string): number[] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (match === null) return [0, 0, 0];
  const stage = match[2] === undefined ? 3 : match[2] === "beta" ? 2 : 1;
  return [stage, Number(match[1]), Number(match[3] ?? 0)];
}
