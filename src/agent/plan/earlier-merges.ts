import { type Landed, mergeByFile } from "../../core/plan/earlier-merge.ts";
import type { EarlierMerge, PlannedObject } from "../../core/plan/plan.ts";

/** By which earlier merge an object is pending, by its key; undefined when that is not known. */
export type MergeOf = (key: string) => Promise<EarlierMerge | undefined>;

export const nobodyKnows: MergeOf = async () => undefined;

/** More than anybody merges while a cluster lags behind. */
export const mostLanded = 500;

export interface EarlierMerges {
  /** What is not applied yet, newest first; asked for once, and not before something is pending. */
  landed(): Promise<Landed[]>;
  /** Where an object is, or was, described. */
  fileOf(key: string): Promise<string | undefined>;
}

export function earlierMerges({ landed, fileOf }: EarlierMerges): MergeOf {
  let reading: Promise<ReturnType<typeof mergeByFile>> | undefined;
  return async (key) => {
    const file = await fileOf(key);
    if (file === undefined) return undefined;
    reading ??= landed().then(mergeByFile);
    return (await reading)(file);
  };
}

/** The object with the merge named that it, or a field of it, waits for. */
export async function withMerge(object: PlannedObject, key: string, mergeOf: MergeOf): Promise<PlannedObject> {
  const isWaiting = object.pending === true || object.fields.some(({ cause }) => cause === "pending");
  const merge = isWaiting ? await mergeOf(key) : undefined;
  if (merge === undefined) return object;
  const fields = object.fields.map((field) => (field.cause === "pending" ? { ...field, merge } : field));
  return { ...object, fields, ...(object.pending === true ? { merge } : {}) };
}
