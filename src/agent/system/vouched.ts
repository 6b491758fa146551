import { setTimeout as sleep } from "node:timers/promises";
import type { AgentContext } from "../agent-context.ts";

/** So many times as long a bot is waited for that is there: GitHub may have asked it to be left alone for minutes. */
const longerWhileThere = 30;
const looksEveryMs = 250;

/**
 * Before a sync that the agent has begun by itself deletes anything: the bot may know that nobody was told of it, and asks for the same
 * commit then. Without a bot the agent goes on by itself.
 *
 * @param isAsked whether the bot has asked for the commit by now
 * @throws the signal's reason
 */
export async function untilVouched(
  isAsked: () => boolean,
  { graceMs, isBotThere }: Pick<AgentContext, "graceMs" | "isBotThere">,
  signal: AbortSignal,
): Promise<void> {
  const since = performance.now();
  const isOver = () => performance.now() - since >= (isBotThere() ? graceMs * longerWhileThere : graceMs);
  while (!isAsked() && !isOver()) await sleep(looksEveryMs, undefined, { signal });
}
