import { afterAll, beforeAll, test } from "vitest";
import type { JsonObject, KubeObject } from "../../src/core/manifest/kube-object.ts";
import { type ApiAccess, apiRequest } from "../harness/control-plane/api-request.ts";
import { template } from "../sandbox/cluster/simulator/world.ts";
import { expectSame } from "./differences.ts";
import { type Pair, startPair } from "./pair.ts";

/**
 * The same workloads go to a cluster with the real controllers and to the embedded one. When both have come to rest,
 * what the controllers made and wrote is the same, but for names and times that each picks.
 */
let pair: Pair;
const namespace = "contract-workloads";
const both = (): ApiAccess[] => [pair.access.real, pair.access.embedded];

beforeAll(async () => {
  pair = await startPair("alive", namespace);
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  await pair.eventuallySame({ path: account }, ({ status }) => status === 200);
});
afterAll(() => pair?.stop());

const paths = {
  Deployment: `/apis/apps/v1/namespaces/${namespace}/deployments`,
  ReplicaSet: `/apis/apps/v1/namespaces/${namespace}/replicasets`,
  StatefulSet: `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
  DaemonSet: `/apis/apps/v1/namespaces/${namespace}/daemonsets`,
  Job: `/apis/batch/v1/namespaces/${namespace}/jobs`,
  Pod: `/api/v1/namespaces/${namespace}/pods`,
} as const;

type Kind = keyof typeof paths;

/** Does the same on both, waits until it has led to what is expected, and gives the objects of some kinds. */
async function afterwards(
  change: (server: ApiAccess) => Promise<unknown>,
  { kind, name, until, kinds }: { kind: Kind; name: string; until: (status: JsonObject) => boolean; kinds: Kind[] },
): Promise<KubeObject[][][]> {
  return Promise.all(
    both().map(async (server) => {
      await change(server);
      for (;;) {
        const { body } = await send(server, "GET", `${paths[kind]}/${name}`);
        const status = (body.status ?? {}) as JsonObject;
        const seen = kind === "Job" || status.observedGeneration === (body.metadata as JsonObject)?.generation;
        if (seen && until(status)) break;
        await pause();
      }
      // Reported once more when the last old pod has gone.
      await pause(1_500);
      return Promise.all(
        kinds.map(async (kind) => {
          const { items } = (await send(server, "GET", paths[kind])).body as unknown as { items: KubeObject[] };
          // A list of a built-in kind says it once for all its items.
          for (const item of items) Object.assign(item, { apiVersion: "", kind });
          return items.filter(({ metadata }) => metadata.name.startsWith(name));
        }),
      );
    }),
  );
}

const workload = (apiVersion: string, kind: string, name: string, spec: JsonObject) => ({
  apiVersion,
  kind,
  metadata: { name, namespace, annotations: { note: "1" } },
  spec,
});

test("a Deployment that was rolled out and scaled", async () => {
  const object = workload("apps/v1", "Deployment", "front", {
    replicas: 2,
    selector: labelled("front"),
    template: podsOf("front", "web:1"),
  });
  const ready = (count: number) => (status: JsonObject) =>
    status.readyReplicas === count && status.updatedReplicas === count && status.replicas === count;
  const first = await afterwards((server) => send(server, "POST", paths.Deployment, object), {
    kind: "Deployment",
    name: "front",
    until: ready(2),
    kinds: ["Deployment", "ReplicaSet"],
  });
  expectSame("objects", told(first[0]!), told(first[1]!));
  const patch = { spec: { replicas: 3, template: podsOf("front", "web:2") } };
  const second = await afterwards(
    (server) => send(server, "PATCH", `${paths.Deployment}/front`, patch, "application/merge-patch+json"),
    {
      kind: "Deployment",
      name: "front",
      until: ready(3),
      kinds: ["Deployment", "ReplicaSet"],
    },
  );
  expectSame("objects", told(second[0]!), told(second[1]!));
});

test("a Deployment whose image cannot be pulled", async () => {
  const object = workload("apps/v1", "Deployment", "broken", {
    replicas: 2,
    selector: labelled("broken"),
    template: podsOf("broken", "registry.invalid/web:1"),
  });
  const [expected, answer] = await afterwards((server) => send(server, "POST", paths.Deployment, object), {
    kind: "Deployment",
    name: "broken",
    until: (status) => status.replicas === 2,
    kinds: ["Deployment", "ReplicaSet"],
  });
  expectSame("objects", told(expected!), told(answer!));
});

test("a StatefulSet", async () => {
  const object = workload("apps/v1", "StatefulSet", "db", {
    replicas: 2,
    serviceName: "db",
    selector: labelled("db"),
    template: podsOf("db", "db:1"),
  });
  const [expected, answer] = await afterwards((server) => send(server, "POST", paths.StatefulSet, object), {
    kind: "StatefulSet",
    name: "db",
    until: (status) => status.availableReplicas === 2,
    kinds: ["StatefulSet", "Pod"],
  });
  expectSame("objects", told(expected!.slice(0, 1)), told(answer!.slice(0, 1)));
  expectSame("objects", made(expected![1]!), made(answer![1]!));
});

test("a DaemonSet", async () => {
  const object = workload("apps/v1", "DaemonSet", "logs", {
    selector: labelled("logs"),
    template: podsOf("logs", "logs:1"),
  });
  const [expected, answer] = await afterwards((server) => send(server, "POST", paths.DaemonSet, object), {
    kind: "DaemonSet",
    name: "logs",
    until: (status) => status.numberAvailable === 1,
    kinds: ["DaemonSet", "Pod"],
  });
  expectSame("objects", told(expected!.slice(0, 1)), told(answer!.slice(0, 1)));
  expectSame("objects", made(expected![1]!), made(answer![1]!));
});

test("a Job", async () => {
  const object = workload("batch/v1", "Job", "work", {
    completions: 2,
    parallelism: 2,
    template: { spec: { restartPolicy: "Never", containers: [{ name: "work", image: "work:1" }] } },
  });
  const [expected, answer] = await afterwards((server) => send(server, "POST", paths.Job, object), {
    kind: "Job",
    name: "work",
    until: (status) => status.succeeded === 2,
    kinds: ["Job", "Pod"],
  });
  expectSame("objects", told(expected!.slice(0, 1)), told(answer!.slice(0, 1)));
  expectSame("objects", made(expected![1]!), made(answer![1]!));
});

function labelled(app: string): JsonObject {
  return { matchLabels: { app } };
}

function podsOf(app: string, image: string): JsonObject {
  return { ...template(image), metadata: { labels: { app } } };
}

/** Objects without what each cluster picks for itself: ids, times, the hashes of templates. */
function told(objects: KubeObject[][]): unknown {
  const picked = new Set([
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "time",
    "lastTransitionTime",
    "lastUpdateTime",
    "startTime",
    "lastProbeTime",
    "completionTime",
  ]);
  const hashes = /\b[bcdfghjklmnpqrstvwxz2-9]{6,10}\b/g;
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  const text = JSON.stringify(objects, (name, value) => (picked.has(name) ? undefined : value));
  const plain = JSON.parse(
    text
      .replace(ids, "ID")
      .replace(hashes, "HASH")
      .replace(/"(node-1|sandbox-node)"/g, '"NODE"'),
  ) as KubeObject[][];
  for (const object of plain.flat()) {
    object.metadata.managedFields =
      object.metadata.managedFields?.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) ?? [];
    const status = object.status as { conditions?: { type: string }[] } | undefined;
    status?.conditions?.sort((a, b) => a.type.localeCompare(b.type));
  }
  return plain.map((list) => list.sort((a, b) => revision(a) - revision(b)));
}

function revision({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

/** Of pods, what their controller made: all but the status, and the names and volumes of one cluster. */
function made(pods: KubeObject[]): unknown {
  const plain = told([pods]) as KubeObject[][];
  return plain[0]?.map(({ status: _, metadata, spec, ...rest }) => {
    const {
      nodeName: _n,
      volumes,
      containers,
      ...wanted
    } = spec as { volumes?: { name: string }[]; containers: JsonObject[]; nodeName?: string };
    const token = (name: unknown) => String(name).startsWith("kube-api-access");
    const { managedFields: _m, name, generateName: _g, finalizers: _f, ...kept } = metadata;
    return {
      ...rest,
      metadata: { ...kept, name: name.replace(/-[a-z0-9]{5}$/, "") },
      spec: {
        ...wanted,
        volumes: volumes?.filter(({ name }) => !token(name)) ?? [],
        containers: containers.map(({ volumeMounts, ...container }) => ({
          ...container,
          volumeMounts: ((volumeMounts as JsonObject[]) ?? []).filter(({ name }) => !token(name)),
        })),
      },
    };
  });
}

const pause = (milliseconds = 100) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function send(server: ApiAccess, method: string, path: string, body?: unknown, contentType?: string) {
  const answer = await apiRequest(server, path, {
    method,
    ...(body !== undefined && { body }),
    ...(contentType && { contentType }),
  });
  if (answer.status >= 500) throw new Error(answer.text);
  return { code: answer.status, body: (answer.text.startsWith("{") ? answer.json() : {}) as JsonObject };
}
