import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { KubernetesSchemas } from "../../../core/schema/kubernetes-schemas.ts";
import type { ResourceName } from "../store.ts";
import { builtInResources } from "./built-in.ts";
import { customResourcesOf } from "./custom.ts";
import { apiVersionOf, type Resource } from "./resource.ts";

/** What the cluster serves right now. */
export interface Catalogue {
  find(group: string, version: string, plural: string): Resource | undefined;
  findKind(apiVersion: string, kind: string): Resource | undefined;
  /** The resource in its preferred version. */
  named(name: ResourceName): Resource | undefined;
  all(): readonly Resource[];
  /** Whether Kubernetes serves that, and this cluster does not. */
  leavesOut(group: string, version: string, plural: string, subresource?: string): boolean;
  /** @param which only Kubernetes' own resources; all when absent */
  serves(group: string, version: string, which?: "built-in"): boolean;
  /** In order of preference, versions too. `""`, the core group, comes first. */
  groups(): readonly { group: string; versions: readonly string[] }[];
  /** Serves what a definition describes, instead of what it described before. */
  define(definition: KubeObject): void;
  withdraw(definition: KubeObject): void;
  /** Counts changes, for caches of what is made from the catalogue. */
  revision(): number;
}

export function createCatalogue(schemas: KubernetesSchemas): Catalogue {
  const builtIn = builtInResources(schemas);
  const custom = new Map<string, Resource[]>();
  let revision = 0;
  let byPath = new Map<string, Resource>();
  let byKind = new Map<string, Resource>();
  let byName = new Map<string, Resource>();
  let everything: Resource[] = [];

  const rebuild = () => {
    revision += 1;
    everything = [...builtIn, ...[...custom.values()].flat()];
    byPath = new Map(everything.map((it) => [`${it.group}/${it.version}/${it.plural}`, it]));
    byKind = new Map(everything.map((it) => [`${apiVersionOf(it)} ${it.kind}`, it]));
    byName = new Map(everything.toReversed().map((it) => [it.name, it]));
  };
  rebuild();

  return {
    find: (group, version, plural) => byPath.get(`${group}/${version}/${plural}`),
    findKind: (apiVersion, kind) => byKind.get(`${apiVersion} ${kind}`),
    named: (name) => byName.get(name),
    all: () => everything,
    leavesOut(group, version, plural, subresource) {
      const row = schemas.resources.find((it) => it.group === group && it.version === version && it.plural === plural);
      if (subresource === undefined) return row !== undefined && !byPath.has(`${group}/${version}/${plural}`);
      return row?.subresources?.some(({ name }) => name === subresource) === true;
    },
    serves: (group, version, which) =>
      (which === undefined ? everything : builtIn).some((it) => it.group === group && it.version === version),
    groups() {
      const groups = new Map<string, Set<string>>();
      for (const { group, versions } of schemas.groups) {
        const served = versions.filter((version) =>
          builtIn.some(
            (it) =>
              it.group === group &&
              (it.version === version || it.subresources.some((sub) => sub.group === group && sub.version === version)),
          ),
        );
        if (served.length > 0) groups.set(group, new Set(served));
      }
      for (const { group, version } of [...custom.values()].flat()) {
        groups.set(group, (groups.get(group) ?? new Set()).add(version));
      }
      return [...groups].map(([group, versions]) => ({ group, versions: [...versions] }));
    },
    define(definition) {
      custom.set(definition.metadata.name, customResourcesOf(definition));
      rebuild();
    },
    withdraw(definition) {
      if (custom.delete(definition.metadata.name)) rebuild();
    },
    revision: () => revision,
  };
}
