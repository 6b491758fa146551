import { type KubeObject, type ManagedFieldsEntry, refOf } from "../../core/manifest/kube-object.ts";
import { type ExclusiveFields, exclusiveFields, exclusiveSwap } from "../../core/plan/exclusive-fields.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { handedOver, heldAsBefore } from "../../core/plan/managed-fields.ts";
import { ownedPlace } from "../../core/plan/owned-lists.ts";
import { rekeyedItems } from "../../core/plan/rekeyed-items.ts";
import { meanwhile, type Swap, type SwapStates, withSwapped } from "../../core/plan/swap.ts";
import { type ApplyOptions, FIELD_MANAGER, type KubeClient } from "../../kube/kube-client.ts";
import { isKubeError, isRefusal } from "../../kube/kube-error.ts";

/** What an object is applied onto. */
export interface Onto {
  /** Undefined when it is not there, or nobody has looked. */
  live: KubeObject | undefined;
  /** What Git said of it when it was applied last; undefined when it was not, or nobody knows. */
  before: KubeObject | undefined;
}

/**
 * Server-side apply by force, onto an object as it is. Where somebody put something in the place of ours and the server will not have
 * both, theirs goes for ours. What was not ours before, and what another applies, stays.
 *
 * @throws the refusal of the apply itself
 */
export async function applyOver(
  { kube, schemas }: { kube: KubeClient; schemas: SchemaPlaces },
  object: KubeObject,
  { live, before }: Onto,
  options: ApplyOptions,
): Promise<KubeObject> {
  try {
    return await kube.apply(object, options);
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
        const now = isKubeError(failed, 409) && attempt < mostAttempts ? await kube.get(refOf(live)) : undefined;
        if (now === undefined) throw thrown;
        onto = now;
      }
    }
  }
}

/** A busy object is written by others all the time. */
const mostAttempts = 5;

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
  const schema = schemas.ofKind(object.apiVersion, object.kind) ?? ownedPlace([live]);
  const states = { live, before, manifest: object, manager: FIELD_MANAGER, named };
  const found = await swapsFor(kube, live, rekeyedItems(states, schema), exclusiveFields(states, schema));
  if (found === undefined) return undefined;
  const { swaps, swapped } = found;
  if (!options.dryRun) {
    const places = swaps.flatMap(({ theirs }) => theirs);
    await recordHolders(kube, live, handedOver(live, places, FIELD_MANAGER));
    return kube.apply(object, options);
  }
  const applied = await kube.apply(meanwhile(object, swaps), { dryRun: true, force: true });
  const result = withSwapped(applied, swapped, swaps);
  const places = swaps.map(({ path }) => path);
  result.metadata.managedFields = heldAsBefore(applied, live, places, FIELD_MANAGER);
  return result;
}

/**
 * What has to be swapped for the server to have the object, and what it makes of that.
 * @returns undefined when it has it in no way
 * @throws `Conflict` when somebody has written it since
 */
async function swapsFor(
  kube: KubeClient,
  live: KubeObject,
  items: readonly Swap[],
  fields: readonly ExclusiveFields[],
): Promise<{ swaps: Swap[]; swapped: KubeObject } | undefined> {
  const ask = async (places: readonly ExclusiveFields[]) => {
    const swaps = [...items, ...places.map(exclusiveSwap)];
    if (swaps.length === 0) return undefined;
    const steps = swaps.flatMap((swap) => swap.steps);
    try {
      return { swaps, swapped: await kube.patch(refOf(live), steps, "json", { dryRun: true, of: live }) };
    } catch (thrown) {
      if (isKubeError(thrown, 422)) return undefined;
      throw thrown;
    }
  };
  let fewest = await ask(fields);
  if (fewest === undefined) return undefined;
  const places = fields.map((place) => ({ ...place }));
  for (const place of places.filter(({ theirs }) => theirs.length > 1)) {
    for (const name of place.theirs) {
      const all = place.theirs;
      place.theirs = all.filter((one) => one !== name);
      const fewer = await ask(places);
      if (fewer === undefined) place.theirs = all;
      else fewest = fewer;
    }
  }
  return fewest;
}

/**
 * Writes who holds which fields of an object, and nothing else.
 * @throws `Conflict` when somebody has written it since
 */
export function recordHolders(
  kube: KubeClient,
  live: KubeObject,
  managedFields: readonly ManagedFieldsEntry[],
): Promise<KubeObject> {
  return kube.patch(refOf(live), { metadata: { managedFields } }, "merge", { of: live });
}
