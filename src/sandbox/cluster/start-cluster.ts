import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadKubernetesSchemas } from "../../render/kubernetes-schemas.ts";
import { authenticator } from "./access/authenticate.ts";
import { credentialsOf, writePrivate } from "./access/credentials.ts";
import { kubeconfig } from "./access/kubeconfig.ts";
import { type Clock, systemClock } from "./clock.ts";
import { startControllers } from "./controllers/controllers.ts";
import { protobufReader } from "./decode/protobuf.ts";
import { startApiServer } from "./http/api-server.ts";
import { createOpenApi } from "./http/openapi.ts";
import { builtInStrategies } from "./registry/built-in-strategy.ts";
import { createClusterStore } from "./registry/cluster-store.ts";
import { customStrategy } from "./registry/custom-strategy.ts";
import { createRegistry } from "./registry/registry.ts";
import type { Strategy } from "./registry/strategy.ts";
import { createCatalogue } from "./resources/catalogue.ts";
import { loadGoTypes } from "./resources/go-types.ts";
import type { Resource } from "./resources/resource.ts";
import { startSimulator } from "./simulator/start-simulator.ts";
import { openJournal } from "./storage/journal.ts";
import { createObjectStorage } from "./storage/object-storage.ts";
import type { ClusterStore } from "./store.ts";

export interface ClusterOptions {
  /** Where objects, tokens and certificates outlive the process; without it they do not. */
  dir?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  clock?: Clock;
  /** Of the kubeconfig's context: `default` when absent. */
  namespace?: string;
  /** Whether workloads come alive (`simulator/`); true when absent. Without it only the API itself works. */
  workloads?: boolean;
  /** How many changes of each resource are remembered, for watches that resume: 4,096 when absent. */
  remembered?: number;
}

export interface Cluster {
  /** `https://127.0.0.1:…` */
  url: string;
  /** The certificate authority, as PEM. */
  ca: string;
  adminToken: string;
  agentToken: string;
  /** A file with the administrator's kubeconfig. */
  kubeconfigPath: string;
  store: ClusterStore;
  stop(): Promise<void>;
}

/**
 * Starts the Kubernetes API on 127.0.0.1, in this process, on the state that the folder holds.
 * Rejects when the port is taken.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { dir, port = 0, clock = systemClock, namespace = "default", workloads = true, remembered } = options;
  if (dir !== undefined) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const credentials = await credentialsOf(dir, clock.now());
  const schemas = loadKubernetesSchemas();
  const goTypes = loadGoTypes();
  await using parts = new AsyncDisposableStack();

  const journal = openJournal(dir === undefined ? undefined : join(dir, "objects.sqlite"));
  parts.defer(() => journal.close());
  const storage = createObjectStorage(journal, remembered);
  const catalogue = createCatalogue(schemas);
  const builtIn = builtInStrategies(schemas, goTypes, storage);
  const custom = new WeakMap<Resource, Strategy>();
  const strategyOf = (resource: Resource): Strategy => {
    if (resource.definedBy === undefined) return builtIn(resource);
    const strategy = custom.get(resource) ?? customStrategy(schemas, goTypes, resource);
    custom.set(resource, strategy);
    return strategy;
  };
  const registry = createRegistry({ storage, strategyOf, clock });
  const store = createClusterStore(registry, storage, catalogue);
  const controllers = startControllers({ storage, registry, catalogue, store, clock });
  parts.defer(() => controllers.stop());
  if (workloads) {
    const simulator = startSimulator({ store, clock });
    parts.defer(() => simulator.stop());
  }

  const authenticate = authenticator(credentials);
  const server = await startApiServer(
    {
      registry,
      storage,
      catalogue,
      openApi: createOpenApi(schemas, catalogue),
      readProtobuf: protobufReader(schemas.definitions, goTypes),
      clock,
      authenticate,
      version: schemas.version,
    },
    { port, key: credentials.key, certificate: credentials.certificate },
  );
  parts.defer(() => server.stop());

  const url = `https://127.0.0.1:${server.port}`;
  const folder = dir ?? mkdtempSync(join(tmpdir(), "trueup-cluster-"));
  if (dir === undefined) parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const kubeconfigPath = join(folder, "kubeconfig");
  const { ca, adminToken, agentToken } = credentials;
  writePrivate(kubeconfigPath, kubeconfig({ url, ca, token: adminToken, namespace }));
  const started = parts.move();
  return { url, ca, adminToken, agentToken, kubeconfigPath, store, stop: () => started.disposeAsync() };
}
