/** A render that makes nothing is a mistake sooner than a wish: it deletes nothing. */
export function emptyRenderHolds(desired: number, deletions: number): string | undefined {
  if (desired > 0 || deletions === 0) return undefined;
  return "the system's path makes no objects at all, so nothing is deleted; to remove everything, take the system out of .trueup.yaml";
}
