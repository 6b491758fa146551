/** From at least to at most that many milliseconds; where in between is each pod's own. */
export type Span = readonly [least: number, most: number];

/** How long things take in the simulated cluster. */
export interface Pace {
  /** From a pod's place on the node to its running containers. */
  start: Span;
  /** From the wish to stop to the pod's end, if its grace period is not over earlier. */
  stop: Span;
  /** How long a container runs that is to end. */
  run: Span;
  /** From a failed pull or a crash to the back-off. */
  fail: Span;
  /** How long a crashed container waits for its next start; a failed pod of a Job for its replacement. */
  backOff: Span;
}

/** Quick enough to watch, slow enough to see pods come and go. */
export const lifelike: Pace = {
  start: [300, 1_000],
  stop: [300, 700],
  run: [1_500, 2_500],
  fail: [400, 800],
  backOff: [8_000, 12_000],
};

/** The place in the span that is this name's own. */
export function within([least, most]: Span, name: string): number {
  return Math.round(least + (most - least) * (fnv32a(name) / 0xffff_ffff));
}

/** FNV-1a: https://datatracker.ietf.org/doc/html/rfc9923 */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  // FNV's last step alone leaves names that differ at their end close together.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  return (hash ^ (hash >>> 13)) >>> 0;
}
