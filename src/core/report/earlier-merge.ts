import type { EarlierMerge } from "../plan/plan.ts";
import type { Words } from "./words.ts";

/**
 * `` `#12` (`abc1234`), which is not applied yet ``.
 *
 * @param merge undefined when it is not known which
 * @param isNot what it is not: `applied yet`
 */
export function earlierMerge(merge: EarlierMerge | undefined, isNot: string): Words {
  if (merge === undefined) return [`an earlier merge that is not ${isNot}`];
  const sha = { code: merge.sha.slice(0, 7) };
  const name: Words =
    merge.pullRequest === undefined ? ["the earlier merge ", sha] : [{ code: `#${merge.pullRequest}` }, " (", sha, ")"];
  return [...name, `, which is not ${isNot}`];
}
