import { byWeight, type Overlap, overlapOf } from "../../core/plan/overlap.ts";
import { meetingsOf } from "../../store/touches.ts";
import type { BotContext } from "../reconciler.ts";

/** What other open pull requests do to the objects that this one touches, worst first. */
export async function overlapsOf({ db }: BotContext, repositoryId: number, number: number): Promise<Overlap[]> {
  const met = await meetingsOf(db, repositoryId, number);
  return met.map(({ pullRequest, mine, theirs }) => overlapOf(mine, theirs, pullRequest)).sort(byWeight);
}

/** Where very many meet, the sweep looks at the rest: there is no room in their comments for all of them either. */
const mostWoken = 20;

/** Those whose comments name one that has changed; each of them is looked at once, whatever it is told. */
export async function wakeAll({ wake }: BotContext, repositoryId: number, numbers: readonly number[]): Promise<void> {
  for (const number of [...new Set(numbers)].slice(0, mostWoken))
    await wake({ kind: "pull-request", repositoryId, number }, { turn: "last" });
}
