/** A ReplicaSet as a rollout sees it. */
export interface Revision {
  name: string;
  replicas: number;
  available: number;
  /** When it was made, as text that sorts. */
  created: string;
  /** How many pods the Deployment allowed in all when this one was scaled last; undefined when nobody wrote it down. */
  allowedThen: number | undefined;
}

export interface Limits {
  replicas: number;
  maxSurge: number;
  maxUnavailable: number;
}

/** New sizes by name; what is not in it stays as it is. */
export type Sizes = Map<string, number>;

/** `25%` of the replicas or a number, both at once not zero: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment */
export function limitsOf(
  replicas: number,
  rollingUpdate: { maxSurge?: number | string; maxUnavailable?: number | string } | undefined,
): Limits {
  const maxSurge = amount(rollingUpdate?.maxSurge ?? "25%", replicas, Math.ceil);
  const maxUnavailable = amount(rollingUpdate?.maxUnavailable ?? "25%", replicas, Math.floor);
  const both = maxSurge === 0 && maxUnavailable === 0;
  return { replicas, maxSurge, maxUnavailable: Math.min(both ? 1 : maxUnavailable, replicas) };
}

function amount(value: number | string, whole: number, round: (value: number) => number): number {
  return typeof value === "number" ? value : round((Number.parseInt(value, 10) * whole) / 100);
}

const total = (revisions: readonly Revision[]) => revisions.reduce((sum, { replicas }) => sum + replicas, 0);
const byAge = (a: Revision, b: Revision) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0);

/** How large the new revision may be now: never more pods in all than `replicas + maxSurge`. */
export function newSize(
  current: Revision | undefined,
  old: readonly Revision[],
  { replicas, maxSurge }: Limits,
): number {
  const size = current?.replicas ?? 0;
  if (size >= replicas) return replicas;
  const room = replicas + maxSurge - size - total(old);
  return size + Math.max(0, Math.min(room, replicas - size));
}

/**
 * The next step of a rolling update: first the new revision grows; when it cannot, old ones shrink as far as enough pods
 * stay available, those first that do not serve anyway.
 */
export function rollingStep(current: Revision, old: readonly Revision[], limits: Limits): Sizes {
  const { replicas, maxUnavailable } = limits;
  const size = newSize(current, old, limits);
  if (size !== current.replicas) return new Map([[current.name, size]]);

  const sizes: Sizes = new Map();
  const active = old.filter((revision) => revision.replicas > 0).sort(byAge);
  const atLeast = replicas - maxUnavailable;
  let spare = total(old) + current.replicas - atLeast - (current.replicas - current.available);
  if (active.length === 0 || spare <= 0) return sizes;
  const left = (revision: Revision) => sizes.get(revision.name) ?? revision.replicas;
  for (const revision of active) {
    const idle = Math.max(0, Math.min(spare, revision.replicas - revision.available));
    if (idle > 0) sizes.set(revision.name, revision.replicas - idle);
    spare -= idle;
  }
  let serving = [...active, current].reduce((sum, { available }) => sum + available, 0) - atLeast;
  for (const revision of active) {
    const fewer = Math.max(0, Math.min(serving, left(revision)));
    if (fewer > 0) sizes.set(revision.name, left(revision) - fewer);
    serving -= fewer;
  }
  return sizes;
}

/**
 * A Deployment that is scaled while several revisions have pods spreads the difference over them by their size, so that
 * a template that does not work does not get more than its share.
 */
export function proportionalSizes(
  current: Revision | undefined,
  old: readonly Revision[],
  limits: Limits,
  rolling: boolean,
): Sizes {
  const all = [...old, ...(current === undefined ? [] : [current])];
  const active = all.filter((revision) => revision.replicas > 0);
  if (active.length <= 1) {
    const only = active[0] ?? current ?? old.toSorted(byAge).at(-1);
    return only === undefined || only.replicas === limits.replicas
      ? new Map()
      : new Map([[only.name, limits.replicas]]);
  }
  if (current !== undefined && current.replicas === limits.replicas && current.available === limits.replicas) {
    return new Map(active.filter((revision) => revision !== current).map(({ name }) => [name, 0]));
  }
  if (!rolling) return new Map();

  const allowed = limits.replicas > 0 ? limits.replicas + limits.maxSurge : 0;
  const difference = allowed - total(active);
  const newerFirst = difference > 0 ? -1 : 1;
  active.sort((a, b) => b.replicas - a.replicas || newerFirst * byAge(a, b));
  const sizes: Sizes = new Map();
  let given = 0;
  for (const revision of active) {
    const share =
      limits.replicas === 0
        ? -revision.replicas
        : Math.round(
            (revision.replicas * (limits.replicas + limits.maxSurge)) / (revision.allowedThen || total(active)),
          ) - revision.replicas;
    const rest = difference - given;
    const part = difference === 0 ? 0 : difference > 0 ? Math.min(share, rest) : Math.max(share, rest);
    sizes.set(revision.name, revision.replicas + part);
    given += part;
  }
  const [largest] = active;
  if (largest !== undefined) sizes.set(largest.name, Math.max(0, sizes.get(largest.name)! + difference - given));
  return sizes;
}
