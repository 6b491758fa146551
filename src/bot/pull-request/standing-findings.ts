import { findingsOf, keysOf } from "../../core/report/findings-table.ts";
import type { PullRequestReport } from "../../core/report/report.ts";
import type { Validator } from "../../core/schema/validator.ts";
import type { Mirror } from "../../git/mirror.ts";
import type { SystemInput } from "../desired/compare-systems.ts";
import { validateSystems } from "../desired/validate-systems.ts";

/**
 * The report with what of its findings the base branch has already, so that nobody looks for them in the pull request. The base is
 * only looked at when something was found.
 */
export async function withStanding<R extends PullRequestReport>(
  report: R,
  { validator, mirror, concerned }: { validator: Validator; mirror: Mirror; concerned: readonly SystemInput[] },
): Promise<R> {
  if ((report.stage !== "planned" && report.stage !== "findings") || findingsOf(report).length === 0) return report;
  const systems = concerned.map(({ system }) => system);
  const before = await validateSystems(validator, mirror, report.at.baseSha, systems);
  return { ...report, standing: keysOf(before) };
}
