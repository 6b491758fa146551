import { type Fields, fields, isFilled, isSet, list, onObjects, type Rule, type Violation } from "./rule.ts";

/** A workload selects its own pods, or it would make new ones for ever. */
export const selectorMatchesTemplate: Rule = {
  name: "selector-mismatch",
  objects: {
    ...onObjects(
      (spec) => {
        // A value of another type is the schema's to tell.
        if (isSet(spec.selector) && typeof spec.selector !== "object") return [];
        if (!isSet(spec.selector)) return [];
        const { matchLabels, matchExpressions } = fields(spec.selector);
        if (!isFilled(matchLabels) && !isFilled(matchExpressions)) {
          return [{ predicate: "must not be empty; it would select every pod", at: ["selector"] }];
        }
        const labels = labelsOf(spec.template);
        return [
          ...labelProblems(fields(matchLabels), labels, ["selector", "matchLabels"]),
          ...list(matchExpressions).flatMap((expression, index) =>
            matches(fields(expression), labels)
              ? []
              : [
                  {
                    predicate: "does not select the labels of its own pods (`spec.template.metadata.labels`)",
                    at: ["selector", "matchExpressions", index],
                  },
                ],
          ),
        ];
      },
      ["apps.v1.DeploymentSpec", "apps.v1.ReplicaSetSpec", "apps.v1.StatefulSetSpec", "apps.v1.DaemonSetSpec"],
    ),
    "core.v1.ReplicationControllerSpec": ({ selector, template }) =>
      isFilled(selector) || !isSet(template) || isFilled(labelsOf(template))
        ? labelProblems(fields(selector), labelsOf(template), ["selector"])
        : [{ predicate: "lacks `selector`, and its pods have no labels to take it from" }],
  },
};

function labelsOf(template: unknown): Fields {
  return fields(fields(fields(template).metadata).labels);
}

function labelProblems(wanted: Fields, labels: Fields, at: readonly string[]): Violation[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    // A null is the empty text.
    const wants = value ?? "";
    if (typeof wants !== "string" || (Object.hasOwn(labels, key) && (labels[key] ?? "") === wants)) return [];
    const has = Object.hasOwn(labels, key) ? `have ${JSON.stringify(labels[key])}` : "lack it";
    const predicate = `selects ${JSON.stringify(wants)}, but the labels of its own pods (\`spec.template.metadata.labels\`) ${has}`;
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
