import { type Json, type KubeObject, type ManagedFieldsEntry, refOf } from "../../core/manifest/kube-object.ts";
import { contestedFields } from "../../core/plan/contested/contested-fields.ts";
import { contestedItems } from "../../core/plan/contested/contested-items.ts";
import { leftoverItems } from "../../core/plan/contested/leftover-items.ts";
import { type Contested, meanwhile, type Swap, type SwapStates, withSwapped } from "../../core/plan/contested/swap.ts";
import { equalJson } from "../../core/plan/equal.ts";
import type { Segment } from "../../core/plan/field-path.ts";
import type { ForeignField } from "../../core/plan/foreign-fields.ts";
import { PART_OF } from "../../core/plan/guards/foreign-owner.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { asApplied, handedOver, heldAfterSwap } from "../../core/plan/managed-fields.ts";
import { placeOf } from "../../core/plan/owned-lists.ts";
import { takesAlong } from "../../core/plan/taken-out.ts";
import { type ApplyOptions, FIELD_MANAGER, type KubeClient } from "../../kube/kube-client.ts";
import { isKubeError, isRefusal, isRefusedForGood, KubeError } from "../../kube/kube-error.ts";
import { applyEmptying } from "./apply-emptying.ts";
import { GiveBack, isSameHolders, withHolders } from "./holders.ts";

/** What an object is applied onto. */
export interface Onto {
  /** Undefined when it is not there, or nobody has looked. */
  live: KubeObject | undefined;
  /** What Git said of it when it was applied last; undefined when it was not, or nobody knows. */
  before: KubeObject | undefined;
}

/**
 * Server-side apply by force, onto an object as it is. Where somebody put something in the place of ours and the server will not have
 * both, theirs goes for ours; so does, when it is written, what they put into an item that Git drops. What was not ours before, and what
 * another applies, stays.
 *
 * @throws the refusal of the apply itself; `Conflict` when what is written is written by others all the time
 */
export async function applyOver(
  { kube, schemas }: { kube: KubeClient; schemas: SchemaPlaces },
  object: KubeObject,
  { live, before }: Onto,
  options: ApplyOptions,
): Promise<KubeObject> {
  try {
    return await applyEmptying({ kube, schemas }, object, { live, before }, options);
  } catch (thrown) {
    if (live === undefined || !isKubeError(thrown, 422)) throw thrown;
    const named = thrown.causes.map(({ field }) => field);
    for (let [onto, attempt] = [live, 1]; ; attempt++) {
      try {
        const swapped = await applySwapped({ kube, schemas }, object, { live: onto, before, named }, options);
        if (swapped === undefined) throw thrown;
        return swapped;
      } catch (failed) {
        if (!isRefusal(failed)) throw failed;
        if (!isKubeError(failed, 409)) throw thrown;
        const now = attempt < mostAttempts ? await kube.get(refOf(live)) : undefined;
        if (now === undefined || !isSameOwned(now, live)) throw options.dryRun ? thrown : failed;
        onto = now;
      }
    }
  }
}

const isSameOwned = ({ metadata: one }: KubeObject, { metadata: other }: KubeObject): boolean =>
  one.uid === other.uid && one.labels?.[PART_OF] === other.labels?.[PART_OF];

/** A busy object is written by others all the time. */
const mostAttempts = 5;
const writtenMeanwhile = "somebody has written it meanwhile";

/**
 * @returns undefined when there is no way in which the server has it
 * @throws `Conflict` when somebody has written it since
 */
async function applySwapped(
  { kube, schemas }: { kube: KubeClient; schemas: SchemaPlaces },
  object: KubeObject,
  { live, before, named }: Pick<SwapStates, "live" | "before" | "named">,
  options: ApplyOptions,
): Promise<KubeObject | undefined> {
  const schema = placeOf(object, schemas, [{ object: live, manifest: before }], FIELD_MANAGER);
  const states = { live, before, manifest: object, manager: FIELD_MANAGER, named };
  const contested = [...contestedItems(states, schema), ...contestedFields(states, schema)];
  const found = await swapsFor(kube, live, contested);
  if (!options.dryRun) {
    const places = [...(found?.theirs ?? []), ...leftoverItems(states, schema)];
    if (places.length === 0) return undefined;
    return withHolders(kube, live, handedOver(live, places, FIELD_MANAGER), () => kube.apply(object, options));
  }
  if (found === undefined) return undefined;
  const { swaps, swapped, theirs } = found;
  const applied = await kube.apply(meanwhile(object, swaps), { dryRun: true, force: true });
  const result = withSwapped(applied, swapped, swaps);
  const places = swaps.map(({ path }) => path);
  result.metadata.managedFields = heldAfterSwap(applied, swapped, { places, theirs }, FIELD_MANAGER);
  return result;
}

/** As many requests may be spent on finding out what can stay. */
export const mostTried = 10;

/**
 * The least that has to be swapped for the server to have the object, and what it makes of that.
 * @returns undefined when it has it in no way
 * @throws `Conflict` when somebody has written it since
 */
async function swapsFor(
  kube: KubeClient,
  live: KubeObject,
  contested: readonly Contested[],
): Promise<{ theirs: Segment[][]; swaps: Swap[]; swapped: KubeObject } | undefined> {
  const all = contested.flatMap(({ theirs }) => theirs);
  if (all.length === 0 || all.length > mostTried) return undefined;
  const ask = async (gone: readonly Segment[][]) => {
    const swaps = contested.map(({ theirs, swap }) => swap(theirs.filter((one) => gone.includes(one))));
    // Those inside of others first, while their places are as they are live.
    const steps = swaps.toReversed().flatMap((swap) => swap.steps);
    try {
      const swapped = await kube.patch(refOf(live), steps, "json", { dryRun: true, of: live });
      return { theirs: [...gone], swaps, swapped };
    } catch (thrown) {
      if (isKubeError(thrown, 422)) return undefined;
      throw thrown;
    }
  };
  let fewest = await ask(all);
  for (const one of fewest === undefined ? [] : all) {
    fewest = (await ask(fewest!.theirs.filter((other) => other !== one))) ?? fewest;
  }
  // Where nothing of theirs stands in the way, it is refused for something else.
  return fewest?.theirs.length === 0 ? undefined : fewest;
}

/** What others added to an object, and what applying alone would make of that object. */
export interface Added {
  fields: readonly ForeignField[];
  kept: KubeObject;
}

/** @param live undefined when it is not there, or nobody has looked */
export type Apply = (live: KubeObject | undefined, asked?: "dry run") => Promise<KubeObject>;

/**
 * Applies onto an object as if it were healed before, and takes out with the same write what others added, so that pods restart once.
 * Where the cluster refuses it so, or takes more out, what they added is left.
 *
 * @param live undefined when it is not there, or nobody has looked
 * @param healed who holds what once it is healed; undefined when that is as it is
 * @throws as {@link withHolders}
 */
export async function applyWithHolders(
  kube: KubeClient,
  live: KubeObject | undefined,
  { healed, added }: { healed?: ManagedFieldsEntry[] | undefined; added: Added | undefined },
  apply: Apply,
): Promise<KubeObject> {
  if (live === undefined) return apply(live);
  const now = live.metadata.managedFields ?? [];
  const holders = asApplied(healed ?? now, FIELD_MANAGER);
  if (added === undefined || added.fields.length === 0)
    return equalJson(holders as unknown as Json, now as unknown as Json)
      ? apply(live)
      : withHolders(kube, live, holders, apply);
  const places = added.fields.map(({ path }) => path);
  const metadata = { ...live.metadata, managedFields: [...holders] };
  try {
    return await withHolders(kube, live, handedOver({ ...live, metadata }, places, FIELD_MANAGER), async (recorded) => {
      const without = await apply(recorded, "dry run");
      if (takesAlong({ with: added.kept, without }, places)) throw new GiveBack();
      return apply(recorded);
    });
  } catch (thrown) {
    const isGiven = thrown instanceof GiveBack || isRefusedForGood(thrown);
    const given = isGiven ? await kube.get(refOf(live)) : undefined;
    if (given === undefined || !isSameHolders(given, live))
      throw thrown instanceof GiveBack ? new KubeError(409, "Conflict", writtenMeanwhile, []) : thrown;
    return applyWithHolders(kube, given, { healed, added: undefined }, apply);
  }
}
