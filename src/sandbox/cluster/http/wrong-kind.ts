import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import type { Exchange } from "./exchange.ts";

/** What is said when an object's body is of another kind than its path; undefined when it is not. */
export function wrongKind({ knows }: Exchange, resource: Resource, body: JsonObject): string | undefined {
  const { kind, definedBy } = resource;
  const apiVersion = apiVersionOf(resource);
  // What the URL says already may be left out.
  const given = { apiVersion: String(body.apiVersion ?? apiVersion), kind: String(body.kind ?? kind) };
  if (given.apiVersion === apiVersion && given.kind === kind) return undefined;
  if (definedBy !== undefined) {
    const [wanted, found] = given.kind === kind ? [apiVersion, given.apiVersion] : [kind, given.kind];
    const what = given.kind === kind ? "API version" : "kind";
    return `the ${what} in the data (${found}) does not match the expected ${what} (${wanted})`;
  }
  const [group = "", version = ""] = given.apiVersion.includes("/")
    ? given.apiVersion.split("/")
    : ["", given.apiVersion];
  const why = knows(given.apiVersion, given.kind)
    ? `converting (${version}.${given.kind}) to (${groupPackage(resource.group)}.${kind}): unknown conversion`
    : `no kind "${given.kind}" is registered for version "${group === "" ? version : given.apiVersion}" in scheme "pkg/runtime/scheme.go"`;
  return `${given.kind} in version "${version}" cannot be handled as a ${kind}: ${why}`;
}

/** The Go package of a group's kinds: `core`, `apps`, `rbac`. */
function groupPackage(group: string): string {
  return group === "" ? "core" : group.split(".")[0]!;
}
