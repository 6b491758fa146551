import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { Exchange } from "./exchange.ts";

const told =
  "API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed";

/** Leaves one of each owner that is named twice alike, in place, and warns of it. @param patched says which words */
export function withoutDoubledOwners(
  { warnings }: Exchange,
  object: KubeObject,
  { patched }: { patched: boolean },
): void {
  const { ownerReferences: owners } = object.metadata;
  if (owners === undefined) return;
  const isDoubled = (index: number) => owners.findIndex((it) => isDeepStrictEqual(it, owners[index])) < index;
  const doubled = owners.filter((_, index) => isDoubled(index));
  if (doubled.length === 0) return;
  object.metadata.ownerReferences = owners.filter((_, index) => !isDoubled(index));
  const when = patched ? " after mutating admission happens" : "";
  warnings.push(
    `.metadata.ownerReferences contains duplicate entries${when}; ${told}: ${doubled.map(({ uid }) => uid).join(", ")}`,
  );
}
