import { beforeEach, expect, test } from "vitest";
import { deployment, startWorld, template, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = startWorld();
});

interface News {
  involvedObject: { kind: string; name: string };
  type: string;
  reason: string;
  message: string;
  count: number;
}

const news = () => world.list("Event").map((event) => event as unknown as News);
/** What is told of a kind's objects, each once, by the alphabet. */
const reasonsOf = (kind: string) => {
  const about = news().filter(({ involvedObject }) => involvedObject.kind === kind);
  return [...new Set(about.map(({ type, reason }) => `${type} ${reason}`))].sort();
};

test("a Deployment's way to its running pods is told, step by step", async () => {
  world.create(deployment({ replicas: 2 }));
  await world.clock.advance(30_000);
  expect(reasonsOf("Deployment")).toEqual(["Normal ScalingReplicaSet"]);
  expect(news().find(({ involvedObject }) => involvedObject.kind === "Deployment")?.message).toMatch(
    /^Scaled up replica set web-\w+ from 0 to 2$/,
  );
  expect(reasonsOf("ReplicaSet")).toEqual(["Normal SuccessfulCreate"]);
  expect(reasonsOf("Pod")).toEqual([
    "Normal Created",
    "Normal Pulled",
    "Normal Pulling",
    "Normal Scheduled",
    "Normal Started",
  ]);
  expect(world.faults).toEqual([]);
});

test("an image that cannot be pulled is told as a warning, with the registry's name", async () => {
  world.create(deployment({ replicas: 1, template: template("registry.invalid/web:1") }));
  await world.clock.advance(30_000);
  expect(reasonsOf("Pod")).toEqual(expect.arrayContaining(["Warning Failed", "Normal BackOff"]));
  expect(news().some(({ message }) => message.includes("lookup registry.invalid"))).toBe(true);
});

test("a pod that its ReplicaSet lets go is told, one that a person deletes is not", async () => {
  world.create(deployment({ replicas: 2 }));
  await world.clock.advance(30_000);
  world.delete("Pod", world.pods()[0]!.metadata.name);
  await world.clock.advance(30_000);
  expect(reasonsOf("ReplicaSet")).toEqual(["Normal SuccessfulCreate"]);
  world.change("Deployment", "web", (spec) => {
    spec.replicas = 1;
  });
  await world.clock.advance(30_000);
  expect(reasonsOf("ReplicaSet")).toEqual(["Normal SuccessfulCreate", "Normal SuccessfulDelete"]);
});

test("the same news is counted, and forgotten after an hour without more of it", async () => {
  world.create(deployment({ replicas: 1 }));
  await world.clock.advance(30_000);
  for (const replicas of [2, 1, 2, 1]) {
    world.change("Deployment", "web", (spec) => {
      spec.replicas = replicas;
    });
    await world.clock.advance(30_000);
  }
  expect(news().find(({ message }) => message.endsWith("from 1 to 2"))?.count).toBe(2);
  await world.clock.advance(80 * 60_000);
  expect(news()).toEqual([]);
});
