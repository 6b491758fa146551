import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Registry } from "../registry/registry.ts";
import { scaleOf } from "../registry/scale.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import { methodNotAllowed, StatusError } from "../status-error.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import { acceptedForm, type Form } from "./accept.ts";
import { answerJson, type Exchange } from "./exchange.ts";
import { checkListOptions } from "./list-options.ts";
import { listPage, reached } from "./list-page.ts";
import type { Target } from "./request-path.ts";
import { itemJson, listJson, objectJson, partialJson } from "./serialize.ts";
import { tableJson } from "./table.ts";

export function answerObject(exchange: Exchange, resource: Resource, object: KubeObject, code = 200): void {
  const form = acceptedForm(exchange.request.headers.accept, "object");
  answerJson(exchange, code, inForm(form, resource, object, exchange));
}

function inForm(form: Form, resource: Resource, object: KubeObject, { query, now }: Exchange): string {
  if (form === "partial") return partialJson(object);
  if (form === "table" && object.kind === resource.kind)
    return tableJson(resource, [object], object.metadata, query, now);
  return objectJson(object);
}

export function getObject(
  exchange: Exchange,
  { registry, storage }: { registry: Registry; storage: ObjectStorage },
  target: Target & { name: string },
): void {
  const { resource, namespace, name, subresource } = target;
  if (!resource.verbs.includes("get")) throw methodNotAllowed();
  const version = exchange.query.get("resourceVersion") || "0";
  if (!/^\d+$/.test(version)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
    throw new StatusError(500, "", `resourceVersion: Invalid value: ${JSON.stringify(version)}: ${why}`);
  }
  reached(Number(version), storage.version());
  const object = registry.get(resource, namespace, name);
  if (subresource === "scale") answerJson(exchange, 200, JSON.stringify(scaleOf(resource, object)));
  else answerObject(exchange, resource, object);
}

/** One page of a list. All its pages show the same moment. */
export function listObjects(
  exchange: Exchange,
  { registry, storage }: { registry: Registry; storage: ObjectStorage },
  { resource, namespace }: Target,
): void {
  if (!resource.verbs.includes("list")) throw methodNotAllowed();
  const { query } = exchange;
  const form = acceptedForm(exchange.request.headers.accept, "list");
  checkListOptions(query, false);
  const page = listPage(query, { registry, storage }, { resource, namespace });
  const { items } = page;
  // Of custom resources a real server says also that there is no more.
  const ended = page.metadata.continue === undefined && form === "object" && resource.definedBy !== undefined;
  const metadata = { ...page.metadata, ...(ended && { continue: "" }) };
  const body =
    form === "table"
      ? tableJson(resource, items, metadata, query, exchange.now)
      : form === "partial"
        ? listJson("PartialObjectMetadataList", "meta.k8s.io/v1", metadata, items.map(partialJson))
        : listJson(
            resource.listKind,
            apiVersionOf(resource),
            metadata,
            items.map((it) => itemJson(it, resource)),
          );
  answerJson(exchange, 200, body);
}
