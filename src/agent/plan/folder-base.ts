import type { SystemConfig } from "../../core/config/system.ts";
import { hasErrors } from "../../core/manifest/finding.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import type { Landed } from "../../core/plan/earlier-merge.ts";
import type { RepositoryFile } from "../../render/read-files.ts";
import type { InventoryRecord } from "../cluster/inventory.ts";
import { type RenderContext, renderFiles } from "../render-tree.ts";
import { earlierMerges, type MergeOf, mostLanded, nobodyKnows } from "./earlier-merges.ts";
import { type LastApplied, lastApplied, wholly } from "./last-applied.ts";

/** A folder's files, and the system that they are. */
export interface FolderState {
  files: readonly RepositoryFile[];
  system: SystemConfig;
}

/** What a folder is compared with: what Git has of it in one commit. */
export interface FolderBase {
  sha: string;
  /** Undefined when the commit has no such system. */
  state: FolderState | undefined;
  /** The same folder in another commit; undefined when the commit is not here, or has no such system. */
  at(sha: string): Promise<FolderState | undefined>;
  /** What the commit's history got in the folder since another one that is here, newest first. */
  landed(since: string, limit: number): Promise<Landed[]>;
}

export interface RenderedBase {
  objects: DesiredObject[];
  /** Whose guards a change meets: what it says itself cannot loosen them. */
  policy: SystemConfig | undefined;
  lastApplied(base: DesiredObject): LastApplied;
  mergeOf: MergeOf;
}

export interface Comparison {
  /** Undefined when its manifests have errors, since nothing can be compared with them. */
  base: RenderedBase | undefined;
  /** What a reader should know of it. */
  notes: string[];
}

/**
 * What a commit describes. Where the cluster is at another one, what that one says tells an earlier change that is not applied
 * yet from what somebody did in the cluster.
 *
 * @param record what the system's inventory says; undefined where no agent enacts the system
 */
export async function renderBase(
  { sha, state, at, landed }: FolderBase,
  record: Pick<InventoryRecord, "revision"> | undefined,
  context: RenderContext,
): Promise<Comparison> {
  const render = async ({ files, system }: FolderState) => renderFiles(files, system, context);
  const { objects, findings } = state === undefined ? { objects: [], findings: [] } : await render(state);
  const error = findings.find(({ severity }) => severity === "error");
  if (error !== undefined) {
    const what = `${error.file}:${error.line}: ${error.message}`;
    return {
      base: undefined,
      notes: [`${short(sha)} has errors, so that nothing can be compared with it (${what})`],
    };
  }
  const base: RenderedBase = { objects, policy: state?.system, lastApplied: wholly, mergeOf: nobodyKnows };
  // Nobody knows who has made what is there; what is not, nobody has deleted.
  if (record === undefined)
    return { base: { ...base, lastApplied: (one) => ({ ...wholly(one), wasMade: false }) }, notes: [] };
  if (record.revision === sha) return { base, notes: [] };
  const { revision } = record;
  // Nothing has gone through yet.
  if (revision === undefined)
    return { base: { ...base, lastApplied: (one) => lastApplied(one, undefined) }, notes: [] };

  const applied = await at(revision);
  const last = applied && (await render(applied));
  if (applied === undefined || last === undefined || hasErrors(last.findings)) {
    const why = `the cluster is at ${short(revision)}, and what that is cannot be read here (git fetch may bring it)`;
    return { base, notes: [`${why}: what differs from ${short(sha)} shows as drift, an unfinished merge too`] };
  }
  const recorded = new Map(last.objects.map(({ key, object }) => [key, object]));
  const files = new Map([...last.objects, ...objects].map(({ key, file }) => [key, file]));
  const mergeOf = earlierMerges({
    landed: () => landed(revision, mostLanded),
    fileOf: async (key) => files.get(key),
  });
  return {
    base: { ...base, policy: applied.system, lastApplied: (one) => lastApplied(one, recorded.get(one.key)), mergeOf },
    notes: [],
  };
}

const short = (sha: string): string => sha.slice(0, 7);
