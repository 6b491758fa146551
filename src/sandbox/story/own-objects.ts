import { setTimeout as sleep } from "node:timers/promises";
import { type KubeObject, type ObjectRef, refOf, titleOf } from "../../core/manifest/kube-object.ts";
import { appliedEntry } from "../../core/plan/field-ownership.ts";
import { MADE_BY } from "../../core/plan/guards/made-elsewhere.ts";
import type { Resource } from "../../kube/discovery.ts";
import { FIELD_MANAGER, type KubeClient, type PartialObject } from "../../kube/kube-client.ts";
import { isKubeError, isPartlyDown } from "../../kube/kube-error.ts";

/**
 * What a sandbox made in a cluster of one's own, by the cluster's own records: it carries the sandbox's mark, and was applied
 * under our name. A copy that somebody made carries the label too, and is theirs.
 */
export function isMadeBy({ metadata }: PartialObject, mark: string): boolean {
  if (metadata.labels?.[MADE_BY] !== mark) return false;
  return appliedEntry(metadata, FIELD_MANAGER) !== undefined || (metadata.managedFields ?? []).length === 0;
}

/** Something stays, because others would lose what is theirs, or because it does not go. */
export class LeftBehind extends Error {}

const patienceMs = 120_000;

/**
 * Deletes all that carries the mark, first what lies in namespaces of others, then the sandbox's own namespaces, and waits until
 * it is gone. May be cut off at any moment and called again.
 *
 * @throws LeftBehind
 */
export async function takeAway(kube: KubeClient, mark: string): Promise<void> {
  const namespaces = await kube.discovery.find("v1", "Namespace");
  if (namespaces === undefined) throw new Error("the cluster does not serve namespaces");
  const ours = new Set((await madeOf(kube, namespaces, mark)).map(({ metadata }) => metadata.name));
  const kinds = (await kube.discovery.all()).filter(
    ({ group, kind, verbs }) => !(group === "" && kind === "Namespace") && isKept(group, kind) && isDeletable(verbs),
  );
  const kept = new Map<string, string>();
  await untilNone(async () => {
    const outside = (await Promise.all(kinds.map((kind) => refsMadeOf(kube, kind, mark)))).flat();
    return outside.filter(({ ref }) => !ours.has(ref.namespace ?? "") && !kept.has(titleOf(ref)));
  });
  await untilNone(() => refsMadeOf(kube, namespaces, mark));
  if (kept.size > 0) throw new LeftBehind([...kept].map(([name, why]) => `${name} stays: ${why}`).join("\n"));

  async function untilNone(read: () => Promise<Made[]>): Promise<void> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const there = await read();
      if (there.length === 0) return;
      if (Date.now() > deadline) {
        throw new LeftBehind(`${titleOf(there[0]!.ref)} is still being deleted; its finalizers have to end first`);
      }
      await Promise.all(there.filter(({ object }) => object.metadata.deletionTimestamp === undefined).map(remove));
      await sleep(200);
    }
  }

  async function remove({ ref, object: { metadata } }: Made): Promise<void> {
    const others = ref.kind === "CustomResourceDefinition" ? await othersOf(kube, ref.name, mark, ours) : undefined;
    if (others !== undefined) {
      kept.set(titleOf(ref), `${others} is of it and not the sandbox's`);
      return;
    }
    const { uid, resourceVersion } = metadata;
    try {
      await kube.delete(ref, {
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      });
    } catch (thrown) {
      // Somebody wrote it or made it anew in between; whether it is still ours is looked at again.
      if (!isKubeError(thrown, 409)) throw thrown;
    }
  }
}

interface Made {
  ref: ObjectRef;
  object: PartialObject;
}

/** Events are told twice, and go by themselves. */
const isKept = (group: string, kind: string): boolean => !(kind === "Event" && ["", "events.k8s.io"].includes(group));
const isDeletable = (verbs: readonly string[]): boolean => ["list", "delete"].every((verb) => verbs.includes(verb));

async function refsMadeOf(kube: KubeClient, kind: Resource, mark: string): Promise<Made[]> {
  return (await madeOf(kube, kind, mark)).map((object) => ({ object, ref: refIn(kind, object) }));
}

/** What the mark's owner may not list, its agent could not watch, and so made none of. */
async function madeOf(kube: KubeClient, kind: Resource, mark: string): Promise<PartialObject[]> {
  try {
    const { items } = await kube.listMetadata(kind, { labelSelector: `${MADE_BY}=${mark}` });
    return items.filter((object) => isMadeBy(object, mark));
  } catch (thrown) {
    if (isKubeError(thrown, 403, 404, 405) || isPartlyDown(thrown)) return [];
    throw thrown;
  }
}

function refIn({ group, version, kind }: Resource, { metadata }: PartialObject): ObjectRef {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return refOf({ apiVersion, kind, metadata } as KubeObject);
}

/** @returns the name of an object of the defined kind that somebody else made, outside of the sandbox's namespaces */
async function othersOf(
  kube: KubeClient,
  definition: string,
  mark: string,
  ours: ReadonlySet<string>,
): Promise<string | undefined> {
  const [plural, group] = [definition.slice(0, definition.indexOf(".")), definition.slice(definition.indexOf(".") + 1)];
  const kind = (await kube.discovery.all()).find((one) => one.group === group && one.plural === plural);
  if (kind === undefined) return undefined;
  const { items } = await kube.listMetadata(kind, {});
  const other = items.find((one) => !isMadeBy(one, mark) && !ours.has(one.metadata.namespace ?? ""));
  return other && titleOf(refIn(kind, other));
}
