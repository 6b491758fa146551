/** Does work that was noted while a write was going on, soon after it. */
export interface Later {
  /** The same key is done once, however often it is noted before. */
  note(key: string, work: () => void): void;
  stop(): void;
}

export function later(): Later {
  const noted = new Map<string, () => void>();
  let scheduled: NodeJS.Immediate | undefined;
  const run = () => {
    scheduled = undefined;
    const all = [...noted.values()];
    noted.clear();
    for (const work of all) work();
  };
  return {
    note(key, work) {
      noted.set(key, work);
      scheduled ??= setImmediate(run);
    },
    stop() {
      clearImmediate(scheduled);
      noted.clear();
    },
  };
}
