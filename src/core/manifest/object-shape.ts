import type { UnplacedFinding } from "./finding.ts";
import { isMapping } from "./kube-object.ts";

/** What keeps a value from being a Kubernetes object at all; undefined when it has the fields that name one. */
export function objectShapeProblem(value: unknown): Omit<UnplacedFinding, "severity"> | undefined {
  if (!isMapping(value)) {
    return {
      pointer: "",
      rule: "no-object",
      message: "This is no Kubernetes object: an object is a mapping with `apiVersion` and `kind`.",
    };
  }
  for (const field of ["apiVersion", "kind"]) {
    const found = own(value, field);
    if (typeof found === "string" && found !== "") continue;
    if (found === undefined || found === null || found === "") {
      const pointer = found === undefined ? "" : `/${field}`;
      const message = `\`${field}\` is missing; every Kubernetes object has it.`;
      return { pointer, rule: "missing-field", message };
    }
    return { pointer: `/${field}`, rule: "wrong-type", message: `\`${field}\` must be text; put it in quotes.` };
  }
  const kind = String(own(value, "kind"));
  if (kind === "List") {
    const there = Object.hasOwn(value, "items");
    const message = there
      ? "List `items` must be a list of objects."
      : "List lacks `items`, the objects that it lists.";
    return { pointer: there ? "/items" : "", rule: there ? "wrong-type" : "missing-field", message };
  }
  const metadata = own(value, "metadata");
  if (metadata === undefined || metadata === null) {
    const pointer = metadata === null ? "/metadata" : "";
    return { pointer, rule: "missing-field", message: `${kind} lacks \`metadata.name\`, which is required.` };
  }
  if (!isMapping(metadata)) {
    return { pointer: "/metadata", rule: "wrong-type", message: `${kind} \`metadata\` must be a mapping.` };
  }
  const name = own(metadata, "name");
  if (name === undefined || name === null || name === "") {
    const message =
      own(metadata, "generateName") === undefined
        ? `${kind} lacks \`metadata.name\`, which is required.`
        : `${kind} has a \`generateName\` and no \`name\`; what is kept in Git needs a name of its own.`;
    return { pointer: name === undefined ? "/metadata" : "/metadata/name", rule: "missing-field", message };
  }
  for (const field of ["name", "namespace"]) {
    const found = own(metadata, field);
    if (typeof found === "string" || (field === "namespace" && (found === undefined || found === null))) continue;
    const pointer = `/metadata/${field}`;
    const message = `${kind} \`metadata.${field}\` must be text.`;
    if (typeof found === "object") return { pointer, rule: "wrong-type", message };
    const quoted = String(found);
    return { pointer, rule: "wrong-type", message: `${message} Put it in quotes: \`"${quoted}"\`.`, quoted };
  }
  return undefined;
}

function own(value: { [field: string]: unknown }, field: string): unknown {
  return Object.hasOwn(value, field) ? value[field] : undefined;
}
