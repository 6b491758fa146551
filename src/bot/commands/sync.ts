import { hasErrors } from "../../core/manifest/finding.ts";
import { code } from "../../core/report/inert.ts";
import { latestRolloutsOfBranch, type RolloutRow } from "../../store/rollouts.ts";
import { restartRollout } from "../branch/start-rollout.ts";
import { bring } from "../desired/bring.ts";
import { readConfig, systemsOnBranch } from "../desired/read-config.ts";
import { answer } from "./answer.ts";
import type { Asked, Deed } from "./asked.ts";

/**
 * Has the agents apply again what was rolled out last from the pull request's base branch.
 *
 * @param system one of the branch's, by name; undefined: all of them
 */
export async function sync(asked: Asked, system: string | undefined): Promise<string | Deed> {
  const { context, client, pullRequest, cause } = asked;
  const branch = pullRequest.base.ref;
  const rollouts = await latestRolloutsOfBranch(context.db, client.id, branch);
  const described = await describedOf(asked, rollouts);
  const wanted = described.filter((row) => system === undefined || row.system === system);
  if (wanted.length === 0) {
    const isTakenOut = rollouts.some((row) => system === undefined || row.system === system);
    await answer(asked, noneToSync(system, branch, isTakenOut, described));
    return "no such system";
  }
  return {
    outcome: `syncs ${wanted.map((row) => row.system).join(", ")}`,
    async carryOut({ db, wake, now }) {
      for (const row of wanted) await restartRollout(db, row, cause.replaceAll(":", "/"), new Date(now()));
      await wake({ kind: "branch", repositoryId: client.id, branch }, { turn: "first" });
    },
  };
}

/**
 * Those that the branch still describes: of one that was taken out nothing is kept true, and to fail at it would be told on the pull
 * request that brought it last. A configuration with errors takes nothing out.
 */
async function describedOf({ context, client, pullRequest }: Asked, rollouts: RolloutRow[]): Promise<RolloutRow[]> {
  const { ref } = pullRequest.base;
  const tip = await client.branch(ref);
  const mirror = await context.mirror(client.id);
  if (tip === undefined || !(await bring(mirror, tip))) return rollouts;
  const { systems, findings } = await readConfig(mirror, tip);
  if (hasErrors(findings)) return rollouts;
  const { defaultBranch } = await client.info();
  const names = new Set(systemsOnBranch(systems, ref, defaultBranch).map(({ name }) => name));
  return rollouts.filter((row) => names.has(row.system));
}

function noneToSync(system: string | undefined, branch: string, isTakenOut: boolean, others: RolloutRow[]): string {
  const which = system === undefined ? "No system" : `No system ${code(system)}`;
  const why = isTakenOut ? "is described by" : "was rolled out from";
  const more = isTakenOut ? " any more; what it made stays as it is" : "";
  const known = others.map((row) => code(row.system)).join(", ");
  return `${which} ${why} ${code(branch)}${more}.${known === "" ? "" : ` There is ${known}.`}`;
}
