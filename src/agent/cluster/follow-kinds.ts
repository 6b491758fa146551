import { isRefusal, type KubeError } from "../../kube/kube-error.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { GroupKind } from "./group-kind.ts";

/** A kind whose objects cannot be listed or watched, so that nobody knows which of them there are. */
export interface UnseenKind extends GroupKind {
  why: KubeError;
}

/**
 * Begins to watch each of these kinds.
 * @returns those that the cluster does not let us see, or cannot show now
 * @throws when the cluster cannot be asked at all, or the signal's reason
 */
export async function followKinds(
  view: ClusterView,
  kinds: readonly GroupKind[],
  signal: AbortSignal,
): Promise<UnseenKind[]> {
  const unseen = kinds.map(async (kind): Promise<UnseenKind[]> => {
    try {
      await view.follow(kind, signal);
      return [];
    } catch (why) {
      if (!isRefusal(why)) throw why;
      return [{ ...kind, why }];
    }
  });
  return (await Promise.all(unseen)).flat();
}

/** For people: what may be left of a kind that cannot be seen. */
export function unseenSentence({ group, kind, why }: UnseenKind): string {
  const name = group === "" ? kind : `${kind} of ${group}`;
  return `objects of the kind ${name}, which an earlier commit had, cannot be seen, and are left as they are: ${why.message}`;
}
