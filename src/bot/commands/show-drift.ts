import { renderDrift } from "../../core/report/drift.ts";
import { plansWithoutLive } from "../../core/report/hide-live.ts";
import { answer } from "./answer.ts";
import { askDrift, forgetDrift } from "./ask-drift.ts";
import type { Asked } from "./asked.ts";

/**
 * Answers with what differs in the cluster now from the tip of the pull request's base branch.
 * @returns undefined while an agent has yet to answer
 */
export async function showDrift(asked: Asked): Promise<string | undefined> {
  const { client, pullRequest } = asked;
  const now = await askDrift(asked);
  if (now === undefined) return undefined;
  const { private: isPrivate } = await client.info();
  const plans = now.answers.flatMap(({ plan }) => plan ?? []);
  const failed = now.answers.flatMap(({ system, error }) =>
    error === undefined ? [] : [{ system, why: error.message }],
  );
  const silent = now.silent.map(({ system, cluster }) => ({ system, why: `the agent of ${cluster} does not answer` }));
  const text = renderDrift({
    plans: isPrivate ? plans : plansWithoutLive(plans),
    healed: new Set(now.answers.filter(({ heals }) => heals === true).map(({ system }) => system)),
    unknown: [...failed, ...silent],
    branch: pullRequest.base.ref,
  });
  await answer(asked, text);
  await forgetDrift(asked);
  return `answered, ${plans.reduce((sum, { drifted }) => sum + drifted, 0)} objects have drifted`;
}
