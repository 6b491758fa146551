import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import { parseLabelSelector } from "../label-selector.ts";
import { definitionVersion } from "../resources/custom.ts";
import type { Resource } from "../resources/resource.ts";
import { badRequest } from "../status-error.ts";
import type { ResourceName } from "../store.ts";

export type Selection = (object: KubeObject) => boolean;

const ofEach = ["metadata.name", "metadata.namespace"];

/** Further fields that a selector may name, as the API server allows them. */
const fieldsOf: { readonly [resource: ResourceName]: readonly string[] } = {
  pods: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName",
  ],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  secrets: ["type"],
  namespaces: ["status.phase"],
  nodes: ["spec.unschedulable"],
  services: ["spec.clusterIP", "spec.type"],
  replicationcontrollers: ["status.replicas"],
  "replicasets.apps": ["status.replicas"],
  "jobs.batch": ["status.successful"],
  "certificatesigningrequests.certificates.k8s.io": ["spec.signerName"],
};

/** Kinds with fields of their own to select by, which say so in other words. */
const inOwnWords = new Set([
  "events",
  "namespaces",
  "nodes",
  "pods",
  "replicationcontrollers",
  "secrets",
  "services",
  "certificatesigningrequests.certificates.k8s.io",
  "clustertrustbundles.certificates.k8s.io",
  "podcertificaterequests.certificates.k8s.io",
]);

/** What `labelSelector` and `fieldSelector` of a URL select; throws a 400 for what cannot be asked. */
export function selectionOf(query: URLSearchParams, resource: Resource, name: string | undefined): Selection {
  const labels = query.get("labelSelector") ?? "";
  const fields = query.get("fieldSelector") ?? "";
  const byLabels = parseLabelSelector(labels);
  const tests = partsOf(fields).map((part) => fieldTest(part, resource));
  if (name !== undefined) tests.push((object) => object.metadata.name === name);
  return (object) => (labels === "" || byLabels(object.metadata.labels)) && tests.every((test) => test(object));
}

/** The one name that the field selector leaves, if it does. */
export function nameSelected(query: URLSearchParams): string | undefined {
  const parts = partsOf(query.get("fieldSelector") ?? "");
  const [name] = parts.flatMap((part) => /^metadata\.name==?(.*)$/s.exec(part)?.[1] ?? []);
  return name === undefined ? undefined : unescaped(name);
}

/** What stands between commas that no backslash goes before; nothing is no part. */
function partsOf(fields: string): string[] {
  const parts = fields.match(/(\\[\s\S]|[^,\\]|\\$)+/g) ?? [];
  return parts.filter((part) => part !== "");
}

/** Throws a 400 for a value with what must stand behind a backslash. */
function unescaped(value: string): string {
  const unknown = /^(?:[^\\]|\\[\\,=])*\\([^\\,=]|$)/.exec(value);
  if (unknown !== null) throw badRequest(`invalid field selector: invalid escape sequence: \\${unknown[1]}`);
  const bare = /^(?:[^\\,=]|\\.)*([,=])/.exec(value);
  if (bare !== null) {
    throw badRequest(`invalid field selector: unescaped character in value: ${bare[1]!.charCodeAt(0)}`);
  }
  return value.replace(/\\(.)/g, "$1");
}

function fieldTest(part: string, resource: Resource): Selection {
  const match = /^((?:\\.|[^=!\\])*)(==|=|!=)(.*)$/.exec(part);
  if (match === null) {
    throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
  }
  const [, field = "", operator, escaped = ""] = match;
  const wanted = unescaped(escaped);
  const selectable = (
    definitionVersion(resource) as { selectableFields?: { jsonPath: string }[] } | undefined
  )?.selectableFields?.map(({ jsonPath }) => jsonPath.replace(/^\./, ""));
  if (![...ofEach, ...(fieldsOf[resource.name] ?? []), ...(selectable ?? [])].includes(field)) {
    throw badRequest(
      inOwnWords.has(resource.name) || resource.definedBy !== undefined
        ? `field label not supported: ${field}`
        : resource.name === "jobs.batch"
          ? `field label ${JSON.stringify(field)} not supported for Job`
          : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
  // Of who reported an event its program is meant.
  const path = field === "source" ? ["source", "component"] : field.split(".");
  return (object) => (valueAt(object, path) === wanted) === (operator !== "!=");
}

function valueAt(object: KubeObject, path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (value, step) => (value as { [field: string]: unknown } | undefined)?.[step],
    object,
  );
  return found === undefined || found === null ? (path.at(-1) === "unschedulable" ? "false" : "") : String(found);
}
