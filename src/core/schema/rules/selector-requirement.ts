import {
  type Fields,
  fields,
  isSet,
  lacks,
  list,
  onObjects,
  type Rule,
  type Step,
  textOf,
  type Violation,
} from "./rule.ts";
import { labelValue } from "./syntax.ts";

/** What a selector's operator wants as values. */
export const selectorRequirement: Rule = {
  name: "selector-requirement",
  objects: {
    ...onObjects(labelRequirement, ["meta.v1.LabelSelectorRequirement"]),
    "core.v1.NodeSelectorRequirement": nodeRequirement,
    // Not of what is only preferred, where a label that no node can have does no harm.
    "core.v1.NodeSelector": ({ nodeSelectorTerms }) =>
      list(nodeSelectorTerms).flatMap((term, index) =>
        list(fields(term).matchExpressions).flatMap((requirement, position) =>
          nodeLabels(fields(requirement).values, ["nodeSelectorTerms", index, "matchExpressions", position, "values"]),
        ),
      ),
    "core.v1.ScopedResourceSelectorRequirement": labelRequirement,
  },
};

function labelRequirement({ operator, values }: Fields): Violation[] {
  const count = list(values).length;
  switch (operator) {
    case "In":
    case "NotIn":
      return count === 0 ? [lacks("values", `because its operator is \`${operator}\``)] : [];
    case "Exists":
    case "DoesNotExist":
      return count > 0
        ? [{ predicate: `must not be there, because the operator is \`${operator}\``, at: ["values"] }]
        : [];
    default:
      return [];
  }
}

function nodeRequirement(requirement: Fields): Violation[] {
  const { operator, values } = requirement;
  if (isSet(operator) && typeof operator !== "string") return [];
  switch (textOf(operator)) {
    case "In":
    case "NotIn":
    case "Exists":
    case "DoesNotExist":
      return labelRequirement(requirement);
    case "Gt":
    case "Lt":
      return list(values).length === 1
        ? []
        : [
            {
              predicate: `must have exactly one of \`values\`, because its operator is \`${operator}\``,
              missing: ["values"],
            },
          ];
    default:
      return [];
  }
}

function nodeLabels(values: unknown, at: readonly Step[]): Violation[] {
  return list(values).flatMap((value, index): Violation[] => {
    const problem = labelValue(value ?? "");
    return problem === undefined ? [] : [{ predicate: problem, at: [...at, index] }];
  });
}
