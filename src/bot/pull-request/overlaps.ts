import { type Overlaps, weighed } from "../../core/plan/overlap.ts";
import { meetingsOf } from "../../store/touches.ts";
import type { BotContext } from "../reconciler.ts";

/** What other open pull requests do to the objects that this one touches. */
export function overlapsOf({ db }: BotContext, repositoryId: number, number: number): Promise<Overlaps> {
  return weighed(meetingsOf(db, repositoryId, number));
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
    await wake({ kind: "pull-request", repositoryId, number }, { turn: "last" });
  }
}
