/** What becomes of the objects of a system that is taken out of the configuration; follows "its objects". */
export const leftBehind = "stay in the cluster and are no longer kept true";

/** A render that makes nothing is a mistake sooner than a wish: it deletes nothing. */
export function emptyRenderHolds(desired: number, deletions: number): string | undefined {
  if (desired > 0 || deletions === 0) return undefined;
  return `the system's path makes no objects at all, so nothing is deleted; leave one object in it to have the others deleted, or take the system out of .trueup.yaml: its objects ${leftBehind}`;
}
