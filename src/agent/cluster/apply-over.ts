import { type KubeObject, type ManagedFieldsEntry, refOf } from "../../core/manifest/kube-object.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { handedOver } from "../../core/plan/managed-fields.ts";
import { ownedPlace } from "../../core/plan/owned-lists.ts";
import {
  type RekeyedItem,
  rekeyedItems,
  replacements,
  withOurItems,
  withTheirKeys,
} from "../../core/plan/rekeyed-items.ts";
import { type ApplyOptions, FIELD_MANAGER, type KubeClient } from "../../kube/kube-client.ts";
import { isKubeError } from "../../kube/kube-error.ts";

/** What an object is applied onto. */
export interface Onto {
  /** Undefined when it is not there, or nobody has looked. */
  live: KubeObject | undefined;
  /** What Git said of it when it was applied last; undefined when it was not, or nobody knows. */
  before: KubeObject | undefined;
}

/**
 * Server-side apply by force, onto an object as it is. Where somebody gave an item of ours another key and the server will not have
 * both, theirs goes for ours. What was not ours before, and what another applies, is nobody's item of ours.
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
    if (live === undefined || before === undefined || !isKubeError(thrown, 422)) throw thrown;
    const schema = schemas.ofKind(object.apiVersion, object.kind) ?? ownedPlace([live]);
    const items = rekeyedItems({ live, before, manifest: object, manager: FIELD_MANAGER }, schema).filter((item) =>
      thrown.causes.some(({ field }) => isInListOf(item, field)),
    );
    if (items.length === 0) throw thrown;
    const after = await dryRun(kube, object, live, items).catch(() => {
      throw thrown;
    });
    if (options.dryRun) return after;
    const places = items.map(({ path }) => path);
    await recordHolders(kube, live, handedOver(live, places, FIELD_MANAGER));
    return kube.apply(object, options);
  }
}

/** Whether the server names the item's list, or something in it: `spec.ports[1].name`. */
function isInListOf({ path }: RekeyedItem, field: string): boolean {
  const list = path.slice(0, -1).flatMap((segment) => (segment.type === "field" ? [segment.name] : []));
  const named = field.replaceAll(/\[[^\]]*\]/g, "").split(".");
  return list.every((name, at) => named[at] === name);
}

/**
 * What it would be with ours in the place of theirs. No single request could ask that: applying with their keys shows everything but
 * the items, and a patch shows what the server makes of those.
 */
async function dryRun(
  kube: KubeClient,
  object: KubeObject,
  live: KubeObject,
  items: readonly RekeyedItem[],
): Promise<KubeObject> {
  const [applied, swapped] = await Promise.all([
    kube.apply(withTheirKeys(object, items), { dryRun: true, force: true }),
    kube.patch(refOf(live), replacements(items), "json", { dryRun: true, of: live }),
  ]);
  return withOurItems(applied, swapped, items);
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
