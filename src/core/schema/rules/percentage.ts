import { shown } from "../shown.ts";
import { allFields, fields, int32, isSet, onFields, type Rule, type ValueCheck, type Violation } from "./rule.ts";

const countOrPercentage: ValueCheck = (value) => {
  const wrong = "must be a number that is not negative, or a percentage such as `25%`";
  if (typeof value === "string") return /^[0-9]+%$/.test(value) ? undefined : wrong;
  const number = int32(value);
  return number === undefined || number >= 0 ? undefined : wrong;
};

const atMostAll: ValueCheck = (value) => {
  const wrong = countOrPercentage(value);
  if (wrong !== undefined || typeof value !== "string") return wrong;
  return Number(value.slice(0, -1)) <= 100 ? undefined : "must not be more than `100%`";
};

/** Shares of a number of pods. */
export const percentage: Rule = {
  name: "invalid-percentage",
  fields: allFields(
    onFields(countOrPercentage, {
      "apps.v1.RollingUpdateDeployment": "maxSurge",
    }),
    onFields(atMostAll, {
      "apps.v1.RollingUpdateDeployment": "maxUnavailable",
      "apps.v1.RollingUpdateStatefulSetStrategy": "maxUnavailable",
      "policy.v1.PodDisruptionBudgetSpec": "minAvailable maxUnavailable",
    }),
  ),
  objects: {
    // Nobody looks at them where pods are only replaced when they are deleted.
    "apps.v1.DaemonSetUpdateStrategy": ({ type, rollingUpdate }) =>
      type === "OnDelete"
        ? []
        : ["maxSurge", "maxUnavailable"].flatMap((name): Violation[] => {
            const value = fields(rollingUpdate)[name];
            const problem = isSet(value) ? atMostAll(value) : undefined;
            return problem === undefined
              ? []
              : [{ predicate: `${problem}, but it is ${shown(value)}`, at: ["rollingUpdate", name] }];
          }),
  },
};
