import { onAgentMessage } from "./branch/on-agent-message.ts";
import { reconcileBranch } from "./branch/reconcile-branch.ts";
import { react } from "./commands/react.ts";
import { runCommand } from "./commands/run-command.ts";
import { reconcileMergeGroup } from "./pull-request/reconcile-merge-group.ts";
import { reconcilePullRequest } from "./pull-request/reconcile-pull-request.ts";
import type { Reconcilers } from "./reconciler.ts";

/** What the bot does about each kind of key. */
export const reconcilers: Reconcilers = {
  reconcilePullRequest,
  reconcileBranch,
  reconcileMergeGroup,
  runCommand,
  react,
  onAgentMessage,
};
