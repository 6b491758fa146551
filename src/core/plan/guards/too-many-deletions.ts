import type { SystemConfig } from "../../config/system.ts";

/**
 * Holds all deletions of one sync when they are more than `protect.maxDeletions` allows. A share is rounded up, so that a
 * small system can still lose one object.
 */
export function tooManyDeletions(
  deletions: number,
  tracked: number,
  { maxDeletions }: SystemConfig["protect"],
): string | undefined {
  const allowed = "count" in maxDeletions ? maxDeletions.count : Math.ceil((tracked * maxDeletions.percent) / 100);
  if (deletions <= allowed) return undefined;
  const limit = "count" in maxDeletions ? `${maxDeletions.count}` : `${maxDeletions.percent}%`;
  return `${deletions} of ${tracked} objects would be deleted, and protect.maxDeletions allows ${limit}`;
}
