import { shown } from "../shown.ts";
import { allFields, type Fields, fields, filled, onFields, type Rule, type Violation } from "./rule.ts";
import { isLabelValue, labelValue, qualifiedName, qualifiedNameProblem } from "./syntax.ts";

const mappings: { readonly [definition: string]: readonly string[] } = {
  "meta.v1.ObjectMeta": ["labels"],
  "meta.v1.LabelSelector": ["matchLabels"],
  "core.v1.PodSpec": ["nodeSelector"],
  "core.v1.ServiceSpec": ["selector"],
  "core.v1.ReplicationControllerSpec": ["selector"],
  "node.v1.Scheduling": ["nodeSelector"],
};

/** Labels, what selects by them, and what is written like their keys and values. */
export const labelSyntax: Rule = {
  name: "invalid-label",
  objects: Object.fromEntries(
    Object.entries(mappings).map(([definition, names]) => [
      definition,
      (object: Fields) => names.flatMap((name) => labelsProblems(name, object[name])),
    ]),
  ),
  fields: allFields(
    onFields(filled(qualifiedName), {
      "meta.v1.LabelSelectorRequirement": "key",
      "core.v1.TopologySelectorLabelRequirement": "key",
      "core.v1.NodeSelectorRequirement": "key",
      "core.v1.PodAffinityTerm": "topologyKey matchLabelKeys[] mismatchLabelKeys[]",
      "core.v1.TopologySpreadConstraint": "matchLabelKeys[]",
      "storage.v1.CSINodeDriver": "topologyKeys[]",
    }),
    onFields(labelValue, {
      "meta.v1.LabelSelectorRequirement": "values[]",
      "core.v1.Taint": "value",
      "resource.v1.DeviceTaint": "value",
      "resource.v1.DeviceToleration": "value",
    }),
  ),
};

function labelsProblems(name: string, labels: unknown): Violation[] {
  return Object.entries(fields(labels)).flatMap(([key, value]): Violation[] => {
    const problem = qualifiedNameProblem(key);
    if (problem !== undefined) return [{ predicate: `is no label key: ${problem}`, at: [name, key] }];
    if (typeof value !== "string" || isLabelValue(value)) return [];
    return [{ predicate: `${labelValue(value)}, but it is ${shown(value)}`, at: [name, key] }];
  });
}
