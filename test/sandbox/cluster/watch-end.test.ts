import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { type Clock, systemClock } from "../../../src/sandbox/cluster/clock.ts";
import { startCluster } from "../../../src/sandbox/cluster/start-cluster.ts";

/** Runs what is due in one go, as a process does that was busy in between. */
function burstClock(): Clock & { pass(milliseconds: number): void } {
  const tasks = new Set<{ milliseconds: number; task: () => void }>();
  return {
    now: systemClock.now,
    schedule(milliseconds, task) {
      const one = { milliseconds, task };
      tasks.add(one);
      return () => tasks.delete(one);
    },
    pass(milliseconds) {
      for (const one of [...tasks].filter((due) => due.milliseconds <= milliseconds)) {
        if (tasks.delete(one)) one.task();
      }
    },
  };
}

test("a watch whose time is up when a bookmark and a change are due too ends, and the cluster goes on", async () => {
  const clock = burstClock();
  const cluster = await startCluster({ workloads: false, clock });
  try {
    const path = "/api/v1/configmaps?watch=true&allowWatchBookmarks=true&timeoutSeconds=60&resourceVersion=0";
    const headers = { authorization: `Bearer ${cluster.adminToken}` };
    const request = get(`${cluster.url}${path}`, { ca: cluster.ca, headers });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const streamed = text(response);
    clock.pass(60_000);
    const late = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "late", namespace: "default" } };
    cluster.store.create(late, { manager: "test" });
    const events = (await streamed).trim().split("\n");
    expect(JSON.parse(events.at(-1)!)).toMatchObject({ type: "BOOKMARK", object: { kind: "ConfigMap" } });
    expect(events.join()).not.toContain("late");
  } finally {
    await cluster.stop();
  }
});
