import type { Finding } from "../../core/manifest/finding.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { code } from "../../core/report/inert.ts";
import { type SilentSystem, silenceOf } from "../../core/report/silence.ts";
import type { PlanResult } from "../../link/messages.ts";
import type { PlanRow } from "../../store/plans.ts";
import { type Agents, notConfigured, silentFrom } from "./agents-of.ts";
import { isAnswered, patienceOfNobodyMs, type Question, rowOf } from "./ask-plans.ts";

/** How far the agents have come with what they were asked. */
export interface Answers {
  plans: Plan[];
  /** Those of them that nobody vouches for now. */
  silent: SilentSystem[];
  unplanned: { system: string; cluster: string; message: string; findings: Finding[] }[];
  /** What nobody has answered yet. */
  pending: Awaited[];
  /** What is answered, and asked again since. */
  again: Awaited[];
  /** When silence turns into an answer of its own; milliseconds since the epoch. */
  nextSilence: number | undefined;
}

export interface Awaited {
  system: string;
  cluster: string;
  /** From when on that is told, milliseconds since the epoch; infinite where it never is. */
  announceAt: number;
}

/** An agent that comes back after both sides were away gets so long to dial in before it is called silent. */
const patienceMs = 10_000;

/**
 * Sorts the questions by what became of them.
 * @param isAttended whether somebody looks at the pull request: they are told of what else is made again quietly
 */
export function readAnswers(
  questions: readonly Question[],
  rows: readonly PlanRow[],
  agents: Agents,
  { now, isAttended }: { now: number; isAttended: boolean },
): Answers {
  const answers: Answers = { plans: [], silent: [], unplanned: [], pending: [], again: [], nextSilence: undefined };
  for (const question of questions) {
    const { system, cluster } = question;
    const row = rowOf(rows, question);
    // The link's schema has checked what is stored here.
    const result = row?.result as PlanResult | null | undefined;
    const announceAt = row === undefined ? now : announcedFrom(row, isAttended);
    if (row !== undefined && isAskedAgain(row) && announceAt < Number.POSITIVE_INFINITY) {
      answers.again.push({ system, cluster, announceAt });
    }
    if (result?.plan !== undefined) {
      answers.plans.push(result.plan);
      const lastHeard = row?.silent_since?.getTime();
      if (lastHeard !== undefined) answers.silent.push({ system, cluster, lastHeard, liveAsOf: result.plan.liveAsOf });
    } else if (result?.error !== undefined) {
      const { message, findings = [] } = result.error;
      answers.unplanned.push({ system, cluster, message, findings });
    } else if (!agents.configured.includes(cluster)) {
      answers.unplanned.push({ system, cluster, message: notConfigured, findings: [] });
    } else {
      const askedAt = row?.asked_at.getTime() ?? now;
      const told = Math.max(silentFrom(agents, cluster), askedAt + patienceMs);
      if (now >= told) {
        answers.unplanned.push({
          system,
          cluster,
          message: `${silenceOf(agents.lastHeard.get(cluster))}; it is planned as soon as the agent dials in`,
          findings: [],
        });
      } else {
        answers.pending.push({ system, cluster, announceAt });
        answers.nextSilence = Math.min(answers.nextSilence ?? Number.POSITIVE_INFINITY, told);
      }
    }
  }
  return answers;
}

function announcedFrom({ announce_at, asked_at }: PlanRow, isAttended: boolean): number {
  if (announce_at !== null) return announce_at.getTime();
  return isAttended ? asked_at.getTime() + patienceOfNobodyMs : Number.POSITIVE_INFINITY;
}

/** Of an agent that is silent it is told that nobody looks. */
const isAskedAgain = (row: PlanRow): boolean => row.result !== null && !isAnswered(row) && row.silent_since === null;

/** As one inert name. */
export function namesOf(systems: readonly { name: string }[]): string {
  return systems.map(({ name }) => code(name)).join(", ");
}
