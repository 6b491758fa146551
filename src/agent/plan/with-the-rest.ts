import { groupOf, type KubeObject } from "../../core/manifest/kube-object.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { equalJson } from "../../core/plan/equal.ts";
import type { SchemaPlaces } from "../../core/plan/list-keys.ts";
import { objectChanges } from "../../core/plan/object-changes.ts";
import { ownedPlace } from "../../core/plan/owned-lists.ts";
import type { FieldChange } from "../../core/plan/plan.ts";
import { customResourcesIn } from "../../core/schema/custom-resources.ts";
import { FIELD_MANAGER } from "../../kube/kube-client.ts";
import type { KubeError } from "../../kube/kube-error.ts";

/** What the server looks up by its name before it takes another object. */
const lookedUp = new Set(["ServiceAccount", "PriorityClass", "RuntimeClass", "Role", "ClusterRole"]);

export interface Rest {
  /** Everything that merging leads to. */
  merge: readonly DesiredObject[];
  before: ReadonlyMap<string, DesiredObject>;
  /** Keys of what is there. */
  memberKeys: ReadonlySet<string>;
}

/**
 * Whether an object is refused only because the merge has not brought the rest yet: its definition that learns the field, the service
 * account that it runs as. Syncing applies those first.
 *
 * @returns what it waits for; undefined when that is not why
 */
export function waitsFor({ status, message }: KubeError, one: DesiredObject, rest: Rest): string | undefined {
  const { merge, before, memberKeys } = rest;
  const type = { group: groupOf(one.ref.apiVersion), kind: one.ref.kind };
  const changed = merge.filter(({ key, object }) => !equalJson(before.get(key)?.object as never, object as never));
  const learns = customResourcesIn(changed.map(({ object }) => object)).some(
    ({ group, kind }) => group === type.group && kind === type.kind,
  );
  // A policy that forbids it does so afterwards too.
  if (learns && status !== 403) return "its definition changes with it";
  if (!/not found|was found/.test(message)) return undefined;
  const words = message.split(/[^\w.-]+/);
  const needed = changed.find(
    ({ key, ref }) => lookedUp.has(ref.kind) && !memberKeys.has(key) && words.includes(ref.name),
  );
  return needed && `${needed.ref.kind} ${needed.ref.name} is not there yet`;
}

/**
 * What the manifests alone tell of an object that is there.
 * @param base undefined when Git did not have it; then what it changes of the live object is told
 */
export function manifestChanges(
  base: KubeObject | undefined,
  merge: KubeObject,
  live: KubeObject,
  schemas: SchemaPlaces,
): FieldChange[] {
  const before = base ?? live;
  const rules = { ignore: [], manager: FIELD_MANAGER, behind: "drift", seenAt: "" } as const;
  const only = base === undefined ? { onlyNamedBy: merge } : {};
  const places = { ofKind: (...type: [string, string]) => schemas.ofKind(...type) ?? ownedPlace([live]) };
  return objectChanges({ live: before, base: before, merge }, { ...rules, ...only }, places);
}
