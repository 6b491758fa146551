import { hash } from "node:crypto";
import type { SystemConfig } from "../../core/config/system.ts";
import type { JsonObject, KubeObject } from "../../core/manifest/kube-object.ts";
import type { DesiredObject } from "../../core/plan/desired-object.ts";
import { canonicalJson } from "../../core/plan/equal.ts";
import type { CameOut, SyncedObject } from "../../link/messages.ts";
import { type ClusterView, fingerprintOf, type Seen } from "../cluster/cluster-view.ts";
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
  /** Whether somebody else alone holds something that we applied, since it was changed there and back while nothing is healed. */
  isShared?: true;
  /** Whether it was looked through for what others added. */
  isExact?: true;
  /** Where it is not what Git says all the same. */
  came: CameOut;
}

/**
 * @param live the very answer of the server in which the object is what Git says: what is watched may already be what somebody
 *   wrote over it, and must not count as ours
 */
export function appliedAs(object: KubeObject, live: KubeObject, exact: boolean, came: CameOut): Applied {
  const { metadata } = live;
  const state = { digest: digestOf(object), fingerprint: fingerprintOf(metadata), written: writtenOf(metadata), came };
  return exact ? { ...state, isExact: true } : state;
}

/** Nothing is known of it but what it was applied as, so that it is looked at. */
export const presumed = (object: KubeObject): Applied => ({
  digest: digestOf(object),
  fingerprint: "",
  written: "",
  came: {},
});

/** What was found as Git says already, with what it came to when it was written. */
export const unchangedObject = ({ key, ref }: DesiredObject, applied: ReadonlyMap<string, Applied>): SyncedObject => ({
  ...ref,
  action: "unchanged",
  fields: [],
  ...applied.get(key)?.came,
});

export type Condition = "unknown" | "missing" | "terminating" | "foreign" | "suspect" | "as-applied";

/**
 * How an object stands by what was watched, without a request.
 * - `unknown`: this process has not applied it yet
 * - `foreign`: another ApplySet's, and never ours
 * - `suspect`: somebody may have changed what we applied
 *
 * @param exact whether what others added is taken out
 */
export function conditionOf(
  view: ClusterView,
  applySet: string,
  key: string,
  applied: Applied | undefined,
  exact: boolean,
): Condition {
  const seen = view.get(key);
  if (seen === undefined) return applied === undefined ? "unknown" : "missing";
  if (seen.terminating) return "terminating";
  if (applied === undefined) return seen.partOf === applySet ? "unknown" : "foreign";
  const isAsApplied = seen.fingerprint === applied.fingerprint && (!exact || isWithoutAdditions(seen, applied));
  return seen.partOf === applySet && isAsApplied ? "as-applied" : "suspect";
}

/**
 * Whether what others add to an object is drift: not before a sync has taken out what there was, as its plan told. The next one does so
 * where this one adopted the object, or this process has not applied it.
 */
export const isExactly = (config: Pick<SystemConfig, "exact"> | undefined, applied: Applied | undefined): boolean =>
  config?.exact === true && applied?.isExact === true;

/** Nobody but us has written it; or somebody has, and what they had added by then was taken out as it was planned. */
function isWithoutAdditions(seen: Seen, applied: Applied): boolean {
  return !seen.hasOthers || (applied.isExact === true && applied.written === seen.written);
}

/** What is rendered once is the same object in every plan. */
const digests = new WeakMap<KubeObject, string>();

export function digestOf(object: KubeObject): string {
  const known = digests.get(object) ?? hash("sha1", canonicalJson(object as JsonObject), "base64");
  digests.set(object, known);
  return known;
}
