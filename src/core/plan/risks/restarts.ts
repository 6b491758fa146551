import type { KubeObject } from "../../manifest/kube-object.ts";
import { heldBack, letGo } from "./held-back.ts";
import { countedPods, kindOf, numberAt, partAt, podsWanted, type RiskRule, textAt } from "./risk.ts";
import { stops } from "./stops.ts";

const restarting = new Set(["Deployment.apps", "StatefulSet.apps", "DaemonSet.apps"]);
const changing = new Set(["pull-request", "pending", "drift", "admission"]);

/** A changed template replaces every pod of its workload, in the way that its strategy says, as soon as nothing holds them back. */
export const restarts: RiskRule = (change) => {
  const { live, after, fields } = change;
  const pods = podsWanted(live);
  if (live === undefined || pods === undefined || !restarting.has(kindOf(after))) return [];
  if (numberAt(after, "spec", "replicas") === 0) return [];
  const touches = fields.some(({ path, cause }) => /^spec\.template(?:[.[]|$)/.test(path) && changing.has(cause));
  if (!touches) {
    const waiting = letGo(live, after, pods.count);
    if (waiting === 0) return [];
    const what = "a changed template waits for";
    const text = `${countedPods(waiting)} that ${what}, ${wayOf(after, pods.count, waiting)}`;
    return [{ text, withoutLive: `those of its pods that ${what}, ${wayOf(after, undefined)}` }];
  }
  const held = heldBack(after);
  if (held >= pods.count) return [];
  const from = held > 0 ? `only those from number ${held} on, ` : "";
  // A DaemonSet that leaves some nodes has others.
  const isOnFewer = kindOf(after) === "DaemonSet.apps" && stops(change).length > 0;
  const those = isOnFewer ? "those that stay of " : "";
  return [
    {
      text: `${those}${pods.words}, ${from}${wayOf(after, pods.count)}`,
      withoutLive: `${those}its pods, ${from}${wayOf(after, undefined)}`,
    },
  ];
};

/**
 * @param pods how many there are; undefined where that may not be known, and shares stay shares
 * @param replaced how many of them go
 */
function wayOf(after: KubeObject, pods: number | undefined, replaced = pods): string {
  if (kindOf(after) === "Deployment.apps") {
    if (textAt(after, "spec", "strategy", "type") === "Recreate") return "all of them away before the new ones start";
    return awayWords(awayOfDeployment(after, pods && (numberAt(after, "spec", "replicas") ?? pods)), replaced);
  }
  const rolling = partAt(after, "spec", "updateStrategy", "rollingUpdate");
  const isDaemon = kindOf(after) === "DaemonSet.apps";
  const most = shareOf(partAt(rolling, "maxUnavailable") ?? 1, pods, isDaemon ? Math.ceil : Math.floor);
  return awayWords(!isDaemon && typeof most === "number" ? Math.max(most, 1) : most, replaced);
}

/** As the controller resolves them: away is rounded down, more is rounded up, and both 0 would mean standstill. */
function awayOfDeployment(after: KubeObject, replicas: number | undefined): number | string {
  const rolling = partAt(after, "spec", "strategy", "rollingUpdate");
  const away = shareOf(partAt(rolling, "maxUnavailable") ?? "25%", replicas, Math.floor);
  const more = shareOf(partAt(rolling, "maxSurge") ?? "25%", replicas, Math.ceil);
  return away === 0 && more === 0 ? 1 : away;
}

/** `25%` as it is where nobody may know of how many. */
function shareOf(value: unknown, pods: number | undefined, round: (share: number) => number): number | string {
  if (typeof value === "number") return value;
  const percent = typeof value === "string" ? /^(\d{1,9})%$/.exec(value)?.[1] : undefined;
  if (percent === undefined) return 1;
  if (Number(percent) === 0) return 0;
  return pods === undefined ? `${percent}%` : round((Number(percent) * pods) / 100);
}

function awayWords(most: number | string, pods: number | undefined): string {
  if (most === 0) return "each new one ready before an old one goes";
  if (typeof most === "string") return most === "100%" ? "all of them at once" : `at most ${most} away at a time`;
  if (pods === undefined) return `at most ${most} away at a time`;
  return most >= pods && pods > 1 ? "all of them at once" : `at most ${Math.min(most, pods)} away at a time`;
}
