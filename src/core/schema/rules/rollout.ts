import { type Fields, fields, int32, isFilled, isSet, type Rule, type Violation } from "./rule.ts";

/** How pods are replaced by new ones: a way that moves, and fields of that way alone. */
export const rollout: Rule = {
  name: "rollout",
  objects: {
    "apps.v1.DeploymentStrategy": ({ type, rollingUpdate }) => {
      if (type === "Recreate") return needless(rollingUpdate, "Recreate");
      if (isFilled(type) && type !== "RollingUpdate") return [];
      const { maxSurge, maxUnavailable } = fields(rollingUpdate);
      return isNone(maxSurge) && isNone(maxUnavailable)
        ? [{ predicate: "must not be 0 together with `maxSurge`: no pod could be replaced", at: unavailable }]
        : [];
    },
    "apps.v1.StatefulSetUpdateStrategy": ({ type, rollingUpdate }) => {
      if (type === "OnDelete") return needless(rollingUpdate, "OnDelete");
      return isNone(fields(rollingUpdate).maxUnavailable)
        ? [{ predicate: "must not be 0: no pod could be replaced", at: unavailable }]
        : [];
    },
    "apps.v1.DaemonSetUpdateStrategy": ({ type, rollingUpdate }) =>
      isFilled(type) && type !== "RollingUpdate" ? [] : eitherWay(fields(rollingUpdate)),
  },
};

const unavailable = ["rollingUpdate", "maxUnavailable"];

function needless(rollingUpdate: unknown, type: string): Violation[] {
  return isSet(rollingUpdate)
    ? [{ predicate: `must not be there, because the type is \`${type}\``, at: ["rollingUpdate"] }]
    : [];
}

/** By default one pod of a DaemonSet is unavailable, and none is there twice. */
function eitherWay({ maxSurge = 0, maxUnavailable = 1 }: Fields): Violation[] {
  if (maxSurge === null || maxUnavailable === null) return [];
  if (isNone(maxSurge) && isNone(maxUnavailable)) {
    return [{ predicate: "must not be 0 when `maxSurge` is: no pod could be replaced", at: unavailable }];
  }
  if (isNone(maxSurge) || isNone(maxUnavailable)) return [];
  return [{ predicate: "must be 0 unless `maxUnavailable` is", at: ["rollingUpdate", "maxSurge"] }];
}

function isNone(amount: unknown): boolean {
  return int32(amount) === 0 || (typeof amount === "string" && /^0+%$/.test(amount));
}
