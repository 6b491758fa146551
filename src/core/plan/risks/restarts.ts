import type { KubeObject } from "../../manifest/kube-object.ts";
import { kindOf, numberAt, partAt, podsNow, type RiskRule, textAt } from "./risk.ts";
import { stops } from "./stops.ts";

const restarting = new Set(["Deployment.apps", "StatefulSet.apps", "DaemonSet.apps"]);
const changing = new Set(["pull-request", "pending", "drift"]);

/** A changed template replaces every pod of its workload, in the way that its strategy says. */
export const restarts: RiskRule = (change) => {
  const { live, after, fields } = change;
  const pods = podsNow(live);
  const touches = fields.some(({ path, cause }) => /^spec\.template(?:[.[]|$)/.test(path) && changing.has(cause));
  if (!touches || pods === undefined || !restarting.has(kindOf(after)) || stops(change).length > 0) return [];
  const way = wayOf(after, pods.count);
  return way === undefined ? [] : [`${pods.words}, ${way}`];
};

/** @returns undefined when the pods stay until somebody does something about it */
function wayOf(after: KubeObject, pods: number): string | undefined {
  if (kindOf(after) === "Deployment.apps") {
    if (partAt(after, "spec", "paused") === true) return undefined;
    if (textAt(after, "spec", "strategy", "type") === "Recreate") return "all of them away before the new ones start";
    return awayWords(awayOfDeployment(after, numberAt(after, "spec", "replicas") ?? pods), pods);
  }
  const strategy = partAt(after, "spec", "updateStrategy");
  if (textAt(strategy, "type") === "OnDelete") return undefined;
  const rolling = partAt(strategy, "rollingUpdate");
  const isDaemon = kindOf(after) === "DaemonSet.apps";
  const most = shareOf(partAt(rolling, "maxUnavailable") ?? 1, pods, isDaemon ? Math.ceil : Math.floor);
  if (isDaemon) return awayWords(most, pods);
  const partition = numberAt(rolling, "partition") ?? 0;
  if (partition >= pods) return undefined;
  const words = awayWords(Math.max(most, 1), pods);
  return partition > 0 ? `only those from number ${partition} on, ${words}` : words;
}

/** As the controller resolves them: away is rounded down, more is rounded up, and both 0 would mean standstill. */
function awayOfDeployment(after: KubeObject, replicas: number): number {
  const rolling = partAt(after, "spec", "strategy", "rollingUpdate");
  const away = shareOf(partAt(rolling, "maxUnavailable") ?? "25%", replicas, Math.floor);
  const more = shareOf(partAt(rolling, "maxSurge") ?? "25%", replicas, Math.ceil);
  return away === 0 && more === 0 ? 1 : away;
}

function shareOf(value: unknown, pods: number, round: (share: number) => number): number {
  if (typeof value === "number") return value;
  const percent = typeof value === "string" ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? 1 : round((Number(percent) * pods) / 100);
}

function awayWords(most: number, pods: number): string {
  if (most === 0) return "each new one ready before an old one goes";
  return most >= pods && pods > 1 ? "all of them at once" : `at most ${Math.min(most, pods)} away at a time`;
}
