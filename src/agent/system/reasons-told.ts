import { titleOf } from "../../core/manifest/kube-object.ts";
import type { SyncedObject } from "../../link/messages.ts";

/** Names that one reason is told with. */
const mostNames = 6;

/** Why objects are refused or held, each reason once with those that it holds for: `Service shop/a, Service shop/b and 3 more: …`. */
export function reasonsTold(objects: readonly SyncedObject[]): string[] {
  const byReason = Map.groupBy(objects, ({ reason = "" }) => reason);
  return [...byReason].map(([reason, those]) => {
    const names = those.slice(0, mostNames).map(titleOf).join(", ");
    const more = those.length > mostNames ? ` and ${those.length - mostNames} more` : "";
    return `${names}${more}: ${reason}`;
  });
}
