import { setTimeout as sleep } from "node:timers/promises";
import { ratio, rounded } from "../statistics.ts";
import { atOnce } from "./at-once.ts";
import { playDeploymentController } from "./deployment-controller.ts";
import { manyObjects, ofOthers } from "./objects.ts";
import { clusterName, fileOf, onFreshServer, type RealWorld, system } from "./real-world.ts";
import { watchRequests } from "./requests.ts";

const concurrencies = [8, 16, 32, 64];

/**
 * From the agent's start on a commit with 2,000 objects to the last of them applied; beside it the API server's ceiling (a bare loop of
 * server-side applies at the best concurrency) and `kubectl apply --server-side`. Each has an API server of its own, since one that
 * holds the others' objects already is slower. Leaves the agent running and the system healthy.
 */
export async function applyMany(world: RealWorld): Promise<object> {
  const ceilings: { perSecond: number; inFlight: number }[] = [];
  for (const inFlight of concurrencies) {
    ceilings.push({ inFlight, perSecond: await onFreshServer((fresh) => bareLoop(fresh, inFlight)) });
  }
  const ceiling = ceilings.reduce((best, one) => (one.perSecond > best.perSecond ? one : best));
  const kubectl = await onFreshServer(byKubectl);
  const ours = await byAgent(world);
  return {
    measure: "apply of 2,000 objects",
    unit: "objects/s",
    ours: rounded(ours.perSecond),
    ceiling: rounded(ceiling.perSecond),
    ceilingInFlight: ceiling.inFlight,
    kubectl: rounded(kubectl),
    shareOfCeiling: ratio(ours.perSecond, ceiling.perSecond),
    timesKubectl: ratio(ours.perSecond, kubectl),
    firstObjectMs: ours.firstObjectMs,
  };
}

async function bareLoop(world: RealWorld, inFlight: number): Promise<number> {
  const { namespaces, objects } = manyObjects(`bare-${inFlight}`);
  const client = await world.client(inFlight);
  for (const one of namespaces) await client.create(one);
  const began = performance.now();
  await atOnce(objects, inFlight, (one) => client.apply(one, { dryRun: false, force: true }));
  const seconds = (performance.now() - began) / 1000;
  await client.close();
  return objects.length / seconds;
}

async function byKubectl(world: RealWorld): Promise<number> {
  const { namespaces, objects } = manyObjects("kubectl");
  await world.kubectl(["apply", "--server-side", "-f", world.folder("kubectl-namespaces", namespaces)]);
  const folder = world.folder("kubectl", objects);
  const seconds = await world.kubectl(["apply", "--server-side", "--recursive", "-f", folder]);
  return objects.length / seconds;
}

async function byAgent({
  agent,
  server,
  client: open,
}: RealWorld): Promise<{ perSecond: number; firstObjectMs: number }> {
  const { namespaces, objects } = manyObjects(system);
  const client = await open(16);
  for (const one of namespaces) await client.create(one);
  agent.repository.commit({
    ".trueup.yaml": `systems:\n  ${system}:\n    cluster: ${clusterName}\n    path: state\n    timeout: 30m\n`,
    ...Object.fromEntries(objects.map((one) => [`state/${fileOf(one)}`, JSON.stringify(one)])),
    ...ofOthers(),
  });
  const requests = watchRequests(server);
  const applies = () =>
    requests.answered.filter(({ method, path }) => method === "PATCH" && path.includes(`/namespaces/${system}-`));
  const began = performance.now();
  await agent.start();
  while (applies().length < objects.length) {
    const failed = agent.of("sync-result").find(({ outcome }) => outcome === "failed");
    if (failed !== undefined) throw new Error(failed.message);
    await sleep(20);
  }
  requests.stop();
  const [first, last] = [applies()[0]!.at, applies()[objects.length - 1]!.at];
  await playDeploymentController(client, objects);
  while (agent.of("sync-result").at(-1)?.outcome !== "healthy") await sleep(50);
  await client.close();
  return { perSecond: (objects.length * 1000) / (last - began), firstObjectMs: Math.round(first - began) };
}
