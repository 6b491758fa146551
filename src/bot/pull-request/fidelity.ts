/**
 * What became of one object by the side of what was planned, and why:
 * - `as-planned`: that, or nothing was left to do of it, or somebody has let go since what the plan held
 * - `written-meanwhile`, `made-meanwhile`, `deleted-meanwhile`: somebody did that after the plan was made
 * - `changed-by-cluster`: the cluster made something else of it when it was written than when it was asked, or nothing at all
 * - `held`, `refused`: the guards or the cluster did not let it
 * - `let-through`: the guards or the cluster did not let it when it was planned, and did then
 * - `not-reached`: the sync ended before it
 * - `with-others`: other pull requests went out with it, and made something else of it
 * - `otherwise`: for another reason, or none that is known
 */
export const FIDELITIES = [
  "as-planned",
  "written-meanwhile",
  "made-meanwhile",
  "deleted-meanwhile",
  "changed-by-cluster",
  "held",
  "refused",
  "let-through",
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
