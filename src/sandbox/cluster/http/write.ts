import type { JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { type Body, readObject } from "../decode/body.ts";
import { protobufType } from "../decode/protobuf.ts";
import { namesAgree } from "../registry/object-metadata.ts";
import type { Registry } from "../registry/registry.ts";
import { scaleOf, withScale } from "../registry/scale.ts";
import type { Strategy } from "../registry/strategy.ts";
import { badRequest, methodNotAllowed } from "../status-error.ts";
import { warningsOf } from "../validation/warnings.ts";
import { answerJson, contentType, type Exchange, readBody, readBytes } from "./exchange.ts";
import { judge } from "./field-validation.ts";
import { withoutDoubledOwners } from "./owners.ts";
import { answerObject } from "./read.ts";
import type { Target } from "./request-path.ts";
import { reviews } from "./reviews.ts";
import { unsupported } from "./unsupported.ts";
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
  namesAgree(resource, object, namespace, name);
  if (subresource === undefined && madeByUpdate.has(resource.name) && !registry.has(resource, namespace, name)) {
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

/** The request's object as the kind reads it; wrong fields are refused, warned of or passed over as asked. */
function decoded(exchange: Exchange, strategy: Strategy, { value, duplicates }: Body, asked: AskedWrite): KubeObject {
  const { resource } = strategy;
  const { kind, version } = resource;
  const wrong = wrongKind(exchange, resource, value);
  if (wrong !== undefined) throw wrong;
  const { object, unknown } = strategy.decode(value);
  judge(exchange, asked, { unknown, duplicates }, (said) =>
    badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${said}`),
  );
  withoutDoubledOwners(exchange, object, { patched: false });
  return object;
}

async function bodyOf(exchange: Exchange, kind: string): Promise<Body> {
  const type = contentType(exchange);
  const yaml = type === "application/yaml";
  if (type === protobufType) return { value: exchange.readProtobuf(await readBytes(exchange)), duplicates: [] };
  if (type !== "" && type !== "application/json" && !yaml)
    throw unsupported(["application/json", "application/yaml", protobufType]);
  return readObject(await readBody(exchange), { yaml, kind });
}
