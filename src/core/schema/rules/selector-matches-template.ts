import {
  type Fields,
  fields,
  isFilled,
  isSet,
  lacks,
  list,
  onObjects,
  type Rule,
  type Step,
  type Violation,
} from "./rule.ts";

/**
 * A workload selects its own pods, or it would make new ones for ever. Which of the two is the slip, the workload's own labels
 * tell: they usually say the same a third time.
 */
export const selectorMatchesTemplate: Rule = {
  name: "selector-mismatch",
  objects: {
    ...onObjects(
      ({ metadata, spec }) => {
        const { selector, template } = fields(spec);
        // A value of another type is the schema's to tell.
        if (!isSet(selector) || typeof selector !== "object" || Array.isArray(selector)) return [];
        const { matchLabels, matchExpressions } = fields(selector);
        if (!isFilled(matchLabels) && !isFilled(matchExpressions)) {
          return [{ predicate: "must not be empty; it would select every pod", at: ["spec", "selector"] }];
        }
        const found = labelProblems(fields(matchLabels), template, ["spec", "selector", "matchLabels"], metadata);
        const labels = labelsOf(template);
        for (const [index, expression] of list(matchExpressions).entries()) {
          if (matches(fields(expression), labels)) continue;
          const predicate = "does not select the labels of its own pods (`spec.template.metadata.labels`)";
          found.push({ predicate, at: ["spec", "selector", "matchExpressions", index] });
        }
        return found;
      },
      ["apps.v1.Deployment", "apps.v1.ReplicaSet", "apps.v1.StatefulSet", "apps.v1.DaemonSet"],
    ),
    "core.v1.ReplicationController": ({ metadata, spec }) => {
      const { selector, template } = fields(spec);
      return isFilled(selector) || !isSet(template) || isFilled(labelsOf(template))
        ? labelProblems(fields(selector), template, ["spec", "selector"], metadata)
        : [lacks("selector", "and its pods have no labels to take it from", ["spec"])];
    },
  },
};

function labelsOf(template: unknown): Fields {
  return fields(fields(fields(template).metadata).labels);
}

function labelProblems(wanted: Fields, template: unknown, at: readonly Step[], metadata: unknown): Violation[] {
  const labels = labelsOf(template);
  const own = fields(fields(metadata).labels);
  if (isFilled(wanted) && !isFilled(labels) && isSet(template)) {
    const predicate = `lack what its \`${at.join(".")}\` selects`;
    return [{ predicate, at: ["spec", "template", "metadata", "labels"] }];
  }
  return Object.entries(wanted).flatMap(([key, value]): Violation[] => {
    // A null is the empty text.
    const wants = value ?? "";
    const has = Object.hasOwn(labels, key) ? (labels[key] ?? "") : undefined;
    if (typeof wants !== "string" || has === wants) return [];
    const selects = `${at.join(".")}[${JSON.stringify(key)}]`;
    if (typeof has === "string" && own[key] === wants) {
      const predicate = `must be ${JSON.stringify(wants)}, which its \`${selects}\` selects, but it is the text ${JSON.stringify(has)}`;
      return [{ predicate, at: ["spec", "template", "metadata", "labels", key] }];
    }
    const told = has === undefined ? "lack it" : `have ${JSON.stringify(has)}`;
    const predicate = `selects ${JSON.stringify(wants)}, but the labels of its own pods (\`spec.template.metadata.labels\`) ${told}`;
    return [{ predicate, at: [...at, key] }];
  });
}

function matches({ key, operator, values }: Fields, labels: Fields): boolean {
  if (typeof key !== "string" || typeof operator !== "string") return true;
  const has = Object.hasOwn(labels, key);
  const among = list(values).includes(labels[key]);
  switch (operator) {
    case "In":
      return has && among;
    case "NotIn":
      return !has || !among;
    case "Exists":
      return has;
    case "DoesNotExist":
      return !has;
    default:
      return true;
  }
}
