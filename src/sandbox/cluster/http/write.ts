import type { Json, JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { type Body, readObject } from "../decode/body.ts";
import { protobufType } from "../decode/protobuf.ts";
import { JsonPatchError, jsonPatch } from "../patch/json-patch.ts";
import { isObject, mergePatch } from "../patch/merge-patch.ts";
import type { Registry } from "../registry/registry.ts";
import { scaleOf, withScale } from "../registry/scale.ts";
import type { Strategy } from "../registry/strategy.ts";
import { apiVersionOf } from "../resources/resource.ts";
import { badRequest, invalid, methodNotAllowed, StatusError } from "../status-error.ts";
import { answerJson, contentType, type Exchange, readBody, readBytes } from "./exchange.ts";
import { answerObject } from "./read.ts";
import type { Target } from "./request-path.ts";
import { reviews } from "./reviews.ts";
import { type AskedWrite, askedWrite } from "./write-options.ts";

type Named = Target & { name: string };

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
  answerObject(exchange, resource, registry.create(resource, namespace, object, asked), 201);
}

export async function updateObject(exchange: Exchange, registry: Registry, target: Named): Promise<void> {
  const { resource, namespace, name, subresource } = target;
  if (!resource.verbs.includes("update")) throw methodNotAllowed();
  const asked = askedWrite(exchange, "UpdateOptions");
  const options = { ...asked, subresource };
  if (subresource === "scale") {
    const { value } = await bodyOf(exchange, "Scale");
    const object = registry.update(resource, namespace, name, (live) => withScale(resource, live, value), options);
    answerJson(exchange, 200, JSON.stringify(scaleOf(resource, object)));
    return;
  }
  const object = decoded(exchange, registry.strategy(resource), await bodyOf(exchange, resource.kind), asked);
  answerObject(
    exchange,
    resource,
    registry.update(resource, namespace, name, () => object, options),
  );
}

export async function patchObject(exchange: Exchange, registry: Registry, target: Named): Promise<void> {
  const { resource, namespace, name, subresource } = target;
  if (!resource.verbs.includes("patch")) throw methodNotAllowed();
  const asked = askedWrite(exchange, "PatchOptions");
  const options = { ...asked, subresource };
  const type = contentType(exchange);
  const strategy = registry.strategy(resource);
  if (type === "application/apply-patch+yaml") return applyObject(exchange, registry, target, asked);
  const patch = patchFor(type, strategy);
  const text = await readBody(exchange);
  const change = parsedPatch(text, type);

  if (subresource === "scale") {
    const scaled = (live: KubeObject) => {
      const scale = patch(scaleOf(resource, live) as unknown as JsonObject, change);
      return withScale(resource, live, scale as JsonObject);
    };
    const object = registry.update(resource, namespace, name, scaled, options);
    answerJson(exchange, 200, JSON.stringify(scaleOf(resource, object)));
    return;
  }
  const patched = (live: KubeObject) => {
    const value = patch(live as unknown as JsonObject, change);
    if (!isObject(value)) throw badRequest("the patch leaves no object");
    const { object, unknown } = strategy.decode(value);
    judge(exchange, asked, unknown, [], (said) => patchRefused(change, said));
    return object;
  };
  answerObject(exchange, resource, registry.update(resource, namespace, name, patched, options));
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
    throw new StatusError(501, "", "applying a Scale is not implemented by this server; patch or update it");
  }
  const { value, duplicates } = readObject(await readBody(exchange), { yaml: true, kind: resource.kind });
  judge(exchange, asked, [], duplicates, (said) => badRequest(`error strict decoding YAML: ${said}`));
  const force = /^(true|1)$/i.test(query.get("force") ?? "");
  const options = { ...asked, force, subresource };
  const { object, created } = registry.apply(resource, namespace, name, value, options);
  answerObject(exchange, resource, object, created ? 201 : 200);
}

/** The request's object as the kind reads it; wrong fields are refused, warned of or passed over as asked. */
function decoded(exchange: Exchange, strategy: Strategy, { value, duplicates }: Body, asked: AskedWrite): KubeObject {
  const { resource } = strategy;
  const { kind, version } = resource;
  const apiVersion = apiVersionOf(resource);
  for (const [field, wanted] of [
    ["kind", kind],
    ["apiVersion", apiVersion],
  ] as const) {
    // What the URL says already may be left out.
    if (value[field] !== undefined && value[field] !== wanted) {
      throw badRequest(
        `the ${field === "kind" ? "kind" : "API version"} in the data (${value[field]}) does not match the expected ${field === "kind" ? "kind" : "API version"} (${wanted})`,
      );
    }
  }
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
    ...duplicates.map((field) => `duplicate field ${JSON.stringify(field)}`),
    ...unknown.map((field) => `unknown field ${JSON.stringify(field)}`),
  ];
  if (said.length === 0 || fieldValidation === "Ignore") return;
  if (fieldValidation === "Strict") throw refusal(said.join(", "));
  warnings.push(...said);
}

function patchRefused(change: Json, said: string): StatusError {
  const message = `Invalid value: ${JSON.stringify(change)}: strict decoding error: ${said}`;
  return invalid("", "", "", [{ reason: "FieldValueInvalid", field: "patch", message }]);
}

const patchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];
const strategicType = "application/strategic-merge-patch+json";

function patchFor(type: string, { strategicMerge, resource }: Strategy): (target: JsonObject, patch: Json) => Json {
  switch (type) {
    case "application/json-patch+json":
      return (target, patch) => {
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
  throw unsupported(resource.definedBy === undefined ? [...patchTypes, strategicType] : patchTypes);
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
  return new StatusError(415, "UnsupportedMediaType", message, {});
}
