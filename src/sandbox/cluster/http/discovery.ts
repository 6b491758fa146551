import { createHash } from "node:crypto";
import type { Catalogue } from "../resources/catalogue.ts";
import { definitionSpec } from "../resources/custom.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import { NoSuchPage } from "../status-error.ts";
import { mediaTypes } from "./accept.ts";
import { unknownVersion } from "./request-path.ts";

export interface DiscoveryAnswer {
  type: string;
  body: object;
}

const json = (body: object): DiscoveryAnswer => ({ type: "application/json", body });

/**
 * What the API offers, at `/api`, `/apis` and below.
 * @returns undefined when the path is no discovery path; throws a 404 for groups and versions that are not served
 */
export function discoveryAnswer(
  path: string,
  accept: string | undefined,
  catalogue: Catalogue,
  address: string,
): DiscoveryAnswer | undefined {
  const steps = path.split("/").filter((step) => step !== "");
  const [root, group, version, ...more] = steps;
  if (more.length > 0) return undefined;
  if (root === "api") {
    if (version !== undefined) return undefined;
    if (group === undefined) {
      if (wantsAggregated(accept)) return aggregated(catalogue, (it) => it === "");
      const serverAddressByClientCIDRs = [{ clientCIDR: "0.0.0.0/0", serverAddress: address }];
      return json({ kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs });
    }
    return json(resourceList(catalogue, "", group));
  }
  if (root !== "apis") return undefined;
  if (group === undefined) {
    if (wantsAggregated(accept)) return aggregated(catalogue, (it) => it !== "");
    const groups = catalogue.groups().filter((it) => it.group !== "");
    return json({ kind: "APIGroupList", apiVersion: "v1", groups: groups.map(apiGroup) });
  }
  if (version !== undefined) return json(resourceList(catalogue, group, version));
  const found = catalogue.groups().find((it) => it.group === group && group !== "");
  if (found === undefined) throw new NoSuchPage();
  return json({ kind: "APIGroup", apiVersion: "v1", ...apiGroup(found) });
}

function apiGroup({ group, versions }: { group: string; versions: readonly string[] }) {
  const all = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: all, preferredVersion: all[0]! };
}

function resourceList(catalogue: Catalogue, group: string, version: string): object {
  const served = catalogue.groups().find((it) => it.group === group);
  if (served === undefined || !served.versions.includes(version)) throw unknownVersion(group, catalogue);
  const resources = inVersion(catalogue, group, version).flatMap((resource) => [
    {
      name: resource.plural,
      singularName: resource.singular,
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: resource.verbs,
      ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
      ...(resource.categories.length > 0 && { categories: resource.categories }),
      ...(resource.verbs.includes("get") && { storageVersionHash: storageVersionHash(resource) }),
    },
    ...resource.subresources.map((sub) => ({
      name: `${resource.plural}/${sub.name}`,
      singularName: "",
      namespaced: resource.namespaced,
      ...((sub.group !== group || sub.version !== version) && { group: sub.group, version: sub.version }),
      kind: sub.kind,
      verbs: sub.verbs,
    })),
  ]);
  const ofCore = group === "";
  return {
    kind: "APIResourceList",
    ...(!ofCore && { apiVersion: "v1" }),
    groupVersion: apiVersionOf({ group, version }),
    resources,
  };
}

/** By which clients see that objects are stored in another version from now on. */
function storageVersionHash({ group, version, kind, definedBy }: Resource): string {
  const kept = definedBy && definitionSpec(definedBy).versions.find(({ storage }) => storage)?.name;
  const stored = kept ?? (kind === "CustomResourceDefinition" ? "v1beta1" : version);
  return createHash("sha256").update(`${group}/${stored}/${kind}`).digest().subarray(0, 8).toString("base64");
}

const inVersion = (catalogue: Catalogue, group: string, version: string): Resource[] =>
  catalogue.all().filter((it) => it.group === group && it.version === version);

function wantsAggregated(accept: string | undefined): boolean {
  return mediaTypes(accept ?? "").some(
    ({ type, parameters }) =>
      type === "application/json" &&
      parameters.get("as") === "APIGroupDiscoveryList" &&
      parameters.get("g") === "apidiscovery.k8s.io" &&
      parameters.get("v") === "v2",
  );
}

/** All groups in one answer: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
function aggregated(catalogue: Catalogue, which: (group: string) => boolean): DiscoveryAnswer {
  const items = catalogue
    .groups()
    .filter(({ group }) => which(group))
    .map(({ group, versions }) => ({
      metadata: group === "" ? {} : { name: group },
      versions: versions.map((version) => ({
        version,
        resources: inVersion(catalogue, group, version).map(aggregatedResource),
        freshness: "Current",
      })),
    }));
  return {
    type: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    body: { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items },
  };
}

function aggregatedResource(resource: Resource): object {
  const { kind, definedBy } = resource;
  // Of its own kinds Kubernetes says the name alone: the rest is what it stands under.
  const kindOf = (it: { group: string; version: string; kind: string }) => {
    const own = definedBy === undefined && it.group === resource.group && it.version === resource.version;
    return own ? { group: "", version: "", kind: it.kind } : { group: it.group, version: it.version, kind: it.kind };
  };
  return {
    resource: resource.plural,
    responseKind: kindOf({ ...resource, kind }),
    scope: resource.namespaced ? "Namespaced" : "Cluster",
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
    ...(resource.categories.length > 0 && { categories: resource.categories }),
    ...(resource.subresources.length > 0 && {
      subresources: resource.subresources.map((sub) => ({
        subresource: sub.name,
        responseKind: kindOf(sub),
        verbs: sub.verbs,
      })),
    }),
  };
}
