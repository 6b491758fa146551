import type { SystemConfig } from "../../core/config/system.ts";
import type { Mirror } from "../../git/mirror.ts";
import type { SyncCommand, SyncProgress, SyncResult } from "../../link/messages.ts";
import type { RenderCache } from "../../render/render-cache.ts";
import type { AgentContext } from "../agent-context.ts";
import type { Inventory } from "../cluster/inventory.ts";
import type { Applied, Enacted } from "./enacted.ts";
import type { Neighbours } from "./neighbours.ts";

export interface SyncRequest extends Pick<SyncCommand, "approvals" | "planned"> {
  sha: string;
  /** Of the command that asks for it; without one the agent does so by itself. */
  id?: string;
  /** A command asked for it before, and was answered. */
  wasAsked?: boolean;
}

export interface SyncRun {
  context: AgentContext;
  mirror: Mirror;
  /** As the commit describes it, admitted already. */
  system: SystemConfig;
  /** The system at an earlier revision, whose guards count; undefined where a person gives the guards, and none is in Git. */
  policyAt?(revision: string): Promise<SystemConfig>;
  /** Undefined where there is no other system that an object could come from or go to. */
  neighbours?: Neighbours;
  /** Resolves when what the system depends on is there; before a commit that is new to the cluster. */
  dependencies?(): Promise<void>;
  inventory: Inventory;
  applied: Map<string, Applied>;
  cache: RenderCache;
  sha: string;
  /** Deletions that somebody let go, as the bot vouches. */
  approvals?: SyncCommand["approvals"] | undefined;
  /** What those who merged were told to be deleted. */
  planned?: SyncCommand["planned"] | undefined;
  /** Whether somebody asked for it, and not the agent by itself at a new commit. */
  isAsked: boolean;
  /** Resolves when it may delete, as far as who knows more is concerned; they may stop it until then. */
  vouched?(): Promise<void>;
  signal: AbortSignal;
  /** What the system was kept true to until now. */
  previous: Enacted["desired"] | undefined;
  /**
   * Looks at everything that was applied before this process, when the commit is the one synced last: what differs then is
   * drift, and not ours to write without looking. Undefined: applied like any commit.
   * @returns keys of what differs and could not be healed
   */
  audit?(desired: Enacted["desired"]): Promise<ReadonlySet<string>>;
  /** Keeps the healer from writing. @returns when nothing is being written any more, with what lets it go on */
  hold?(): Promise<() => void>;
  /** Called when the system is to be kept true to this from now on; what it resolves with is called when all of it was applied. */
  enact(enacted: Enacted, namespace: string | undefined): Promise<() => void>;
  /** The commit went through, and the next one meets other guards than this one did. */
  guardsMoved?(): void;
  progress(step: SyncProgress["step"], message: string, done: number, total: number): void;
  /** Told each time the outcome changes: a rollout that failed may still come good. */
  outcome(result: Pick<SyncResult, "outcome" | "objects" | "message" | "details" | "approval">): void;
}
