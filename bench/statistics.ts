/** The value below which `share` of the samples lie (nearest rank), in the samples' unit. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const rounded = (value: number): number => Math.round(value * 10) / 10;

/** To two digits behind the point. */
export const ratio = (one: number, other: number): number => Math.round((one / other) * 100) / 100;

/** `{p50, p99, max}`, in milliseconds. */
export function spread(samples: readonly number[]): { p50: number; p99: number; max: number } {
  return {
    p50: rounded(percentile(samples, 0.5)),
    p99: rounded(percentile(samples, 0.99)),
    max: rounded(Math.max(...samples)),
  };
}

export interface Interval {
  from: number;
  to: number;
}

/** How much of a window is covered by the intervals, overlaps counted once. */
export function covered(intervals: readonly Interval[], window: Interval): number {
  let total = 0;
  let end = window.from;
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    const begin = Math.max(from, end);
    const stop = Math.min(to, window.to);
    if (stop > begin) {
      total += stop - begin;
      end = stop;
    }
  }
  return total;
}
