/** The time as the cluster's parts see it: a test hands in its own. */
export interface Clock {
  now(): Date;
  /** Runs the task once, after that many milliseconds. @returns what calls it off */
  schedule(milliseconds: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  schedule(milliseconds, task) {
    const timer = setTimeout(task, milliseconds);
    // A cluster that is being stopped must not be kept alive by what it still meant to do.
    timer.unref();
    return () => clearTimeout(timer);
  },
};
