import { type KubeObject, refOf } from "../../core/manifest/kube-object.ts";
import { emptiedPlaces, withEmptied } from "../../core/plan/emptied.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { asAppliedTo, heldAsEmpty } from "../../core/plan/managed-fields.ts";
import { type ApplyOptions, FIELD_MANAGER, type KubeClient } from "../../kube/kube-client.ts";
import { unlessRefused } from "../../kube/kube-error.ts";
import { asWritten, patchInto } from "./as-written.ts";
import { withHolders } from "./holders.ts";

/**
 * Server-side apply that leaves empty what Git has come to leave empty. The server itself drops a mapping with the last thing in it that
 * was ours (or writes `null`, which many a custom resource's schema refuses), and makes an empty one of it with the apply after that: a
 * rollout that nobody was told of. So what the object comes to is written first, in one write, and applied after it.
 *
 * @param before what was applied last; undefined when nobody knows
 * @throws the server's refusal
 */
export async function applyEmptying(
  { kube, schemas }: { kube: KubeClient; schemas: SchemaPlaces },
  object: KubeObject,
  { live, before }: { live: KubeObject | undefined; before: KubeObject | undefined },
  options: ApplyOptions,
): Promise<KubeObject> {
  const emptied = live && emptiedPlaces(object, { live, before }, schemas, FIELD_MANAGER);
  if (live === undefined || emptied === undefined) return kube.apply(object, options);
  const { places, meanwhile } = emptied;
  const filled = await kube.apply(meanwhile, { ...options, dryRun: true }).catch(unlessRefused);
  if (filled === undefined) return kube.apply(object, options);
  const wanted = withEmptied(filled, object, places);
  wanted.metadata.managedFields = heldAsEmpty(filled, places, FIELD_MANAGER);
  if (options.dryRun) return asWritten(kube, live, wanted, options.warned);
  const written = await kube.patch(refOf(live), patchInto(live, wanted), "merge", { of: live });
  // Written under our name it would stay for ever: what is not applied does not go when Git drops it.
  const holders = asAppliedTo(written, wanted, FIELD_MANAGER);
  return withHolders(kube, written, holders, () => kube.apply(object, options));
}
