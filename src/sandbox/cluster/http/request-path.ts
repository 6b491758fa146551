import type { Catalogue } from "../resources/catalogue.ts";
import { hasSubresource, type Resource } from "../resources/resource.ts";
import { NoSuchPage, noSuchPath, notFound, notImplemented, qualified, type StatusError } from "../status-error.ts";

/** What a URL under `/api/…` or `/apis/…` names. */
export interface Target {
  resource: Resource;
  namespace: string | undefined;
  /** Undefined for the whole collection. */
  name: string | undefined;
  subresource: string | undefined;
}

/** @returns undefined when the path is not of a resource; throws a 404 when it is of one that is not served */
export function targetOf(path: string, catalogue: Catalogue): Target | undefined {
  const steps = path.split("/").slice(1).map(decode);
  const [root, ...after] = steps;
  if (root !== "api" && root !== "apis") return undefined;
  const [group, version, ...rest] = root === "api" ? ["", ...after] : after;
  if (group === undefined || version === undefined || rest.length === 0) return undefined;
  const left = rest[0] === "namespaces" && rest.length >= 3 ? rest[2]! : rest[0]!;
  if (catalogue.leavesOut(group, version, left)) throw notImplemented(qualified({ group, resource: left }));
  // The old way to watch, by a path of its own.
  if (rest[0] === "watch") throw notImplemented("watching by /watch/, which ?watch=true does");
  if (!catalogue.serves(group, version)) throw unknownVersion(group, catalogue);
  const serve = (plural: string | undefined) => {
    const found = plural === undefined ? undefined : catalogue.find(group, version, plural);
    if (found === undefined) throw catalogue.serves(group, version, "built-in") ? noSuchPath() : new NoSuchPage();
    return found;
  };

  if (rest[0] === "namespaces" && rest.length >= 3 && !isOfNamespace(rest, catalogue)) {
    const [, namespace, plural, name, ...more] = rest;
    const resource = serve(plural);
    if (!resource.namespaced) throw noSuchPath();
    return whole({ resource, namespace, name, subresource: undefined }, more, catalogue);
  }
  const [plural, name, ...more] = rest;
  const resource = serve(plural);
  // Objects in namespaces have no path outside of them; creating in none is refused by the registry.
  if (resource.namespaced && name !== undefined) throw noSuchPath();
  return whole({ resource, namespace: undefined, name, subresource: undefined }, more, catalogue);
}

/** The 404 for a version that a group does not have, which is a Status where Kubernetes itself serves the group. */
export function unknownVersion(group: string, catalogue: Catalogue): StatusError {
  const own = catalogue.all().some((it) => it.group === group && it.definedBy === undefined);
  return own ? noSuchPath() : new NoSuchPage();
}

/** `namespaces/x/status` is of the namespace itself, `namespaces/x/pods` of what is in it. */
function isOfNamespace(rest: readonly string[], catalogue: Catalogue): boolean {
  const namespaces = catalogue.find("", "v1", "namespaces");
  return rest.length === 3 && namespaces !== undefined && hasSubresource(namespaces, rest[2]!);
}

function whole(target: Target, more: readonly string[], catalogue: Catalogue): Target {
  const [subresource, ...tooMuch] = more;
  const { group, version, plural } = target.resource;
  const known = subresource === undefined || hasSubresource(target.resource, subresource);
  if (!known && catalogue.leavesOut(group, version, plural, subresource)) {
    throw notImplemented(`${qualified({ group, resource: plural })}/${subresource}`);
  }
  if (tooMuch.length > 0) throw noSuchPath();
  if (subresource === undefined) return target;
  if (!hasSubresource(target.resource, subresource)) {
    const { definedBy } = target.resource;
    throw definedBy === undefined ? noSuchPath() : notFound({ group, resource: plural }, target.name ?? "");
  }
  return { ...target, subresource };
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw noSuchPath();
  }
}
