/** So many heals in a row, each undone at once by the same writer, are a fight. */
const mostRounds = 10;
/** A person takes longer than this to do something again; a controller that watches does not. */
const reactionMs = 250;
const firstPauseMs = 1_000;
const longestPauseMs = 300_000;

interface Fight {
  writer: string;
  rounds: number;
  healedAt: number;
  /** `trying`: one heal after a pause, to see whether the other has given up. */
  phase: "open" | "paused" | "trying";
  pauseMs: number;
  until: number;
}

export interface Contest {
  isWaiting(key: string, now: number): boolean;
  /**
   * Asks to heal an object.
   * @param writer who changed what: the same again at once is the same fight
   * @returns undefined for yes, else how long to leave it alone; `isNew` when the contest begins
   */
  hold(key: string, writer: string, now: number): { ms: number; isNew: boolean } | undefined;
  /** It was healed. */
  healed(key: string, writer: string, now: number): void;
}

/**
 * Keeps two writers from undoing each other's work as fast as they can.
 *
 *   open ──10 rounds──▶ paused ──time──▶ trying ──undone at once──▶ paused, twice as long
 *     ▲                                     └──stays healed──▶ forgotten
 */
export function createContest(): Contest {
  const fights = new Map<string, Fight>();
  return {
    isWaiting: (key, now) => fights.get(key)?.phase === "paused" && now < fights.get(key)!.until,
    hold(key, writer, now) {
      const fight = fights.get(key);
      if (fight === undefined) return undefined;
      if (fight.phase === "paused") {
        if (now < fight.until) return { ms: fight.until - now, isNew: false };
        fight.phase = "trying";
        return undefined;
      }
      if (fight.writer !== writer || now - fight.healedAt > Math.max(reactionMs, fight.pauseMs)) {
        fights.delete(key);
        return undefined;
      }
      if (fight.phase === "open" && fight.rounds < mostRounds) return undefined;
      const isNew = fight.pauseMs === 0;
      fight.pauseMs = isNew ? firstPauseMs : Math.min(fight.pauseMs * 2, longestPauseMs);
      fight.until = now + fight.pauseMs;
      fight.phase = "paused";
      return { ms: fight.pauseMs, isNew };
    },
    healed(key, writer, now) {
      const fight = fights.get(key);
      if (fight?.writer === writer) {
        fight.rounds++;
        fight.healedAt = now;
      } else fights.set(key, { writer, rounds: 1, healedAt: now, phase: "open", pauseMs: 0, until: 0 });
    },
  };
}
