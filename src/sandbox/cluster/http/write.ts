import type { Json, JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { type Body, readApplied, readObject } from "../decode/body.ts";
import { protobufType } from "../decode/protobuf.ts";
import { Unreadable } from "../decode/unreadable.ts";
import { JsonPatchError, jsonPatch } from "../patch/json-patch.ts";
import { isObject, mergePatch } from "../patch/merge-patch.ts";
import { namesAgree } from "../registry/object-metadata.ts";
import type { Registry } from "../registry/registry.ts";
import { scaleOf, withScale } from "../registry/scale.ts";
import type { Strategy } from "../registry/strategy.ts";
import { badRequest, invalid, methodNotAllowed, notImplemented, StatusError } from "../status-error.ts";
import { warningsOf } from "../validation/warnings.ts";
import { answerJson, contentType, type Exchange, readBody, readBytes } from "./exchange.ts";
import { answerObject } from "./read.ts";
import type { Target } from "./request-path.ts";
import { reviews } from "./reviews.ts";
import { type AskedWrite, askedWrite } from "./write-options.ts";
import { wrongKind } from "./wrong-kind.ts";

type Named = Target & { name: string };

/** Kinds of which an update makes an object that is not there. */
const madeByUpdate = new Set([
  "endpoints",
  "events",
  "limitranges",
  "services",
  "leases.coordination.k8s.io",
  "runtimeclasses.node.k8s.io",
  "roles.rbac.authorization.k8s.io",
  "rolebindings.rbac.authorization.k8s.io",
  "clusterroles.rbac.authorization.k8s.io",
  "clusterrolebindings.rbac.authorization.k8s.io",
]);

export async function createObject(exchange: Exchange, registry: Registry, target: Target): Promise<void> {
  const { resource, namespace } = target;
  if (!resource.verbs.includes("create")) throw methodNotAllowed();
  const asked = askedWrite(exchange, "CreateOptions");
  const strategy = registry.strategy(resource);
  const object = decoded(exchange, strategy, await bodyOf(exchange, resource.kind), asked);
  const review = reviews[resource.name];
  if (review !== undefined) {
    answerJson(exchange, 201, JSON.stringify(review(object as unknown as JsonObject, exchange.user)));
    return;
  }
  if (resource.namespaced && namespace === undefined) {
    throw methodNotAllowed();
  }
  const created = registry.create(resource, namespace, object, asked);
  exchange.warnings.push(...warningsOf(resource, created, undefined));
  answerObject(exchange, resource, created, 201);
}

export async function updateObject(exchange: Exchange, registry: Registry, target: Named): Promise<void> {
  const { resource, namespace, name, subresource } = target;
  if (!resource.verbs.includes("update")) throw methodNotAllowed();
  const asked = askedWrite(exchange, "UpdateOptions");
  const options = { ...asked, subresource };
  if (subresource === "scale") {
    const { value } = await bodyOf(exchange, "Scale");
    let before: KubeObject | undefined;
    const scaled = (live: KubeObject) => {
      before = live;
      return withScale(resource, live, value);
    };
    const object = registry.update(resource, namespace, name, scaled, options);
    exchange.warnings.push(...warningsOf(resource, object, before));
    answerJson(exchange, 200, JSON.stringify(scaleOf(resource, object)));
    return;
  }
  const strategy = registry.strategy(resource);
  const object = decoded(exchange, strategy, await bodyOf(exchange, resource.kind), asked);
  if (object.metadata.name === undefined) {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (subresource === undefined && madeByUpdate.has(resource.name) && !registry.has(resource, namespace, name)) {
    namesAgree(resource, object, namespace, name);
    const { uid: _u, resourceVersion: _r, ...metadata } = object.metadata;
    const created = registry.create(resource, namespace, { ...object, metadata }, asked);
    exchange.warnings.push(...warningsOf(resource, created, undefined));
    answerObject(exchange, resource, created, 201);
    return;
  }
  let before: KubeObject | undefined;
  const change = (live: KubeObject) => {
    before = live;
    return object;
  };
  const updated = registry.update(resource, namespace, name, change, options);
  exchange.warnings.push(...warningsOf(resource, updated, before));
  answerObject(exchange, resource, updated);
}

export async function patchObject(exchange: Exchange, registry: Registry, target: Named): Promise<void> {
  const { resource, namespace, name, subresource } = target;
  if (!resource.verbs.includes("patch")) throw methodNotAllowed();
  const asked = askedWrite(exchange, "PatchOptions");
  const options = { ...asked, subresource, patch: true };
  const type = contentType(exchange);
  const strategy = registry.strategy(resource);
  if (type === "application/apply-patch+yaml") return applyObject(exchange, registry, target, asked);
  if (exchange.query.has("force")) {
    throw invalid("meta.k8s.io", "PatchOptions", "", [
      { reason: "FieldValueForbidden", field: "force", message: "Forbidden: may not be specified for non-apply patch" },
    ]);
  }
  const patch = patchFor(type, strategy);
  const text = await readBody(exchange);
  const change = parsedPatch(text, type);

  if (subresource === "scale") {
    let before: KubeObject | undefined;
    const scaled = (live: KubeObject) => {
      before = live;
      const scale = patch(scaleOf(resource, live) as unknown as JsonObject, change);
      return withScale(resource, live, scale as JsonObject);
    };
    const object = registry.update(resource, namespace, name, scaled, options);
    exchange.warnings.push(...warningsOf(resource, object, before));
    answerJson(exchange, 200, JSON.stringify(scaleOf(resource, object)));
    return;
  }
  let before: KubeObject | undefined;
  const patched = (live: KubeObject) => {
    before = live;
    const value = patch(live as unknown as JsonObject, change);
    if (!isObject(value)) throw badRequest("the patch leaves no object");
    try {
      const { object, unknown } = strategy.decode(value);
      // A patched object is read with its fields in their alphabetical order.
      judge(exchange, asked, unknown.toSorted(), [], (said) =>
        patchRefused(type === strategicType ? change : value, `strict decoding error: ${said}`),
      );
      return object;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const { type: wanted, message } = error.unmarshal;
      throw type === strategicType && wanted !== undefined
        ? patchRefused(change, `unrecognized type: ${wanted}`)
        : patchRefused(value, message);
    }
  };
  const updated = registry.update(resource, namespace, name, patched, options);
  exchange.warnings.push(...warningsOf(resource, updated, before));
  answerObject(exchange, resource, updated);
}

async function applyObject(exchange: Exchange, registry: Registry, target: Named, asked: AskedWrite): Promise<void> {
  const { resource, namespace, name, subresource } = target;
  const { query } = exchange;
  if ((query.get("fieldManager") ?? "") === "") {
    throw invalid("meta.k8s.io", "PatchOptions", "", [
      { reason: "FieldValueRequired", field: "fieldManager", message: "Required value: is required for apply patch" },
    ]);
  }
  if (subresource === "scale") {
    throw notImplemented("applying a Scale, which can be patched or updated");
  }
  const { value, duplicates } = readApplied(await readBody(exchange));
  judge(exchange, asked, [], duplicates, (said) => badRequest(`error strict decoding YAML: ${said}`));
  const force = /^(true|1)$/i.test(query.get("force") ?? "");
  const options = { ...asked, force, subresource };
  const before = registry.has(resource, namespace, name) ? registry.get(resource, namespace, name) : undefined;
  const { object, created } = registry.apply(resource, namespace, name, value, options);
  exchange.warnings.push(...warningsOf(resource, object, before));
  answerObject(exchange, resource, object, created ? 201 : 200);
}

/** The request's object as the kind reads it; wrong fields are refused, warned of or passed over as asked. */
function decoded(exchange: Exchange, strategy: Strategy, { value, duplicates }: Body, asked: AskedWrite): KubeObject {
  const { resource } = strategy;
  const { kind, version } = resource;
  const wrong = wrongKind(exchange, resource, value);
  if (wrong !== undefined) throw wrong;
  const { object, unknown } = strategy.decode(value);
  judge(exchange, asked, unknown, duplicates, (said) =>
    badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${said}`),
  );
  return object;
}

function judge(
  { warnings }: Exchange,
  { fieldValidation }: AskedWrite,
  unknown: readonly string[],
  duplicates: readonly string[],
  refusal: (said: string) => StatusError,
): void {
  const said = [
    ...duplicates.map((field) => (isComplaint(field) ? field : `duplicate field ${JSON.stringify(field)}`)),
    ...unknown.map((field) => `unknown field ${JSON.stringify(field)}`),
  ];
  if (said.length === 0 || fieldValidation === "Ignore") return;
  if (fieldValidation === "Strict") {
    const complaints = duplicates.filter(isComplaint);
    const yaml = complaints.length > 0 ? [`yaml: unmarshal errors:\n  ${complaints.join("\n  ")}`] : [];
    throw refusal([...yaml, ...said.filter((it) => !complaints.includes(it))].join(", "));
  }
  warnings.push(...said);
}

/** Of YAML, which knows the line and not the path. */
const isComplaint = (duplicate: string) => duplicate.startsWith("line ");

function patchRefused(change: Json, said: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(JSON.stringify(change))}: ${said}`;
  return invalid("", "", "", [{ reason: "FieldValueInvalid", field: "patch", message }]);
}

const patchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];
const strategicType = "application/strategic-merge-patch+json";

function patchFor(type: string, { strategicMerge }: Strategy): (target: JsonObject, patch: Json) => Json {
  switch (type) {
    case "application/json-patch+json":
      return (target, patch) => {
        if (!Array.isArray(patch)) {
          const found = isObject(patch) ? "object" : typeof patch;
          const message = `json: cannot unmarshal ${found} into Go value of type []handlers.jsonPatchOp`;
          throw badRequest(`error decoding patch: ${message}`);
        }
        try {
          return jsonPatch(target, patch);
        } catch (error) {
          if (!(error instanceof JsonPatchError)) throw error;
          throw new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});
        }
      };
    case "application/merge-patch+json":
      return mergePatch;
    case strategicType:
      if (strategicMerge !== undefined) {
        return (target, patch) => {
          if (!isObject(patch)) throw badRequest("a strategic merge patch is an object");
          return strategicMerge(target, patch);
        };
      }
  }
  throw patchTypes.includes(type) || type === strategicType
    ? unsupported(patchTypes)
    : new StatusError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
}

function parsedPatch(text: string, type: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(
      `error decoding ${type === "application/json-patch+json" ? "" : "merge "}patch: ${(error as Error).message}`,
    );
  }
}

async function bodyOf(exchange: Exchange, kind: string): Promise<Body> {
  const type = contentType(exchange);
  const yaml = type === "application/yaml";
  if (type === protobufType) return { value: exchange.readProtobuf(await readBytes(exchange)), duplicates: [] };
  if (type !== "" && type !== "application/json" && !yaml)
    throw unsupported(["application/json", "application/yaml", protobufType]);
  return readObject(await readBody(exchange), { yaml, kind });
}

function unsupported(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}
