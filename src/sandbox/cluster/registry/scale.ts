import type { Json, JsonObject, KubeObject } from "../../../core/manifest/kube-object.ts";
import { setOwn } from "../patch/merge-patch.ts";
import { definitionVersion } from "../resources/custom.ts";
import type { Resource } from "../resources/resource.ts";
import { badRequest, type FieldViolation, invalid } from "../status-error.ts";

interface Paths {
  replicas: string[];
  status: string[];
  selector: string[];
}

const builtIn: Paths = {
  replicas: ["spec", "replicas"],
  status: ["status", "replicas"],
  selector: ["spec", "selector"],
};

/** An object as its `scale` subresource shows it. */
export function scaleOf(resource: Resource, object: KubeObject): KubeObject {
  const paths = pathsOf(resource);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = selectorText(at(object, paths.selector));
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: { replicas: Number(at(object, paths.replicas) ?? 0) },
    status: { replicas: Number(at(object, paths.status) ?? 0), ...(selector !== "" && { selector }) },
  };
}

/** What is wrong with the field of a custom object that its scale would read. */
export function scaleViolations(resource: Resource, object: KubeObject): FieldViolation[] {
  const path = definitionVersion(resource)?.subresources?.scale?.specReplicasPath;
  if (path === undefined) return [];
  const invalid = (value: number, why: string): FieldViolation[] => [
    { reason: "FieldValueInvalid", field: path, message: `Invalid value: ${value}: ${why}` },
  ];
  let value: Json | undefined = object as unknown as JsonObject;
  for (const step of pathsOf(resource).replicas) {
    if (value === undefined) return [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return invalid(0, `${path} accessor error: ${goText(value)}, expected map[string]interface{}`);
    }
    value = value[step];
  }
  if (value === undefined) return [];
  if (typeof value !== "number") return invalid(0, `${path} accessor error: ${goText(value)}, expected int64`);
  return value < 0 ? invalid(value, "should be a non-negative integer") : [];
}

/** A value and its type, as Go tells of them. */
function goText(value: Json): string {
  if (Array.isArray(value)) return `[${value.join(" ")}] is of the type []interface {}`;
  if (value === null) return "<nil> is of the type <nil>";
  if (typeof value === "object") return "map[] is of the type map[string]interface {}";
  const type = { boolean: "bool", number: "float64", string: "string" }[
    typeof value as "boolean" | "number" | "string"
  ];
  return `${value} is of the type ${type}`;
}

/** A copy of the object with what a Scale asks for. */
export function withScale(resource: Resource, object: KubeObject, scale: JsonObject): KubeObject {
  const asked = (scale.spec as JsonObject | undefined)?.replicas ?? 0;
  // Of a custom resource the object says so itself.
  if (typeof asked === "number" && asked < 0 && resource.definedBy === undefined) {
    const message = `Invalid value: ${asked}: must be greater than or equal to 0`;
    throw invalid("autoscaling", "Scale", object.metadata.name, [
      { reason: "FieldValueInvalid", field: "spec.replicas", message },
    ]);
  }
  if (typeof asked !== "number" || !Number.isInteger(asked)) {
    throw badRequest(`Scale in version "v1" cannot be handled as a Scale: spec.replicas: ${JSON.stringify(asked)}`);
  }
  const copy = structuredClone(object);
  const sent = (scale.metadata ?? {}) as { uid?: string; resourceVersion?: string };
  if (sent.resourceVersion !== undefined) copy.metadata.resourceVersion = sent.resourceVersion;
  if (sent.uid !== undefined) copy.metadata.uid = sent.uid;
  const path = pathsOf(resource).replicas;
  let parent = copy as unknown as JsonObject;
  for (const step of path.slice(0, -1)) {
    if (!Object.hasOwn(parent, step)) setOwn(parent, step, {});
    parent = parent[step] as JsonObject;
  }
  setOwn(parent, path.at(-1)!, asked);
  return copy;
}

function pathsOf(resource: Resource): Paths {
  const scale = definitionVersion(resource)?.subresources?.scale;
  if (scale === undefined) return builtIn;
  const steps = (path: string | undefined) => (path ?? "").split(".").filter((step) => step !== "");
  return {
    replicas: steps(scale.specReplicasPath),
    status: steps(scale.statusReplicasPath),
    selector: steps(scale.labelSelectorPath),
  };
}

function at(object: KubeObject, path: readonly string[]): Json | undefined {
  if (path.length === 0) return undefined;
  return path.reduce<Json | undefined>(
    (value, step) => (value as JsonObject | undefined)?.[step],
    object as unknown as JsonObject,
  );
}

/** A selector as it stands in a URL: `app=web,tier in (a,b)`. */
export function selectorText(selector: Json | undefined): string {
  if (typeof selector === "string") return selector;
  if (typeof selector !== "object" || selector === null || Array.isArray(selector)) return "";
  const { matchLabels, matchExpressions } = selector as {
    matchLabels?: { [label: string]: string };
    matchExpressions?: { key: string; operator: string; values?: string[] }[];
  };
  // A ReplicationController's selector is a plain map.
  const labels =
    matchLabels ?? (matchExpressions === undefined ? (selector as unknown as { [label: string]: string }) : {});
  const expressions = (matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.toSorted().join(",")})`;
  });
  return [...Object.entries(labels).map(([key, value]) => `${key}=${value}`), ...expressions].toSorted().join(",");
}
