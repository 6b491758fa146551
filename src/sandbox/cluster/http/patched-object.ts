import type { Json, JsonObject } from "../../../core/manifest/kube-object.ts";
import { goJsonKind } from "../go-text.ts";
import { nameless } from "../registry/object-metadata.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import { type FieldViolation, invalid, StatusError } from "../status-error.ts";
import type { Exchange } from "./exchange.ts";
import { unfit } from "./wrong-kind.ts";

export function noVersionOrKind(value: Json, field?: string): string {
  const where = field === undefined ? "value of type struct" : `struct field .${field} of type string`;
  return `couldn't get version/kind; json parse error: json: cannot unmarshal ${goJsonKind(value)} into Go ${where}`;
}

/**
 * What is answered when a JSON or merge patch leaves an object of another kind than it was; undefined when it does not.
 * @param refused the 422 about the patch itself
 */
export function wrongPatchedKind(
  exchange: Exchange,
  resource: Resource,
  value: JsonObject,
  refused: (said: string) => StatusError,
): StatusError | undefined {
  for (const field of ["apiVersion", "kind"]) {
    if (typeof (value[field] ?? "") !== "string") return refused(noVersionOrKind(value[field]!, field));
  }
  if (resource.definedBy !== undefined) return wrongCustomKind(resource, value, refused);
  if ((value.apiVersion ?? "") === "") {
    // Read as of no version: with none of its fields.
    return nameless(exchange.path.split("/").at(-1) ?? "");
  }
  const why = unfit(exchange, resource, value);
  return why === undefined ? undefined : refused(why);
}

function wrongCustomKind(
  resource: Resource,
  value: JsonObject,
  refused: (said: string) => StatusError,
): StatusError | undefined {
  const { apiVersion = "", kind = "", metadata } = value as { [field: string]: string } & JsonObject;
  if (kind === "") return refused(`Object 'Kind' is missing in '${JSON.stringify(value)}'`);
  if (apiVersion === "") {
    const why = "Object 'apiVersion' is missing in 'object has no apiVersion field'";
    return new StatusError(500, "InternalError", `Internal error occurred: ${why}`, { causes: [{ message: why }] });
  }
  const must = (field: string, found: string, wanted: string): FieldViolation[] => {
    const message = `Invalid value: ${JSON.stringify(found)}: must be ${wanted}`;
    return found === wanted ? [] : [{ reason: "FieldValueInvalid", field, message }];
  };
  const violations = [...must("kind", kind, resource.kind), ...must("apiVersion", apiVersion, apiVersionOf(resource))];
  if (violations.length === 0) return undefined;
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return invalid(group, kind, String((metadata as JsonObject | undefined)?.name ?? ""), violations);
}
