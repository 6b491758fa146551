import type { FieldChange, Plan, Risk } from "../plan/plan.ts";
import { withoutUsage } from "../plan/quotas/quota-text.ts";
import type { PullRequestReport, RolloutOfSystem } from "./report.ts";

/** Stands in the place of a value that only the cluster's own people may read. */
export const hiddenValue = "hidden";

/**
 * The report as the whole world may read it: what the manifests ask for and that something changes, but nothing of what is live
 * in the cluster.
 */
export function withoutLive<Report extends PullRequestReport>(report: Report): Report {
  switch (report.stage) {
    case "planned":
      return { ...report, plans: plansWithoutLive(report.plans) };
    case "rollout":
      return { ...report, systems: report.systems.map(withoutWords) };
    default:
      return report;
  }
}

/** What pods, events and the API server say of a rollout quotes what is live: addresses, nodes, answers of probes. */
function withoutWords({ progress: _, ...system }: RolloutOfSystem): RolloutOfSystem {
  const { state, message, details, refusals } = system;
  if (state !== "failed") return system;
  return {
    ...system,
    ...(refusals === undefined ? {} : { refusals: refusals.map(({ words: _, ...refusal }) => refusal) }),
    ...(message === undefined ? {} : { message: withoutReason(message) }),
    ...(details === undefined ? {} : { details: details.map(withoutReason) }),
  };
}

/** `not healthy after 20 s: 0 of 1 pods ready` without what follows; what is said of a line in Git stays. */
export function withoutReason(sentence: string): string {
  if (/^[^\s:]+:\d+: /.test(sentence)) return sentence;
  const at = sentence.indexOf(": ");
  return at < 0 ? sentence : sentence.slice(0, at);
}

/** The same for plans alone. */
export function plansWithoutLive(plans: readonly Plan[]): Plan[] {
  return plans.map((plan) => ({
    ...plan,
    findings: plan.findings.map((finding) => ({ ...finding, message: withoutUsage(finding.message) })),
    objects: plan.objects.map(({ takesAlong: _, altered: __, ...object }) => ({
      ...object,
      ...(object.reason === undefined ? {} : { reason: withoutUsage(object.reason) }),
      fields: object.fields.map(hidden),
      ...(object.risks === undefined ? {} : { risks: object.risks.map(uncounted) }),
    })),
  }));
}

/** How many pods there are is live; an agent that does not say what to tell instead may mean them. */
function uncounted({ kind, text, withoutLive }: Risk): Risk {
  const counts = kind === "stops" || kind === "restarts";
  return { kind, text: withoutLive ?? (counts ? "its pods" : text) };
}

function hidden(field: FieldChange): FieldChange {
  const shown = { ...field };
  if (shown.before !== undefined) shown.before = hiddenValue;
  // These stay what they are: the value after merging is the live one.
  const stays = field.cause === "foreign" || field.cause === "ignored";
  if (stays && shown.after !== undefined) shown.after = hiddenValue;
  return shown;
}
