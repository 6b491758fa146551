/** How long ago a time is, as kubectl writes it: `17s`, `5m10s`, `3h2m`, `45h`, `6d`; `<unknown>` without a time. */
export function age(time: string | undefined, now: Date): string {
  return time === undefined ? "<unknown>" : since(time, now);
}

export function since(time: string, now: Date): string {
  const begun = Date.parse(time);
  return Number.isNaN(begun) ? "<invalid>" : duration(now.getTime() - begun);
}

/** A duration in the two units that matter; https://pkg.go.dev/k8s.io/apimachinery/pkg/util/duration#HumanDuration */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return two(days, "d", hours % 24, "h");
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 2_920 ? two(years, "y", days % 365, "d") : `${years}y`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
