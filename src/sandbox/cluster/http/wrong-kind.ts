import type { JsonObject } from "../../../core/manifest/kube-object.ts";
import { excerpt } from "../decode/body.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import { badRequest, invalid, type StatusError } from "../status-error.ts";
import type { Exchange } from "./exchange.ts";

/** What is answered when an object's body is of another kind than its path; undefined when it is not. */
export function wrongKind(exchange: Exchange, resource: Resource, body: JsonObject): StatusError | undefined {
  const { kind, definedBy } = resource;
  if (definedBy !== undefined) return wrongCustomKind(resource, body);
  const why = unfit(exchange, resource, body);
  if (why === undefined) return undefined;
  const given = { apiVersion: String(body.apiVersion ?? apiVersionOf(resource)), kind: String(body.kind ?? kind) };
  const version = given.apiVersion.slice(given.apiVersion.indexOf("/") + 1);
  return badRequest(`${given.kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

/** Why an object cannot become one of a built-in kind; undefined when it can. */
export function unfit({ knows }: Exchange, resource: Resource, body: JsonObject): string | undefined {
  const { kind } = resource;
  const apiVersion = apiVersionOf(resource);
  // What the URL says already may be left out.
  const given = { apiVersion: String(body.apiVersion ?? apiVersion), kind: String(body.kind ?? kind) };
  if (given.apiVersion === apiVersion && given.kind === kind) return undefined;
  const version = given.apiVersion.slice(given.apiVersion.indexOf("/") + 1);
  return knows(given.apiVersion, given.kind)
    ? `converting (${version}.${given.kind}) to (${groupPackage(resource.group)}.${kind}): unknown conversion`
    : `no kind "${given.kind}" is registered for version "${given.apiVersion}" in scheme "pkg/runtime/scheme.go"`;
}

function wrongCustomKind(resource: Resource, body: JsonObject): StatusError | undefined {
  const { kind, apiVersion, metadata } = body;
  const expected = apiVersionOf(resource);
  if (typeof kind !== "string" || kind === "") {
    const text = JSON.stringify(body);
    const why = `Object 'Kind' is missing in '${text}' (${excerpt(text)})`;
    return badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): ${why}`);
  }
  if (apiVersion !== undefined && apiVersion !== expected) {
    return badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (kind === resource.kind) return undefined;
  const name = String((metadata as JsonObject | undefined)?.name ?? "");
  const message = `Invalid value: ${JSON.stringify(kind)}: must be ${resource.kind}`;
  return invalid(resource.group, kind, name, [{ reason: "FieldValueInvalid", field: "kind", message }]);
}

/** The Go package of a group's kinds: `core`, `apps`, `rbac`. */
function groupPackage(group: string): string {
  return group === "" ? "core" : group.split(".")[0]!;
}
