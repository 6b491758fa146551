import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { readObject } from "../decode/body.ts";
import { protobufType } from "../decode/protobuf.ts";
import { goJsonKind } from "../go-text.ts";
import type { Deletion } from "../registry/deletion.ts";
import type { Registry } from "../registry/registry.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import { badRequest, invalid, methodNotAllowed } from "../status-error.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import { answerJson, contentType, type Exchange, readBytes } from "./exchange.ts";
import { listPage } from "./list-page.ts";
import { wholeNumber } from "./query-number.ts";
import { answerObject } from "./read.ts";
import type { Target } from "./request-path.ts";
import { itemJson, listJson } from "./serialize.ts";

/** Kinds whose deletion is answered with the object, as Kubernetes does it. */
const answeredWithObject = new Set([
  "pods",
  "services",
  "serviceaccounts",
  "persistentvolumes",
  "persistentvolumeclaims",
  "podtemplates",
  "resourcequotas",
  "storageclasses.storage.k8s.io",
  "csidrivers.storage.k8s.io",
  "csinodes.storage.k8s.io",
  "volumeattachments.storage.k8s.io",
  "volumeattributesclasses.storage.k8s.io",
  "deviceclasses.resource.k8s.io",
  "resourceclaims.resource.k8s.io",
  "resourceclaimtemplates.resource.k8s.io",
  "resourceslices.resource.k8s.io",
]);

export async function deleteOne(
  exchange: Exchange,
  registry: Registry,
  { resource, namespace, name, subresource }: Target & { name: string },
): Promise<void> {
  if (subresource !== undefined) throw methodNotAllowed();
  const { object, gone } = registry.delete(resource, namespace, name, await deletionOf(exchange));
  if (!gone || answeredWithObject.has(resource.name)) answerObject(exchange, resource, object);
  else answerJson(exchange, 200, JSON.stringify(success(resource, object)));
}

export async function deleteCollection(
  exchange: Exchange,
  served: { registry: Registry; storage: ObjectStorage },
  { resource, namespace }: Target,
): Promise<void> {
  if (!resource.verbs.includes("deletecollection")) throw methodNotAllowed();
  if (resource.namespaced && namespace === undefined) throw methodNotAllowed();
  const options = await deletionOf(exchange);
  const { items, metadata } = listPage(exchange.query, served, { resource, namespace });
  for (const { metadata } of items) served.registry.delete(resource, metadata.namespace, metadata.name, options);
  const gone = items.map((it) => itemJson(it, resource));
  answerJson(exchange, 200, listJson(resource.listKind, apiVersionOf(resource), metadata, gone));
}

function success({ group, plural }: Resource, { metadata }: KubeObject): object {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name: metadata.name, ...(group !== "" && { group }), kind: plural, uid: metadata.uid },
  };
}

/** `DeleteOptions` of the body, or else of the query. */
async function deletionOf(exchange: Exchange): Promise<Deletion> {
  const given = await optionsOf(exchange);
  // Who sends a body asks for nothing by the query.
  const query = given === undefined ? exchange.query : new URLSearchParams();
  const body = given ?? {};
  const { uid, resourceVersion } = (body.preconditions ?? {}) as { uid?: string; resourceVersion?: string };
  const grace = body.gracePeriodSeconds ?? wholeNumber(query, "gracePeriodSeconds");
  const dryRun = [...((body.dryRun as string[] | undefined) ?? []), ...query.getAll("dryRun")];
  const orphan = body.orphanDependents ?? query.get("orphanDependents") ?? undefined;
  const policy =
    body.propagationPolicy ??
    query.get("propagationPolicy") ??
    (orphan === undefined ? undefined : orphan === true || orphan === "true" ? "Orphan" : "Background");

  const refuse = (field: string, value: unknown, allowed: readonly string[]) =>
    invalid("meta.k8s.io", "DeleteOptions", "", [
      {
        reason: "FieldValueNotSupported",
        field,
        message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((it) => JSON.stringify(it)).join(", ")}`,
      },
    ]);
  if (policy !== undefined && policy !== "Background" && policy !== "Foreground" && policy !== "Orphan") {
    throw refuse("propagationPolicy", policy, ["Foreground", "Background", "Orphan", "nil"]);
  }
  if (orphan !== undefined && (body.propagationPolicy ?? query.get("propagationPolicy") ?? undefined) !== undefined) {
    throw invalid("meta.k8s.io", "DeleteOptions", "", [
      {
        reason: "FieldValueInvalid",
        field: "propagationPolicy",
        message: `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`,
      },
    ]);
  }
  if (dryRun.some((value) => value !== "All")) throw refuse("dryRun", dryRun, ["All"]);
  const seconds = grace === undefined ? undefined : Number(grace);
  return {
    propagation: policy,
    // Less than nothing is a second, as a real server takes it.
    gracePeriodSeconds: seconds !== undefined && seconds < 0 ? 1 : seconds,
    uid,
    resourceVersion,
    dryRun: dryRun.length > 0,
  };
}

async function optionsOf(exchange: Exchange): Promise<JsonObject | undefined> {
  const bytes = await readBytes(exchange);
  if (bytes.length === 0) return undefined;
  if (contentType(exchange) === protobufType) return exchange.readProtobuf(bytes);
  const options = readObject(bytes.toString("utf8"), { yaml: contentType(exchange) === "application/yaml" }).value;
  const { kind = "DeleteOptions", gracePeriodSeconds: grace } = options;
  if (kind !== "DeleteOptions" && kind !== "") {
    const version = options.apiVersion ?? "meta.k8s.io/v1";
    throw badRequest(`no kind "${kind}" is registered for version "${version}" in scheme "pkg/runtime/scheme.go"`);
  }
  if (grace !== undefined && grace !== null && !(typeof grace === "number" && Number.isInteger(grace))) {
    const found = typeof grace === "number" ? `number ${grace}` : goJsonKind(grace);
    throw badRequest(
      `json: cannot unmarshal ${found} into Go struct field DeleteOptions.gracePeriodSeconds of type int64`,
    );
  }
  return options;
}
