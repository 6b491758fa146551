import { shown } from "../shown.ts";
import {
  type Fields,
  fields,
  isFilled,
  isSet,
  lacks,
  type Rule,
  textOf,
  type ValueCheck,
  type Violation,
} from "./rule.ts";
import { dnsLabel, dnsSubdomain, objectName } from "./syntax.ts";

/** Not the one for staging, at which nobody looks. */
const secretsOfCsi = [
  "controllerPublishSecretRef",
  "controllerExpandSecretRef",
  "nodePublishSecretRef",
  "nodeExpandSecretRef",
] as const;

/** Objects that name others, wholly, where the server looks at what they name. */
export const references: Rule = {
  name: "invalid-reference",
  objects: {
    "core.v1.CSIPersistentVolumeSource": (source) =>
      secretsOfCsi.flatMap((field) =>
        isObject(source[field]) ? [...named(source[field], field, { name: objectName, namespace: dnsLabel })] : [],
      ),
    "networking.v1.IngressBackend": ({ resource }) =>
      isObject(resource)
        ? [
            ...named(resource, "resource", { kind: anyText, name: anyText }),
            ...invalid(resource.apiGroup, ["resource", "apiGroup"], dnsSubdomain),
          ]
        : [],
    "core.v1.PersistentVolumeClaimSpec": dataSources,
  },
};

/**
 * The server drops a source in another namespace, and one of a kind that the old field never knew when the new one does not
 * stand beside it.
 */
function dataSources({ dataSource, dataSourceRef }: Fields): Violation[] {
  const isThere = isObject(dataSourceRef);
  if (isSet(dataSourceRef) && (!isThere || isFilled(dataSourceRef.namespace))) return [];
  return [
    ...(isThere ? source(dataSourceRef, "dataSourceRef") : []),
    ...(isObject(dataSource) && (isThere || isOfOldKind(dataSource)) ? source(dataSource, "dataSource") : []),
  ];
}

function source(reference: Fields, field: string): Violation[] {
  const { kind, apiGroup } = reference;
  const found = [
    ...named(reference, field, { kind: anyText, name: anyText }),
    ...invalid(apiGroup, [field, "apiGroup"], dnsSubdomain),
  ];
  if (found.length > 0 || isFilled(apiGroup) || typeof kind !== "string" || kind === "PersistentVolumeClaim")
    return found;
  return [{ predicate: "must be `PersistentVolumeClaim` without an `apiGroup`", at: [field, "kind"] }];
}

function isOfOldKind({ kind, apiGroup }: Fields): boolean {
  const group = textOf(apiGroup);
  return (
    (kind === "PersistentVolumeClaim" && group === "") ||
    (kind === "VolumeSnapshot" && group === "snapshot.storage.k8s.io")
  );
}

const anyText: ValueCheck = () => undefined;

/** All of these fields are there, and good. */
function named(reference: unknown, field: string, wanted: { readonly [name: string]: ValueCheck }): Violation[] {
  return Object.entries(wanted).flatMap(([name, check]) => {
    const value = fields(reference)[name];
    return isFilled(value) ? invalid(value, [field, name], check) : [lacks(name, undefined, [field])];
  });
}

function invalid(value: unknown, at: readonly string[], check: ValueCheck): Violation[] {
  const problem = check(value);
  return problem === undefined ? [] : [{ predicate: `${problem}, but it is ${shown(value)}`, at }];
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
