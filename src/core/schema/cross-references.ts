import type { SchemaFinding } from "./explain.ts";
import { fieldPath, pointerTo } from "./field-path.ts";

/**
 * Mistakes that lie between two fields of one workload, each good by itself: a selector that does not select the
 * workload's own pods, a mount of a volume that is not there. Fields of a wrong type are left to the schema.
 */
export function crossReferenceFindings(kind: string, object: Fields): SchemaFinding[] {
  switch (kind) {
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
    case "DaemonSet": {
      const spec = fields(object.spec);
      const claims = list(spec.volumeClaimTemplates).map((claim) => fields(fields(claim).metadata).name);
      const template = fields(spec.template);
      return [
        ...selectorFindings(kind, fields(spec.selector), fields(template.metadata)),
        ...mountFindings(kind, fields(template.spec), "/spec/template/spec", kind === "StatefulSet" ? claims : []),
      ];
    }
    case "Pod":
      return mountFindings(kind, fields(object.spec), "/spec", []);
    case "Job":
      return mountFindings(kind, fields(fields(fields(object.spec).template).spec), "/spec/template/spec", []);
    case "CronJob": {
      const job = fields(fields(fields(object.spec).jobTemplate).spec);
      return mountFindings(kind, fields(fields(job.template).spec), "/spec/jobTemplate/spec/template/spec", []);
    }
    default:
      return [];
  }
}

function selectorFindings(kind: string, selector: Fields, metadata: Fields): SchemaFinding[] {
  const labels = fields(metadata.labels);
  const wanted = Object.entries(fields(selector.matchLabels));
  const missed = wanted.filter(([key, value]) => typeof value === "string" && labels[key] !== value);
  const found = missed.map(([key, value]): SchemaFinding => {
    const pointer = pointerTo("/spec/selector/matchLabels", key);
    const has = labels[key] === undefined ? "lack it" : `have ${JSON.stringify(labels[key])}`;
    return error(
      pointer,
      "selector-mismatch",
      `${kind} \`${fieldPath(pointer)}\` selects ${JSON.stringify(value)}, but the labels of its own pods (\`spec.template.metadata.labels\`) ${has}.`,
    );
  });
  if (wanted.length > 0 || list(selector.matchExpressions).length > 0) return found;
  return [
    error(
      "/spec/selector",
      "selector-mismatch",
      `${kind} \`spec.selector\` must not be empty; it would select every pod.`,
    ),
  ];
}

function mountFindings(kind: string, podSpec: Fields, pointer: string, claims: readonly unknown[]): SchemaFinding[] {
  const volumes = new Set([...list(podSpec.volumes).map((volume) => fields(volume).name), ...claims]);
  return (["initContainers", "containers"] as const).flatMap((field) =>
    list(podSpec[field]).flatMap((container, index) =>
      list(fields(container).volumeMounts).flatMap((mount, position): SchemaFinding[] => {
        const { name } = fields(mount);
        if (typeof name !== "string" || name === "" || volumes.has(name)) return [];
        const at = [field, index, "volumeMounts", position, "name"].reduce<string>(pointerTo, pointer);
        const message = `${kind} \`${fieldPath(at)}\` mounts ${JSON.stringify(name)}, and \`${fieldPath(pointer)}.volumes\` has no volume of that name.`;
        return [error(at, "missing-volume", message)];
      }),
    ),
  );
}

type Fields = { readonly [field: string]: unknown };

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function error(pointer: string, rule: string, message: string): SchemaFinding {
  return { pointer, rule, message, severity: "error" };
}
