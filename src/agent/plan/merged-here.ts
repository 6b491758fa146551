import type { IgnoreRule } from "../../core/config/system.ts";
import type { KubeObject } from "../../core/manifest/kube-object.ts";
import { mergedAfterHealing } from "../../core/plan/after-healing.ts";
import { contestedFields } from "../../core/plan/contested/contested-fields.ts";
import { contestedItems } from "../../core/plan/contested/contested-items.ts";
import { leftoverItems } from "../../core/plan/contested/leftover-items.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { type Segment, withoutFields } from "../../core/plan/field-path.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { placeOf } from "../../core/plan/owned-lists.ts";
import { FIELD_MANAGER, type KubeClient } from "../../kube/kube-client.ts";
import { isRefusedForGood, type KubeError } from "../../kube/kube-error.ts";
import type { Warned } from "../../kube/transport.ts";
import { mostTried } from "../cluster/apply-over.ts";
import { asWritten } from "../cluster/as-written.ts";

export interface MergeRuns {
  live: KubeObject;
  /** What merging makes of it, and what healing alone would, or would if the server took it; undefined where nobody has touched it. */
  merge: KubeObject;
  healed: KubeObject | undefined;
  /** What Git has now; undefined when it has nothing. */
  base: DesiredObject | undefined;
  /** What of live goes although the dry run of merging keeps it. */
  dropped: Segment[][];
}

export interface MergeAsked {
  cluster: { kube: KubeClient; schemas: SchemaPlaces };
  merge: DesiredObject;
  base: DesiredObject | undefined;
  /** Whether the merge leaves what Git says as it is. */
  isSame: boolean;
  /** Whether somebody may have changed what Git has now, and the merge changes it too. */
  needsBase: boolean;
  /** A manifest as it is applied to what is live. */
  manifestFor(one: DesiredObject, live: KubeObject): KubeObject;
  /** Told what the server warns of where it has the merge. */
  warned: Warned;
  ignore: readonly IgnoreRule[];
}

/**
 * What merging makes of what healing makes, put together here: for where the server would not have the merge onto what is live. Where
 * it will not have that either, without what a sync then takes out (`agent/cluster/apply-over.ts`).
 *
 * @param refused what the server said to applying the merge
 * @throws the refusal that a sync would meet
 */
export async function mergedHere(
  { cluster: { kube, schemas }, merge, base, isSame, needsBase, manifestFor, warned }: MergeAsked,
  { live, healed }: Record<"live" | "healed", KubeObject>,
  refused: KubeError,
): Promise<MergeRuns> {
  if (isSame || refused.status !== 422) throw refused;
  const manifest = manifestFor(merge, live);
  const known = [
    { object: healed, manifest: base?.object },
    { object: live, manifest: undefined },
  ];
  const schema = placeOf(merge.ref, schemas, known, FIELD_MANAGER);
  const wanted = mergedAfterHealing(healed, manifest, schema, FIELD_MANAGER);
  const ask = async (gone: readonly Segment[][]): Promise<MergeRuns | KubeError> => {
    try {
      return {
        live,
        merge: await asWritten(kube, live, withoutFields(wanted, gone), warned),
        healed,
        base,
        dropped: [],
      };
    } catch (thrown) {
      if (!isRefusedForGood(thrown)) throw thrown;
      return thrown;
    }
  };
  let reason = refused;
  if (needsBase) {
    const found = await ask([]);
    if ("merge" in found) return found;
    reason = found;
  }
  const named = reason.causes.map(({ field }) => field);
  const states = { live: healed, before: base?.object, manifest, manager: FIELD_MANAGER, named };
  const leftovers = leftoverItems(states, schema);
  const contested = [...contestedItems(states, schema), ...contestedFields(states, schema)];
  let theirs = contested.flatMap((place) => place.theirs);
  if (theirs.length + leftovers.length === 0 || theirs.length > mostTried) throw reason;
  let found = await ask([...theirs, ...leftovers]);
  // The least of theirs that has to go; where that is nothing, it is refused for something else.
  for (const one of "merge" in found ? theirs : []) {
    const fewer = theirs.filter((other) => other !== one);
    const answer = await ask([...fewer, ...leftovers]);
    if ("merge" in answer) [theirs, found] = [fewer, answer];
  }
  if ("merge" in found && theirs.length + leftovers.length > 0) return found;
  throw reason;
}
