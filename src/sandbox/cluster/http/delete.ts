import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { readObject } from "../decode/body.ts";
import { protobufType } from "../decode/protobuf.ts";
import type { Deletion } from "../registry/deletion.ts";
import type { Registry } from "../registry/registry.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import { invalid, methodNotAllowed } from "../status-error.ts";
import { answerJson, contentType, type Exchange, readBytes } from "./exchange.ts";
import { answerObject } from "./read.ts";
import type { Target } from "./request-path.ts";
import { selectionOf } from "./selection.ts";
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
  registry: Registry,
  { resource, namespace }: Target,
  version: () => number,
): Promise<void> {
  if (!resource.verbs.includes("deletecollection")) throw methodNotAllowed();
  const options = await deletionOf(exchange);
  const selects = selectionOf(exchange.query, resource, undefined);
  const resourceVersion = String(version());
  const gone = registry.list(resource, namespace).filter(selects);
  for (const { metadata } of gone) registry.delete(resource, metadata.namespace, metadata.name, options);
  answerJson(
    exchange,
    200,
    listJson(
      resource.listKind,
      apiVersionOf(resource),
      { resourceVersion },
      gone.map((it) => itemJson(it, resource)),
    ),
  );
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
  const { query } = exchange;
  const body = await optionsOf(exchange);
  const { uid, resourceVersion } = (body.preconditions ?? {}) as { uid?: string; resourceVersion?: string };
  const grace = body.gracePeriodSeconds ?? query.get("gracePeriodSeconds") ?? undefined;
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
  const seconds = grace === undefined || grace === null ? undefined : Number(grace);
  if (seconds !== undefined && !Number.isInteger(seconds)) {
    throw invalid("meta.k8s.io", "DeleteOptions", "", [
      {
        reason: "FieldValueInvalid",
        field: "gracePeriodSeconds",
        message: `Invalid value: ${JSON.stringify(grace)}: must be greater than or equal to 0`,
      },
    ]);
  }
  return {
    propagation: policy,
    // Less than nothing is a second, as a real server takes it.
    gracePeriodSeconds: seconds !== undefined && seconds < 0 ? 1 : seconds,
    uid,
    resourceVersion,
    dryRun: dryRun.length > 0,
  };
}

async function optionsOf(exchange: Exchange): Promise<JsonObject> {
  const bytes = await readBytes(exchange);
  if (bytes.length === 0) return {};
  if (contentType(exchange) === protobufType) return exchange.readProtobuf(bytes);
  return readObject(bytes.toString("utf8"), { yaml: true, kind: "DeleteOptions" }).value;
}
