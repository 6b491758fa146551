/** Of more, the oldest are made again by a hint alone. */
const mostWaiting = 1_000;
const firstWaitMs = 5_000;
const longestWaitMs = 5 * 60_000;
/** Where many wait, one of them each so often. */
const apartMs = 1_000;

/**
 * Has plans that were refused made again, ever less often: nothing says when a quota has room, a webhook is up again or a right is given.
 * Who was asked for one that nobody wants any more is not asked for it again, and with that it ends.
 */
export interface PlanRetry {
  /**
   * @param id of the command that asked
   * @param subject what it is a plan of, for one head
   * @param isRefused whether the answer may become another one though nothing that is watched changes
   */
  answered(id: string, subject: string, isRefused: boolean): void;
  close(): void;
}

interface Waiting {
  attempts: number;
  timer: NodeJS.Timeout | undefined;
}

/** @param again called when a refused plan is to be made again, with the id of the command that asked for it */
export function createPlanRetry(again: (id: string) => void): PlanRetry {
  /** By subject, oldest first. */
  const refused = new Map<string, Waiting>();

  function forget(subject: string): void {
    clearTimeout(refused.get(subject)?.timer);
    refused.delete(subject);
  }

  return {
    answered(id, subject, isRefused) {
      const attempts = refused.get(subject)?.attempts ?? 0;
      forget(subject);
      if (!isRefused) return;
      const others = [...refused.values()].filter(({ timer }) => timer !== undefined).length;
      const waitMs = Math.min(Math.max(firstWaitMs * 2 ** attempts, others * apartMs), longestWaitMs);
      const waiting: Waiting = { attempts: attempts + 1, timer: undefined };
      waiting.timer = setTimeout(() => {
        waiting.timer = undefined;
        again(id);
      }, waitMs);
      refused.set(subject, waiting);
      if (refused.size > mostWaiting) forget(refused.keys().next().value!);
    },
    close() {
      for (const subject of [...refused.keys()]) forget(subject);
    },
  };
}
