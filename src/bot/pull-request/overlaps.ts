import { byWeight, type Overlaps, overlapOf } from "../../core/plan/overlap.ts";
import { meetingsOf } from "../../store/touches.ts";
import type { BotContext } from "../reconciler.ts";

/** More than a comment has room for. */
const mostKept = 10;

/** What other open pull requests do to the objects that this one touches. All of them are weighed: the worst may come last. */
export async function overlapsOf({ db }: BotContext, repositoryId: number, number: number): Promise<Overlaps> {
  const overlaps: Overlaps = { worst: [], total: 0 };
  for await (const met of meetingsOf(db, repositoryId, number)) {
    const more = met.map(({ pullRequest, mine, theirs }) => overlapOf(mine, theirs, pullRequest));
    overlaps.worst = [...overlaps.worst, ...more].sort(byWeight).slice(0, mostKept);
    overlaps.total += met.length;
  }
  return overlaps;
}

/** Where very many meet, the sweep looks at the rest: there is no room in their comments for all of them either. */
const mostWoken = 20;

/**
 * Those whose comments name one that has changed; each of them is looked at once, whatever it is told.
 *
 * @param own the one that has changed, when it is to be looked at too. Always in the same order: two transactions that wake each
 *   other's would wait for one another for ever.
 */
export async function wakeAll(
  { wake }: BotContext,
  repositoryId: number,
  met: readonly number[],
  own?: number,
): Promise<void> {
  const woken = new Set([...new Set(met)].slice(0, mostWoken));
  if (own !== undefined) woken.add(own);
  for (const number of [...woken].sort((one, other) => one - other)) {
    await wake({ kind: "pull-request", repositoryId, number }, { turn: number === own ? "soon" : "last" });
  }
}
