import type { Mirror } from "../../git/mirror.ts";
import { bring } from "./bring.ts";

/** @returns the commit of its branch that a merge stands on; undefined where there is none, or the remote has the merge no more */
export async function beforeMerge(mirror: Mirror, mergeSha: string): Promise<string | undefined> {
  if (!(await bring(mirror, mergeSha))) return undefined;
  const [merge] = await mirror.log(mergeSha, { limit: 1 });
  return merge?.parents[0];
}
