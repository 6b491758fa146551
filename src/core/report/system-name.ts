import type { SystemOnCluster } from "../plan/plan.ts";
import type { Words } from "./words.ts";

/** Of objects or of systems, in one breath. */
export const mostNames = 6;

/** How each of these systems is called where they are told of together: with its cluster, when it is not the same for all. */
export function systemNames(all: readonly SystemOnCluster[]): (one: SystemOnCluster) => Words {
  const isOneCluster = all.every(({ cluster }) => cluster === all[0]?.cluster);
  return ({ system, cluster }) => (isOneCluster ? [{ code: system }] : [{ code: system }, " on ", { code: cluster }]);
}

/**
 * ` in `shop-eu` on `prod-eu`, `shop-us` on `prod-us``, as it follows what is told of them; nothing when no other system could
 * be meant.
 */
export function inSystems(about: readonly SystemOnCluster[], all: readonly SystemOnCluster[]): Words {
  if (all.length < 2) return [];
  if (about.length === all.length && all.length > mostNames) return [` in all ${all.length} systems`];
  const nameOf = systemNames(all);
  const names = meantBy(about, all).flatMap((one, index) => [index === 0 ? " in " : ", ", ...nameOf(one)]);
  return about.length > mostNames ? [...names, ` and ${about.length - mostNames} more`] : names;
}

/** Those of them of which {@link inSystems} lets a reader know. */
export const meantBy = <T>(about: readonly T[], all: readonly unknown[]): readonly T[] =>
  about.length === all.length ? about : about.slice(0, mostNames);
