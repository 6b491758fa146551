import { hash } from "node:crypto";
import type { SystemConfig } from "../../core/config/system.ts";
import type { JsonObject, KubeObject } from "../../core/manifest/kube-object.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { canonicalJson } from "../../core/plan/equal.ts";
import { type ClusterView, fingerprintOf } from "../cluster/cluster-view.ts";
import { writtenOf } from "../cluster/written.ts";

/** What a system is kept true to, and what this process knows of each object that it applied. */
export interface Enacted {
  sha: string;
  config: SystemConfig;
  desired: ReadonlyMap<string, DesiredObject>;
}

export interface Applied {
  /** Of the object as it was applied. */
  digest: string;
  /** Of the live object after our last write, or after a dry run showed that nothing of ours was changed. */
  fingerprint: string;
  /** Of the same: changes with whatever anybody writes, be it nothing of ours. */
  written: string;
}

/**
 * @param live the very answer of the server in which the object is what Git says: what is watched may already be what somebody
 *   wrote over it, and must not count as ours
 */
export function appliedAs(object: KubeObject, live: KubeObject): Applied {
  return { digest: digestOf(object), fingerprint: fingerprintOf(live.metadata), written: writtenOf(live.metadata) };
}

/** Nothing is known of it but what it was applied as, so that it is looked at. */
export const presumed = (object: KubeObject): Applied => ({ digest: digestOf(object), fingerprint: "", written: "" });

export type Condition = "unknown" | "missing" | "terminating" | "foreign" | "suspect" | "as-applied";

/**
 * How an object stands by what was watched, without a request.
 * - `unknown`: this process has not applied it yet
 * - `foreign`: another ApplySet's, and never ours
 * - `suspect`: somebody may have changed what we applied
 */
export function conditionOf(view: ClusterView, applySet: string, key: string, applied: Applied | undefined): Condition {
  const seen = view.get(key);
  if (seen === undefined) return applied === undefined ? "unknown" : "missing";
  if (seen.terminating) return "terminating";
  if (applied === undefined) return seen.partOf === applySet ? "unknown" : "foreign";
  return seen.partOf === applySet && seen.fingerprint === applied.fingerprint ? "as-applied" : "suspect";
}

export function digestOf(object: KubeObject): string {
  return hash("sha1", canonicalJson(object as JsonObject), "base64");
}
