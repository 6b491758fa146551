import type { RenderedSystem } from "../core/config/confined-by.ts";
import type { Finding } from "../core/manifest/finding.ts";
import { isMapping, type JsonObject, type KubeObject, type ObjectMeta } from "../core/manifest/kube-object.ts";
import { pointerTo } from "../core/schema/field-path.ts";

type Problem = Pick<Finding, "pointer" | "rule" | "message" | "severity">;

const appliedCopy = "kubectl.kubernetes.io/last-applied-configuration";
const partOf = "applyset.kubernetes.io/part-of";

/** What the server writes about an object; a manifest that holds it was taken from a cluster. */
const serverMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/**
 * An object as it is applied, so that what Git says can be compared with what the cluster holds: with its namespace,
 * without what only the server writes, a Secret's `stringData` as `data`.
 * @param namespaced the kind's scope; undefined when nobody knows the kind
 * @param object is left as it is; the result shares what did not change
 */
export function normaliseObject(
  object: KubeObject,
  namespaced: boolean | undefined,
  system: Omit<RenderedSystem, "path">,
): { object: KubeObject; problems: Problem[] } {
  const problems: Problem[] = [];
  const { status, ...rest } = withoutNullNamespace(object);
  if (status !== undefined && status !== null) problems.push(serverFieldProblem("/status"));
  const metadata = withoutServerMetadata(rest.metadata, problems);
  applyScope({ ...rest, metadata }, namespaced, system, problems);
  return { object: withDataOnly({ ...rest, metadata }), problems };
}

function withoutNullNamespace(object: KubeObject): KubeObject {
  const { namespace, ...metadata } = object.metadata;
  return { ...object, metadata: namespace ? { ...metadata, namespace } : metadata };
}

/** @param metadata a fresh copy */
function withoutServerMetadata(metadata: ObjectMeta, problems: Problem[]): ObjectMeta {
  for (const field of serverMetadata) {
    const value = metadata[field];
    delete metadata[field];
    // Generators write `creationTimestamp: null`, which says nothing.
    if (value !== undefined && value !== null) problems.push(serverFieldProblem(`/metadata/${field}`));
  }
  if (isMapping(metadata.annotations) && Object.hasOwn(metadata.annotations, appliedCopy)) {
    const { [appliedCopy]: _, ...annotations } = metadata.annotations;
    problems.push(serverFieldProblem(pointerTo("/metadata/annotations", appliedCopy)));
    metadata.annotations = annotations;
  }
  if (isMapping(metadata.labels) && Object.hasOwn(metadata.labels, partOf)) {
    const message = `The label \`${partOf}\` says who owns an object, and is set when it is applied; remove it.`;
    problems.push({
      pointer: pointerTo("/metadata/labels", partOf),
      rule: "reserved-label",
      message,
      severity: "error",
    });
  }
  return metadata;
}

function serverFieldProblem(pointer: string): Problem {
  const field = pointer.slice(pointer.lastIndexOf("/") + 1).replaceAll("~1", "/");
  const message = `\`${field}\` is written by the cluster, and is left out when this is applied; remove it.`;
  return { pointer, rule: "server-field", message, severity: "warning" };
}

/** Puts the namespace in or takes it out of `object.metadata`, which is a fresh copy. */
function applyScope(
  { kind, metadata }: KubeObject,
  namespaced: boolean | undefined,
  system: Omit<RenderedSystem, "path">,
  problems: Problem[],
): void {
  if (namespaced === true) metadata.namespace ??= system.namespace;
  if (namespaced === false && metadata.namespace !== undefined) {
    delete metadata.namespace;
    const message = `A ${kind} belongs to the whole cluster, so that \`namespace\` is left out; remove it.`;
    problems.push({ pointer: "/metadata/namespace", rule: "cluster-scoped", message, severity: "warning" });
  }
  if (!system.confine || namespaced === undefined) return;
  const { name, namespace, confinedTo = namespace } = system;
  const until = system.confinedTo === undefined ? "" : " until a merge of its own has lifted that";
  const allowed = `system \`${name}\` is confined to namespace \`${confinedTo}\`${until}`;
  if (!namespaced) {
    const message = `A ${kind} belongs to the whole cluster, and ${allowed}; keep it in another system.`;
    problems.push({ pointer: "/kind", rule: "not-confined", message, severity: "error" });
  } else if (metadata.namespace !== confinedTo) {
    const message = `This ${kind} is for namespace \`${metadata.namespace}\`, and ${allowed}; keep it in another system.`;
    problems.push({ pointer: "/metadata/namespace", rule: "not-confined", message, severity: "error" });
  }
}

/**
 * The server folds `stringData` into `data` and forgets it, which would hide from server-side apply who changed `data`.
 * What is no Secret's `stringData` by its schema stays, and is a finding already.
 */
function withDataOnly(object: KubeObject): KubeObject {
  if (object.apiVersion !== "v1" || object.kind !== "Secret") return object;
  const { stringData, ...rest } = object;
  if (stringData === undefined) return object;
  if (!isMapping(stringData) || !(rest.data === undefined || rest.data === null || isMapping(rest.data))) return object;
  const folded: JsonObject = { ...rest.data };
  for (const [key, text] of Object.entries(stringData)) {
    if (text !== null && typeof text !== "string") return object;
    // The server reads null as the empty text.
    folded[key] = Buffer.from(text ?? "", "utf8").toString("base64");
  }
  return { ...rest, data: folded };
}
