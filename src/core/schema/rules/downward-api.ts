import { type Fields, fields, filled, list, type Rule, textOf, type Violation } from "./rule.ts";
import { inLowerCase, objectName, qualifiedNameProblem } from "./syntax.ts";

const everywhere = ["metadata.name", "metadata.namespace", "metadata.uid"];
const inEnvironment = new Set([
  ...everywhere,
  "spec.nodeName",
  "spec.host",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
]);
const inVolumes = new Set([...everywhere, "metadata.labels", "metadata.annotations"]);

/** Which of a pod's own fields its containers can be told. */
export const downwardApi: Rule = {
  name: "invalid-field-path",
  objects: {
    "core.v1.EnvVarSource": ({ fieldRef }) => problems(fieldRef, inEnvironment),
    "core.v1.DownwardAPIVolumeFile": ({ fieldRef }) => problems(fieldRef, inVolumes),
    "core.v1.NodeSelectorTerm": ({ matchFields }) => list(matchFields).flatMap(matchField),
  },
};

function problems(fieldRef: unknown, known: ReadonlySet<string>): Violation[] {
  const path = textOf(fields(fieldRef).fieldPath);
  if (path === "") return [];
  const [, field, key] = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(path) ?? [];
  if (field !== undefined) {
    const problem = qualifiedNameProblem(field.endsWith("annotations") ? inLowerCase(key!) : key!);
    return problem === undefined ? [] : [{ predicate: `names no key: ${problem}`, at: ["fieldRef", "fieldPath"] }];
  }
  if (known.has(path)) return [];
  const told = [...known].filter((one) => one !== "spec.host").map((one) => `\`${one}\``);
  const predicate = `must be one of ${told.join(", ")}, or a label or annotation such as \`metadata.labels['app']\``;
  return [{ predicate: `${predicate}, but it is the text ${JSON.stringify(path)}`, at: ["fieldRef", "fieldPath"] }];
}

function matchField(requirement: unknown, index: number): Violation[] {
  const { key, operator, values }: Fields = fields(requirement);
  const at = ["matchFields", index];
  if (typeof key === "string" && key !== "" && key !== "metadata.name") {
    return [{ predicate: `must be \`metadata.name\`, but it is the text ${JSON.stringify(key)}`, at: [...at, "key"] }];
  }
  if (operator !== "In" && operator !== "NotIn") {
    if (typeof operator !== "string" || operator === "") return [];
    return [{ predicate: "must be `In` or `NotIn` for a field", at: [...at, "operator"] }];
  }
  if (list(values).length > 1) {
    return [{ predicate: `must be one value for the operator \`${operator}\``, at: [...at, "values"] }];
  }
  return list(values).flatMap((value, position) => {
    const problem = filled(objectName)(value);
    return problem === undefined ? [] : [{ predicate: problem, at: [...at, "values", position] }];
  });
}
