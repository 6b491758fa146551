import { type Json, type KubeObject, type ManagedFieldsEntry, refOf } from "../../core/manifest/kube-object.ts";
import { equalJson } from "../../core/plan/equal.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { isKubeError, isRefusal } from "../../kube/kube-error.ts";

/** What was to be written is not, so that who holds what is to be as it was. */
export class GiveBack extends Error {
  override name = "GiveBack";
}

/**
 * Applies onto an object once it is recorded who holds what of it.
 * @throws `Conflict` when somebody has written it since; the refusal of the apply, which has then taken nothing from anybody
 */
export async function withHolders(
  kube: KubeClient,
  live: KubeObject,
  managedFields: readonly ManagedFieldsEntry[],
  apply: (recorded: KubeObject) => Promise<KubeObject>,
): Promise<KubeObject> {
  const recorded = await recordHolders(kube, live, managedFields);
  return apply(recorded).catch(async (thrown) => {
    if (isRefusal(thrown) || thrown instanceof GiveBack) await giveBack(kube, live, recorded).catch(() => {});
    throw thrown;
  });
}

/** A status is written all the time. */
const mostAttempts = 5;

/** Who holds what becomes as it was, unless somebody has written more than a subresource since. */
async function giveBack(kube: KubeClient, before: KubeObject, recorded: KubeObject): Promise<void> {
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    // What was recorded on top of this, and given back, has made another version of it.
    const now = await kube.get(refOf(recorded));
    if (now === undefined || now.metadata.uid !== recorded.metadata.uid || !isSameHolders(now, recorded)) return;
    const those = (now.metadata.managedFields ?? []).filter(({ subresource }) => subresource !== undefined);
    const isDone = await recordHolders(kube, now, [...ofObject(before), ...those]).then(
      () => true,
      (thrown) => {
        if (!isKubeError(thrown, 409)) throw thrown;
        return false;
      },
    );
    if (isDone) return;
  }
}

/** Whether the same holds the same of two versions of an object; of its status and the like anybody may hold anything. */
export const isSameHolders = (one: KubeObject, other: KubeObject): boolean =>
  equalJson(ofObject(one) as unknown as Json, ofObject(other) as unknown as Json);

const ofObject = ({ metadata }: KubeObject): ManagedFieldsEntry[] =>
  (metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined);

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
