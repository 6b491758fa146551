/**
 * What became of one object by the side of what was planned, and why:
 * - `as-planned`: that, or nothing was left to do of it
 * - `written-meanwhile`, `made-meanwhile`, `deleted-meanwhile`: somebody did that after the plan was made
 * - `changed-by-cluster`: the cluster made something else of it when it was written than when it was asked, or nothing at all
 * - `held`, `refused`: the guards or the cluster did not let it
 * - `not-reached`: the sync ended before it
 * - `with-others`: other pull requests went out with it, and made something else of it
 * - `otherwise`: for no reason that is known
 */
export const FIDELITIES = [
  "as-planned",
  "written-meanwhile",
  "made-meanwhile",
  "deleted-meanwhile",
  "changed-by-cluster",
  "held",
  "refused",
  "not-reached",
  "with-others",
  "otherwise",
] as const;
export type Fidelity = (typeof FIDELITIES)[number];

export interface Compared {
  fidelity: Fidelity;
  /** What was different, for a person. */
  told?: string;
}
