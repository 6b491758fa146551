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
    case "ReplicationController": {
      const { selector, template } = fields(object.spec);
      const { metadata, spec } = fields(template);
      const found = mountFindings(kind, fields(spec), "/spec/template/spec", []);
      return selector
        ? [...labelFindings(kind, fields(selector), "/spec/selector", fields(metadata)), ...found]
        : found;
    }
    case "Pod":
      return mountFindings(kind, fields(object.spec), "/spec", []);
    case "Job":
      return jobFindings(kind, fields(object.spec), "/spec");
    case "CronJob":
      return jobFindings(kind, fields(fields(fields(object.spec).jobTemplate).spec), "/spec/jobTemplate/spec");
    case "Service":
      return portFindings(kind, fields(object.spec));
    default:
      return [];
  }
}

function jobFindings(kind: string, spec: Fields, pointer: string): SchemaFinding[] {
  const at = `${pointer}/template/spec`;
  const podSpec = fields(fields(spec.template).spec);
  const found = mountFindings(kind, podSpec, at, []);
  const policy = podSpec.restartPolicy ?? "";
  if (policy !== "" && policy !== "Always") return found;
  const message = `${kind} \`${fieldPath(at)}.restartPolicy\` must be \`OnFailure\` or \`Never\`: a job's pods end, and the default is \`Always\`.`;
  return [error(policy === "" ? at : `${at}/restartPolicy`, "invalid-restart-policy", message), ...found];
}

function portFindings(kind: string, { type, clusterIP, ports }: Fields): SchemaFinding[] {
  const needless = type === "ExternalName" || clusterIP === "None";
  if (needless || (ports !== undefined && ports !== null && list(ports).length > 0)) return [];
  // A value of another type is the schema's to tell.
  if (ports !== undefined && ports !== null && !Array.isArray(ports)) return [];
  return [error("/spec", "missing-field", `${kind} \`spec\` lacks \`ports\`, which is required.`)];
}

function selectorFindings(kind: string, selector: Fields, metadata: Fields): SchemaFinding[] {
  const wanted = fields(selector.matchLabels);
  if (Object.keys(wanted).length > 0 || list(selector.matchExpressions).length > 0) {
    return labelFindings(kind, wanted, "/spec/selector/matchLabels", metadata);
  }
  const message = `${kind} \`spec.selector\` must not be empty; it would select every pod.`;
  return [error("/spec/selector", "selector-mismatch", message)];
}

function labelFindings(kind: string, wanted: Fields, pointer: string, metadata: Fields): SchemaFinding[] {
  const labels = fields(metadata.labels);
  const missed = Object.entries(wanted).filter(([key, value]) => typeof value === "string" && labels[key] !== value);
  return missed.map(([key, value]) => {
    const at = pointerTo(pointer, key);
    const has = labels[key] === undefined ? "lack it" : `have ${JSON.stringify(labels[key])}`;
    const message = `${kind} \`${fieldPath(at)}\` selects ${JSON.stringify(value)}, but the labels of its own pods (\`spec.template.metadata.labels\`) ${has}.`;
    return error(at, "selector-mismatch", message);
  });
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
