import type { JsonObject, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { loadKubernetesSchemas } from "../../../../src/render/kubernetes-schemas.ts";
import { startControllers } from "../../../../src/sandbox/cluster/controllers/controllers.ts";
import { builtInStrategies } from "../../../../src/sandbox/cluster/registry/built-in-strategy.ts";
import { createClusterStore } from "../../../../src/sandbox/cluster/registry/cluster-store.ts";
import { createRegistry } from "../../../../src/sandbox/cluster/registry/registry.ts";
import { createCatalogue } from "../../../../src/sandbox/cluster/resources/catalogue.ts";
import { loadGoTypes } from "../../../../src/sandbox/cluster/resources/go-types.ts";
import type { Pace } from "../../../../src/sandbox/cluster/simulator/pace.ts";
import { startSimulator } from "../../../../src/sandbox/cluster/simulator/start-simulator.ts";
import { as, type Pod } from "../../../../src/sandbox/cluster/simulator/workloads/kinds.ts";
import { isReady } from "../../../../src/sandbox/cluster/simulator/workloads/pod-state.ts";
import { openJournal } from "../../../../src/sandbox/cluster/storage/journal.ts";
import { createObjectStorage } from "../../../../src/sandbox/cluster/storage/object-storage.ts";
import { type ManualClock, manualClock } from "./manual-clock.ts";

const schemas = loadKubernetesSchemas();
const goTypes = loadGoTypes();

/** Each step takes its own round time, so that a test can stop in between. */
export const pace: Pace = {
  start: [1_000, 1_000],
  stop: [500, 500],
  run: [2_000, 2_000],
  fail: [300, 300],
  backOff: [4_000, 4_000],
};

/** The embedded cluster's own registry and controllers with the simulator on them, on a clock of the test's. */
export function startWorld() {
  const clock: ManualClock = manualClock();
  const storage = createObjectStorage(openJournal(undefined));
  const catalogue = createCatalogue(schemas);
  const registry = createRegistry({ storage, strategyOf: builtInStrategies(schemas, goTypes, storage), clock });
  const store = createClusterStore(registry, storage, catalogue);
  startControllers({ storage, registry, catalogue, store, clock });
  const faults: unknown[] = [];
  const simulate = () => startSimulator({ store, clock, pace, onFault: (error) => faults.push(error) });
  const simulator = simulate();
  const namespace = "shop";
  store.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, { manager: "test" });

  const resourceOf = (kind: string) => catalogue.all().find((resource) => resource.kind === kind)!.name;
  return {
    store,
    clock,
    faults,
    simulator,
    /** A second simulator on the same store, as after a restart. */
    simulate,
    create: (object: object) => store.create(structuredClone(object) as KubeObject, { manager: "test" }),
    change: (kind: string, name: string, mutate: (spec: JsonObject) => void) =>
      store.update(
        resourceOf(kind),
        namespace,
        name,
        (copy) => {
          mutate(copy.spec as JsonObject);
          return copy;
        },
        { manager: "test" },
      ),
    get: (kind: string, name: string) => store.get(resourceOf(kind), namespace, name),
    status: (kind: string, name: string) => store.get(resourceOf(kind), namespace, name)?.status as JsonObject,
    delete: (kind: string, name: string) => store.delete(resourceOf(kind), namespace, name),
    pods: () => store.list("pods", { namespace }).map((pod) => as<Pod>(pod)),
    ready: () =>
      store
        .list("pods", { namespace })
        .filter((pod) => isReady(as<Pod>(pod)) && pod.metadata.deletionTimestamp === undefined).length,
    list: (kind: string) => store.list(resourceOf(kind), { namespace }),
    /** Runs until nothing is to be done within ten minutes. */
    settle: () => clock.advance(10 * 60_000),
  };
}

export type World = ReturnType<typeof startWorld>;

export function template(image: string, more: JsonObject = {}): JsonObject {
  return { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image }], ...more } };
}

export function deployment(spec: JsonObject = {}): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
    spec: { replicas: 3, selector: { matchLabels: { app: "web" } }, template: template("web:1"), ...spec },
  };
}
