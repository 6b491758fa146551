/** Does the work for each item, so many at the same time. */
export async function atOnce<T>(items: readonly T[], many: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: many }, worker));
}
