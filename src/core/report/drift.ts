import type { Plan, PlannedObject } from "../plan/plan.ts";
import { mostOfAnswers } from "./answers.ts";
import { assemble, mostUnfolded } from "./assemble.ts";
import { autoscalerHint } from "./autoscaler-hint.ts";
import { shortTime } from "./field-table.ts";
import { code, prose } from "./inert.ts";
import { objectDetails } from "./object-details.ts";
import { systemsTable } from "./plan-sections.ts";
import { noAlert } from "./risks-alert.ts";
import { within } from "./within.ts";
import { plural } from "./words.ts";

export interface DriftNow {
  /** Of each system's tracked branch against itself. */
  plans: readonly Plan[];
  /** Systems whose drift the next heal takes back. */
  healed: ReadonlySet<string>;
  /** Systems of which nobody knows, and why; foreign. */
  unknown: readonly { system: string; why: string }[];
  /** The tracked branch. */
  branch: string;
}

/** Of names and messages of systems; how many there are is up to the repository. */
const mostOfSystems = 6_000;

const isNotAsInGit = ({ drifted, fields, action }: PlannedObject): boolean =>
  drifted || fields.length > 0 || action !== "unchanged";

function headline(differ: number, known: number, unknown: number): string {
  if (differ > 0) return `${plural(differ, "object")} not as in Git`;
  if (unknown === 0) return "nothing has drifted";
  return known === 0 ? "whether something has drifted is not known" : "nothing has drifted, as far as is known";
}

/** What is live and Git does not say, as the answer to `/trueup diff`. */
export function renderDrift({ plans, healed, unknown, branch }: DriftNow): string {
  const differ = plans.flatMap(({ objects }) => objects).filter(isNotAsInGit);
  const told = within(
    unknown.map(({ system, why }) => `> ${code(system)}: ${prose(why)}`),
    mostOfSystems,
    (left) => `> … and ${left} more.`,
  );
  const head = [
    `### trueup · ${headline(differ.length, plans.length, unknown.length)}`,
    told.length === 0 ? "" : `> [!CAUTION]\n${told.join("  \n")}`,
    differ.length === 0 ? "" : systemsTable(plans),
    autoscalerHint(plans),
  ];
  const liveAsOf = plans.map((plan) => plan.liveAsOf).sort()[0];
  const live = liveAsOf === undefined ? "" : `, live as of ${shortTime(liveAsOf)}`;
  const tips = [...new Set(plans.map(({ baseSha }) => `\`${baseSha.slice(0, 7)}\``))].join(", ");
  const parts = {
    head: head.filter((part) => part !== "").join("\n\n"),
    details: objectDetails(plans, noAlert, mostOfAnswers, ({ system }) => ({
      after: "in Git",
      reverts: healed.has(system) ? "; the next heal reverts it" : "",
    })),
    mostUnfolded,
    rest: "The totals above count them all.",
    foot: `<sub>Against ${code(branch)}${tips === "" ? "" : ` at ${tips}`}${live}</sub>`,
  };
  // It stands in the comment of a plan, which keeps the most of the room.
  return assemble(parts, mostOfAnswers - 1_000);
}
