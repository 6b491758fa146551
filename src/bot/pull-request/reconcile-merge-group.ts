import { hasErrors } from "../../core/manifest/finding.ts";
import { type CheckReport, checkOf } from "../../core/report/check.ts";
import { code } from "../../core/report/inert.ts";
import type { PlanPoint } from "../../core/report/report.ts";
import { silenceOf } from "../../core/report/silence.ts";
import { validateSystems } from "../desired/validate-systems.ts";
import type { BotContext, MergeGroupKey } from "../reconciler.ts";
import { agentsOf, silentFrom } from "./agents-of.ts";
import { namesOf } from "./answers.ts";
import { compareTrees, foldersOf } from "./read-proposal.ts";
import { note, ofFindings } from "./what-to-say.ts";
import { bringTo } from "./write-check.ts";
import { digestOf } from "./written-digest.ts";

/**
 * Answers a merge queue: the check `trueup` on its candidate commit, which waits for it. Each pull request in the queue has been
 * planned by itself; what is looked at here is whether all of them together are valid still, and whether somebody enacts them. No
 * cluster is asked about them together, and the check says so.
 */
export async function reconcileMergeGroup(
  context: BotContext,
  { repositoryId, sha, ref }: MergeGroupKey,
): Promise<void> {
  const base = /^gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]+$/s.exec(ref)?.[1];
  if (base === undefined) return context.log.warn({ ref }, "no merge queue's ref");
  const client = await context.repository(repositoryId);
  const baseSha = await client.branch(base);
  // The queue drops candidates all the time; what is gone waits for no answer.
  if (baseSha === undefined || (await client.branch(ref)) !== sha) return;
  const check = await assess(context, { repositoryId, sha, base, baseSha });
  await bringTo(client, sha, { ...check, externalId: digestOf(sha, check.conclusion, check.annotations) });
}

async function assess(
  context: BotContext,
  { repositoryId, sha, base, baseSha }: { repositoryId: number; sha: string; base: string; baseSha: string },
): Promise<CheckReport> {
  const client = await context.repository(repositoryId);
  const mirror = await context.mirror(repositoryId);
  const { defaultBranch } = await client.info();
  await mirror.fetchCommits([baseSha, sha]);
  const at: PlanPoint = { headSha: sha, base, baseSha };
  const proposal = await compareTrees(mirror, { tree: sha, baseSha, base, defaultBranch });
  switch (proposal.kind) {
    case "invalid-config":
      return checkOf(ofFindings(proposal.findings, at))!;
    case "systems": {
      const systems = proposal.concerned.map(({ system }) => system);
      const findings = await validateSystems(context.validator, mirror, sha, systems);
      if (hasErrors(findings)) return checkOf(ofFindings(findings, at, foldersOf(proposal.concerned)))!;
      const silences = await silencesAmong(context, systems);
      if (silences.length > 0) return checkOf(note("problem", "nobody looks at the cluster", silences, at))!;
      const sentences = systems.length === 0 ? ["No system's files change."] : lookedAt(systems);
      return checkOf(note("fine", "ready to merge", sentences, at))!;
    }
    case "unconfigured":
    case "conflicts":
      return checkOf(note("fine", "nothing to deploy", ["There is no `.trueup.yaml`."], at))!;
  }
}

/** What the check of a candidate vouches for, and what it does not. */
function lookedAt(systems: readonly { name: string }[]): string[] {
  return [
    `The files are valid together, and the agents that deploy them are there: ${namesOf(systems)}.`,
    "No cluster was asked what the pull requests do together, only what each does alone: what a policy, a quota or a guard on deletions says of all of them shows when they are deployed.",
  ];
}

/** One sentence for each cluster that nothing is heard from. */
async function silencesAmong(context: BotContext, systems: readonly { cluster: string }[]): Promise<string[]> {
  const agents = await agentsOf(context, systems);
  return [...new Set(systems.map(({ cluster }) => cluster))]
    .filter((cluster) => context.now() >= silentFrom(agents, cluster))
    .map((cluster) => `${code(cluster)}: ${silenceOf(agents.lastHeard.get(cluster))}. Queue it again when it is back.`);
}
