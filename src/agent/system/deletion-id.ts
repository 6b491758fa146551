import { hash } from "node:crypto";
import type { Seen } from "../cluster/cluster-view.ts";

/** Names one live object in an approval: a later one of the same name, with other data in it, is another. */
export function deletionId({ key, uid }: Pick<Seen, "key" | "uid">): string {
  return hash("sha256", `${key}\n${uid}`, "base64url").slice(0, 22);
}
