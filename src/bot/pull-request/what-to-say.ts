import { hasErrors } from "../../core/manifest/finding.ts";
import type { Overlaps } from "../../core/plan/overlap.ts";
import { code } from "../../core/report/inert.ts";
import type { PausedSystem } from "../../core/report/pauses.ts";
import type {
  FindingsReport,
  NoteReport,
  PlanPoint,
  PullRequestReport,
  SystemFinding,
  SystemFolder,
} from "../../core/report/report.ts";
import { type RulesReport, rulesSection } from "../../core/report/rules-section.ts";
import type { PullRequest } from "../../github/repository-client.ts";
import { planCommand } from "../commands/parse-command.ts";
import type { Answers, Awaited } from "./answers.ts";
import type { Proposal } from "./read-proposal.ts";

/** Even without any hint, a question that is open is looked at so often. */
const lookAgainMs = 30_000;

export function ofConflicts(paths: readonly string[], at: PlanPoint): NoteReport {
  const most = 20;
  const list = paths.slice(0, most).map((path) => `- ${code(path)}`);
  if (paths.length > most) list.push(`- … and ${paths.length - most} more`);
  const sentences = [
    `Merging into ${code(at.base)} has conflicts in:`,
    list.join("\n"),
    `Merge or rebase onto ${code(at.base)}, solve them and push; it is planned then.`,
  ];
  return note("problem", "conflicts, nothing can be planned", sentences, at);
}

/** @param folders of the systems concerned, where the findings are theirs */
export function ofFindings(
  findings: readonly SystemFinding[],
  at: PlanPoint,
  folders: SystemFolder[] = [],
): FindingsReport {
  return { stage: "findings", findings: [...findings], folders, at };
}

/** Git could not be asked for it within our limits; `message` names them. */
export function ofUnreadable(message: string, at: PlanPoint): NoteReport {
  return note("problem", "the repository cannot be read", [`Git says: ${code(message)}.`], at);
}

/** A fork's head runs through the renderer and the cluster's dry run only after somebody with write permission has said so. */
export function ofFork(at: PlanPoint): NoteReport {
  const sentences = [
    "This pull request comes from a fork. Its files are valid; the clusters have not been asked.",
    `Somebody with write permission can look at it and write \`${planCommand(at.headSha)}\` to have this commit planned; a later one has to be looked at again.`,
  ];
  return note("waiting", "waits for a maintainer", sentences, at);
}

export function ofNothing(proposal: Extract<Proposal, { kind: "systems" }>, at: PlanPoint): NoteReport {
  const { rules, tracked } = proposal;
  const section = rulesSection(rules);
  const sentences = tracked
    ? ["No system's files change with this pull request."]
    : [`No system tracks branch ${code(at.base)}.`];
  return note("fine", "nothing to deploy", section === "" ? sentences : [section], at);
}

export interface Said {
  /** undefined while there is nothing worth saying yet. */
  report: PullRequestReport | undefined;
  /** When to look again without a hint, in milliseconds; undefined when only a hint can change anything. */
  lookAgain: number | undefined;
  /** It is not open any more, so that nothing is said and its plans are left as they are. */
  closed?: PullRequest;
}

/** What to say while the agents answer, and when they have. */
export function ofAnswers(
  answers: Answers & { overlaps: Overlaps; pauses: PausedSystem[]; folders: SystemFolder[] },
  rules: RulesReport,
  at: PlanPoint,
  now: number,
): Said {
  const { plans, silent, unplanned, pending, again, nextSilence, overlaps, pauses, folders } = answers;
  if (pending.length > 0) {
    const announceAt = Math.min(...pending.map(({ announceAt }) => announceAt));
    const silence = (nextSilence ?? Number.POSITIVE_INFINITY) - now;
    if (now < announceAt) return { report: undefined, lookAgain: Math.min(announceAt - now, silence) };
    const systems = systemsOf(pending);
    return { report: { stage: "planning", systems, at }, lookAgain: Math.min(silence, lookAgainMs) };
  }
  const told = again.filter(({ announceAt }) => announceAt <= now);
  const toTell = again.filter((one) => !told.includes(one)).map(({ announceAt }) => announceAt);
  const lookAgain = toTell.length === 0 ? undefined : Math.min(...toTell) - now;
  const beingAsked = told.length === 0 ? {} : { again: systemsOf(told) };
  // What only an agent can see is told like what is seen here: as findings, when there is nothing else to tell.
  if (plans.length === 0 && unplanned.length > 0 && unplanned.every(({ findings }) => hasErrors(findings))) {
    const found = unplanned.flatMap(({ system, cluster, findings }) =>
      findings.map((finding) => ({ ...finding, of: { system, cluster } })),
    );
    return { report: { ...ofFindings(found, at, folders), ...beingAsked }, lookAgain };
  }
  const liveAsOf = plans.map((plan) => plan.liveAsOf).sort()[0];
  return {
    report: {
      stage: "planned",
      plans,
      ...(silent.length === 0 ? {} : { silent }),
      unplanned,
      ...beingAsked,
      ...(pauses.length === 0 ? {} : { pauses }),
      ...(overlaps.total === 0 ? {} : { overlaps }),
      rules,
      folders,
      at: { ...at, ...(liveAsOf === undefined ? {} : { liveAsOf }) },
    },
    lookAgain,
  };
}

const systemsOf = (awaited: readonly Awaited[]) => awaited.map(({ system, cluster }) => ({ system, cluster }));

export function note(
  severity: NoteReport["severity"],
  headline: string,
  sentences: string[],
  at: PlanPoint,
): NoteReport {
  return { stage: "note", severity, headline, sentences, at };
}
