import { type Fields, fields, isFilled, isSet, list, type Rule, textOf, type Violation } from "./rule.ts";

const uidLabel = "batch.kubernetes.io/controller-uid";

/** What a job is told about its pods: which they are, and what their ends mean. */
export const jobRules: Rule = {
  name: "job-rules",
  objects: {
    "batch.v1.JobSpec": (spec) => [...selector(spec), ...modes(spec), ...owner(spec)],
    "batch.v1.PodFailurePolicyOnExitCodesRequirement": ({ operator, values }) => {
      const codes = list(values);
      const zero = codes.indexOf(0);
      if (operator === "In" && zero >= 0)
        return [{ predicate: "must not be 0, which is no failure", at: ["values", zero] }];
      const unordered = codes.findIndex((code, index) => index > 0 && Number(code) < Number(codes[index - 1]));
      return unordered < 0 ? [] : [{ predicate: "must be in order", at: ["values"] }];
    },
  },
};

/** A job that is there already has its own, which somebody may have copied from it. */
function selector({ manualSelector, selector: given }: Fields): Violation[] {
  if (!isSet(given) || typeof given !== "object" || (isSet(manualSelector) && manualSelector !== false)) return [];
  const { matchLabels, matchExpressions } = fields(given);
  if ((!isFilled(matchLabels) && !isFilled(matchExpressions)) || Object.hasOwn(fields(matchLabels), uidLabel))
    return [];
  return [
    { predicate: "must not be there without `manualSelector`: a job finds its pods by itself", at: ["selector"] },
  ];
}

function modes({ completionMode, successPolicy, podFailurePolicy, podReplacementPolicy }: Fields): Violation[] {
  const found: Violation[] = [];
  const isIndexed = completionMode === "Indexed";
  if (isSet(successPolicy) && !isIndexed && (!isSet(completionMode) || completionMode === "NonIndexed")) {
    found.push({ predicate: "may only be there when `completionMode` is `Indexed`", at: ["successPolicy"] });
  }
  if (isSet(podFailurePolicy) && podReplacementPolicy === "TerminatingOrFailed") {
    found.push({ predicate: "must be `Failed` beside a `podFailurePolicy`", at: ["podReplacementPolicy"] });
  }
  return found;
}

function owner({ managedBy }: Fields): Violation[] {
  const name = textOf(managedBy);
  if (name === "" || /^[^/]+\/./.test(name)) return [];
  return [{ predicate: "must be a name after a DNS name such as `example.com/controller`", at: ["managedBy"] }];
}
