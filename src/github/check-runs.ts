import type { CheckAnnotation, CheckReport } from "../core/report/check.ts";
import type { RepositoryAccess } from "./repository-access.ts";
import type { RepositoryClient } from "./repository-client.ts";

type CheckRuns = Pick<RepositoryClient, "ownChecks" | "createCheck" | "updateCheck">;

/** The name that a ruleset requires; with a number the one of a pull request that has no say in that check any more. */
const nameOf = (of?: number): string => (of === undefined ? "trueup" : `trueup #${of}`);
/** https://docs.github.com/en/rest/checks/runs: annotations of one request. */
const mostAnnotations = 50;

export function checkRuns({ octokit, appId, at }: RepositoryAccess): CheckRuns {
  const { checks } = octokit.rest;

  /** Annotations add up over requests; the last request brings the conclusion, so that a completed check has them all. */
  async function update(checkId: number, report: CheckReport, batches: CheckAnnotation[][]): Promise<void> {
    for (const [index, batch] of batches.entries()) {
      const last = index === batches.length - 1;
      await checks.update({ ...(await at()), check_run_id: checkId, ...bodyOf(report, batch, last) });
    }
  }

  return {
    async ownChecks(sha, of) {
      const wanted = {
        ...(await at()),
        ref: sha,
        check_name: nameOf(of),
        app_id: appId,
        filter: "all",
        per_page: 100,
      } as const;
      const found = await octokit.paginate(checks.listForRef, wanted);
      return found
        .filter((check) => check.app?.id === appId)
        .sort((one, other) => other.id - one.id)
        .map(({ id, status, conclusion, external_id, output }) => ({
          id,
          status: status === "completed" || status === "in_progress" ? status : "queued",
          conclusion,
          ...(external_id ? { externalId: external_id } : {}),
          ...(output.title === null ? {} : { title: output.title }),
          ...(output.summary === null ? {} : { summary: output.summary }),
          ...(output.text === null ? {} : { text: output.text }),
        }));
    },
    async createCheck(sha, report, of) {
      const [first = [], ...more] = batchesOf(report);
      const body = bodyOf(report, first, more.length === 0);
      const { data } = await checks.create({ ...(await at()), name: nameOf(of), head_sha: sha, ...body });
      await update(data.id, report, more);
      return data.id;
    },
    updateCheck: (checkId, report) => update(checkId, report, batchesOf(report)),
  };
}

function batchesOf({ annotations }: CheckReport): CheckAnnotation[][] {
  const count = Math.max(1, Math.ceil(annotations.length / mostAnnotations));
  return Array.from({ length: count }, (_, index) =>
    annotations.slice(index * mostAnnotations, (index + 1) * mostAnnotations),
  );
}

function bodyOf(report: CheckReport, annotations: CheckAnnotation[], last: boolean) {
  const { status, conclusion, title, summary, text } = report;
  return {
    // Without a conclusion GitHub would not take it; red is the safe one.
    ...(last && status === "completed"
      ? { status, conclusion: conclusion ?? ("failure" as const) }
      : { status: "in_progress" as const }),
    ...(report.externalId === undefined ? {} : { external_id: report.externalId }),
    output: { title, summary, ...(text === undefined ? {} : { text }), annotations },
  };
}
