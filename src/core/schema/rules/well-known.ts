import { didYouMean } from "../did-you-mean.ts";
import { fields, int32, type Rule, textOf, type Violation } from "./rule.ts";

const mostOfUsers = 1_000_000_000;
const systemClasses = ["system-cluster-critical", "system-node-critical"];
const levels = ["privileged", "baseline", "restricted"];

/** Names and labels that mean something to Kubernetes itself. */
export const wellKnown: Rule = {
  name: "well-known",
  objects: {
    "scheduling.v1.PriorityClass": ({ metadata, value }) => {
      const name = textOf(fields(metadata).name);
      if (systemClasses.includes(name)) return [];
      if (name.startsWith("system-")) {
        return [
          { predicate: "must not begin with `system-`, as the system's own classes do", at: ["metadata", "name"] },
        ];
      }
      return (int32(value) ?? 0) > mostOfUsers
        ? [{ predicate: `must be at most ${mostOfUsers}; more is the system's own`, at: ["value"] }]
        : [];
    },
    "core.v1.Namespace": ({ metadata }) =>
      Object.entries(fields(fields(metadata).labels)).flatMap(([label, level]): Violation[] => {
        if (!/^pod-security\.kubernetes\.io\/(?:enforce|audit|warn)$/.test(label)) return [];
        if (typeof level !== "string" || levels.includes(level)) return [];
        const near = didYouMean(level, levels);
        const hint = near === undefined ? "" : ` (did you mean \`${near}\`?)`;
        const predicate = `must be one of \`privileged\`, \`baseline\`, \`restricted\`${hint}`;
        return [{ predicate, at: ["metadata", "labels", label] }];
      }),
  },
};
