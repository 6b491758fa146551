/** What one approval of deletions is bound to, so that it survives a squash merge and nothing else. */
export interface DeletionApproval {
  /** Id of the tree of the system's path. */
  tree: string;
  /** Names of the very objects that may be deleted: one for each live object, of its identity and uid. */
  deletes: string[];
  /** Login of who approved. */
  by: string;
}

/** Deletions that wait for somebody's approval, and what that has to be bound to. */
export interface ApprovableDeletions extends Omit<DeletionApproval, "by"> {
  /** Who may approve, as the system's policy writes them: `@acme/ops`, `@mona`; none: whoever maintains the repository. */
  approvers: string[];
}

/** Who approved what of the deletions that a guard holds. */
export interface Approved {
  /** Of the object with this id. @returns undefined when nobody did */
  by(id: string): string | undefined;
}

/**
 * Reads approvals for one tree. What a commit itself deletes is approved as a whole or not at all: when it deletes more than
 * somebody has looked at, nobody has approved it. Fewer are fine, for a sync may have been cut short in the middle.
 *
 * @param own ids of what the commit itself deletes and a guard holds
 */
export function approvedDeletions(
  approvals: readonly DeletionApproval[],
  tree: string | undefined,
  own: readonly string[],
): Approved {
  const ofTree = approvals.filter((one) => one.tree === tree).map(({ by, deletes }) => ({ by, ids: new Set(deletes) }));
  const whole = ofTree.find(({ ids }) => own.every((id) => ids.has(id)));
  const isOwn = new Set(own);
  return {
    by: (id) => (isOwn.has(id) ? whole : ofTree.find(({ ids }) => ids.has(id)))?.by,
  };
}
