import type { Clock } from "../clock.ts";
import type { ObjectKey } from "./controller.ts";

export interface WorkQueue {
  /** Asks for a look at the object, after some milliseconds. A key that waits already is looked at once, at the earlier time. */
  add(key: ObjectKey, milliseconds?: number): void;
  stop(): void;
}

/** So many objects are looked at before requests get their turn. */
const atOnce = 50;
const firstRetry = 500;
const lastRetry = 30_000;

/**
 * Keys of objects to look at, one at a time and never within a call of somebody else.
 * @param work what it returns or throws brings the key back: after that many milliseconds, or after a growing while
 * @param onError told of what `work` throws
 */
export function createWorkQueue(
  clock: Clock,
  work: (key: ObjectKey) => number | undefined,
  onError: (error: unknown) => void,
): WorkQueue {
  const due = new Map<string, ObjectKey>();
  const later = new Map<string, { at: number; cancel: () => void }>();
  const failures = new Map<string, number>();
  let cancelDrain: (() => void) | undefined;
  let stopped = false;

  const put = (id: string, key: ObjectKey) => {
    later.get(id)?.cancel();
    later.delete(id);
    due.set(id, key);
    cancelDrain ??= clock.schedule(0, drain);
  };

  const add = (key: ObjectKey, milliseconds = 0) => {
    const id = `${key.resource} ${key.namespace ?? ""}/${key.name}`;
    if (stopped || due.has(id)) return;
    if (milliseconds <= 0) return put(id, key);
    const at = clock.now().getTime() + milliseconds;
    const waiting = later.get(id);
    if (waiting !== undefined && waiting.at <= at) return;
    waiting?.cancel();
    later.set(id, { at, cancel: clock.schedule(milliseconds, () => put(id, key)) });
  };

  const drain = () => {
    cancelDrain = undefined;
    for (const [id, key] of [...due].slice(0, atOnce)) {
      if (stopped) return;
      due.delete(id);
      try {
        const again = work(key);
        failures.delete(id);
        if (again !== undefined) add(key, Math.max(1, again));
      } catch (error) {
        const count = failures.get(id) ?? 0;
        failures.set(id, count + 1);
        add(key, Math.min(firstRetry * 2 ** count, lastRetry));
        onError(error);
      }
    }
    if (due.size > 0) cancelDrain ??= clock.schedule(0, drain);
  };

  return {
    add,
    stop() {
      stopped = true;
      cancelDrain?.();
      for (const { cancel } of later.values()) cancel();
      later.clear();
      due.clear();
    },
  };
}
