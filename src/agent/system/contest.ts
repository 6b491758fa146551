/** Heals of one object within the window after which it is contested: somebody writes against us. */
const mostHeals = 5;
const windowMs = 60_000;
const longestPauseMs = 300_000;

export interface Contest {
  isWaiting(key: string): boolean;
  /** Asks to heal an object now. @returns undefined for yes, else how long to leave it alone; `isNew` when it begins */
  claim(key: string, now: number): { ms: number; isNew: boolean } | undefined;
}

/** Keeps two writers from undoing each other's work as fast as they can. */
export function createContest(): Contest {
  const heals = new Map<string, number[]>();
  const pauses = new Map<string, { until: number; count: number; over: boolean }>();
  return {
    isWaiting: (key) => pauses.get(key)?.over === false && (pauses.get(key)?.until ?? 0) > Date.now(),
    claim(key, now) {
      const recent = (heals.get(key) ?? []).filter((at) => now - at < windowMs);
      const pause = pauses.get(key);
      if (pause !== undefined && !pause.over && now >= pause.until) {
        // One heal after each pause shows whether the other has given up.
        pauses.set(key, { ...pause, over: true });
        heals.set(key, [...recent, now]);
        return undefined;
      }
      if (recent.length < mostHeals) {
        if (recent.length === 0) pauses.delete(key);
        heals.set(key, [...recent, now]);
        return undefined;
      }
      const count = (pause?.count ?? 0) + 1;
      const ms = Math.min(1_000 * 2 ** count, longestPauseMs);
      pauses.set(key, { until: now + ms, count, over: false });
      return { ms, isNew: count === 1 };
    },
  };
}
