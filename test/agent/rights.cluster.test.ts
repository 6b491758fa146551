import { readFileSync } from "node:fs";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realClock } from "../../src/agent/clock.ts";
import { type ClusterView, openClusterView } from "../../src/agent/cluster/cluster-view.ts";
import { inventoriesNamed, openInventory, parentOf } from "../../src/agent/cluster/inventory.ts";
import { watchParents } from "../../src/agent/cluster/parent-watch.ts";
import { inParallel } from "../../src/agent/in-parallel.ts";
import { agentRights } from "../../src/agent/install/agent-rights.ts";
import { type ApplyTarget, applyObject } from "../../src/agent/system/apply-object.ts";
import { eventsOf } from "../../src/agent/system/events-of.ts";
import { prune } from "../../src/agent/system/prune.ts";
import { identityKey, type KubeObject, refOf } from "../../src/core/manifest/kube-object.ts";
import { desiredObject } from "../../src/core/plan/desired-object.ts";
import { createSchemaPlaces } from "../../src/core/plan/list-keys.ts";
import type { Resource } from "../../src/kube/discovery.ts";
import { createKubeClient, type KubeClient } from "../../src/kube/kube-client.ts";
import { openTransport } from "../../src/kube/transport.ts";
import { apiRequest } from "../harness/control-plane/api-request.ts";
import { tokenOf, untilAllowed } from "../harness/control-plane/service-account.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { type Grant, grantName, grantsOf, oneOfEach, type Rule, rulesOf, without } from "./harness/grants.ts";

const own = "trueup-system";
const shop = "shop";
const applySet = `applyset-${"x".repeat(43)}-v1`;

const shipped = (confine: string[], role: string): Rule[] =>
  agentRights({ namespace: own, confine })
    .filter(({ kind, metadata }) => /Role$/.test(kind) && metadata.name.startsWith(role))
    .flatMap(rulesOf);
const wholeRules = shipped([], "trueup-agent");
const confinedRules = agentRights({ namespace: own, confine: [shop] })
  .filter(({ kind, metadata }) => kind === "Role" && metadata.name === "trueup-agent")
  .flatMap(rulesOf);
const inventoryRules = shipped([shop], "trueup-agent-inventory");

let plane: ControlPlane;
let admin: KubeClient;
const clients: KubeClient[] = [];
/** Of every kind one that is there, and one that is to come. */
let there: Map<string, KubeObject>;
let coming: Map<string, KubeObject>;
let resources: Map<string, Resource>;

function clientOf(token: string): KubeClient {
  const credentials = {
    headers: { authorization: `Bearer ${token}` },
    tls: { ca: plane.ca, insecure: false },
    from: "a test",
    authority: "a test",
  };
  const access = { server: plane.url, namespace: undefined };
  const renewed = async () => credentials;
  const client = createKubeClient(openTransport({ ...access, credentials: renewed, renewed }));
  clients.push(client);
  return client;
}

/** A service account's own client, with these rules and no others. */
async function account(name: string, rules: readonly Rule[], namespace: string | undefined): Promise<KubeClient> {
  const group = "rbac.authorization.k8s.io";
  const kind = namespace === undefined ? "ClusterRole" : "Role";
  const place = namespace === undefined ? {} : { namespace };
  await admin.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: own } });
  const typed = { apiVersion: `${group}/v1`, metadata: { name, ...place } };
  await admin.create({ ...typed, kind, rules } as unknown as KubeObject);
  const subjects = [{ kind: "ServiceAccount", name, namespace: own }];
  const binding = { ...typed, kind: `${kind}Binding`, roleRef: { apiGroup: group, kind, name }, subjects };
  await admin.create(binding as unknown as KubeObject);
  return clientOf(await tokenOf(plane, own, name));
}

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
  admin = clientOf(plane.token);
  for (const name of [own, shop]) await admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const placed = async (object: KubeObject): Promise<KubeObject> => {
    const resource = await admin.discovery.find(object.apiVersion, object.kind);
    if (resource?.namespaced !== true) return object;
    return { ...object, metadata: { ...object.metadata, namespace: shop } };
  };
  const byResource = async (objects: KubeObject[]) =>
    new Map(
      await Promise.all(
        objects.map(async (object): Promise<[string, KubeObject]> => {
          const { group, plural } = (await admin.discovery.find(object.apiVersion, object.kind))!;
          return [`${plural}.${group}`, await placed(object)];
        }),
      ),
    );
  there = await byResource(oneOfEach("there"));
  coming = await byResource(oneOfEach("coming"));
  resources = new Map(
    await Promise.all(
      [...there].map(async ([name, { apiVersion, kind }]): Promise<[string, Resource]> => {
        return [name, (await admin.discovery.find(apiVersion, kind))!];
      }),
    ),
  );
  // Read and never written, so that there is none among those to apply.
  resources.set("events.", (await admin.discovery.find("v1", "Event"))!);
  for (const object of there.values()) {
    const { ref: _, ...desired } = desiredObject(place(object), applySet);
    await admin.apply(desired.object, { dryRun: false, force: true });
  }
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await plane?.stop();
});

const place = (object: KubeObject) => ({
  object,
  file: "state/one.yaml",
  line: 1,
  column: 1,
  locate: () => ({ line: 1, column: 1 }),
  written: () => undefined,
});

function target(kube: KubeClient, view: ClusterView): ApplyTarget {
  const context = { kube, view, schemas: createSchemaPlaces({}) } as unknown as ApplyTarget["context"];
  const signal = AbortSignal.timeout(60_000);
  return {
    context,
    applySet,
    applied: new Map(),
    previous: undefined,
    ignore: [],
    exact: false,
    system: "s",
    neighbours: undefined,
    signal,
    clock: realClock,
  };
}

/** What the agent does that needs this right, and what it then says; undefined when it could do it. */
async function refusalWithout(kube: KubeClient, { group, resource, verb }: Grant, confine: string[] | undefined) {
  const name = `${resource}.${group}`;
  const { kind } = resources.get(name)!;
  const view = openClusterView(kube, confine, () => undefined);
  const signal = AbortSignal.timeout(60_000);
  const thrown = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: Error) => error.message,
    );
  try {
    switch (verb) {
      case "get":
        return await thrown(kube.get(refOf(there.get(name)!)));
      case "list":
      case "watch":
        if (resource === "events") return await thrown(eventsOf(kube, { namespace: shop, uid: "any" }));
        return await thrown(view.follow({ group, kind }, signal));
      case "create":
      case "patch":
        return (await applyObject(target(kube, view), desiredObject(place(coming.get(name)!), applySet))).reason;
      case "delete": {
        const ref = refOf(there.get(name)!);
        const { uid } = (await admin.get(ref))!.metadata;
        const deletions = [{ key: identityKey(ref), ref, uid: uid!, terminating: false, isProtected: false }];
        return (await prune({ kube }, applySet, { deletions, held: [], approved: new Map() }, signal))[0]?.reason;
      }
      case "update": {
        const handsOn = {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "Role",
          metadata: { name: `hands-on-${resource}-${group.replaceAll(".", "-")}`, namespace: shop },
          rules: [{ apiGroups: [group], resources: [resource], verbs: [verb] }],
        } as unknown as KubeObject;
        return (await applyObject(target(kube, view), desiredObject(place(handsOn), applySet))).reason;
      }
    }
    throw new Error(`no operation is known that needs ${verb}`);
  } finally {
    await view.close();
  }
}

/** The server's words and ours: the verb, the resource, where, and the rule that is missing. */
function wordsFor({ group, resource, verb }: Grant, namespace: string | undefined): RegExp {
  const escaped = group.replaceAll(".", "\\.");
  if (verb === "update") {
    return new RegExp(
      `attempting to grant RBAC permissions not currently held:\\s+{APIGroups:\\["${escaped}"\\], Resources:\\["${resource}"\\], Verbs:\\["update"\\]}; nobody can hand on what they do not hold`,
    );
  }
  const where = namespace === undefined ? "" : `in the namespace "${namespace}"`;
  return new RegExp(
    `cannot ${verb} resource "${resource}" in API group "${escaped}".*${where}.*it needs the rule {apiGroups: \\["${escaped}"\\], resources: \\[${resource}\\], verbs: \\[${verb}\\]}`,
  );
}

const atATime = 16;
/** Grants whose lack nobody noticed, or that were refused in other words; there must be none. */
async function unnoticed(rules: readonly Rule[], prefix: string, namespace: string | undefined): Promise<string[]> {
  const grants = grantsOf(rules);
  const accounts = await inParallel(grants, atATime, async (grant) => ({
    grant,
    kube: await account(`${prefix}-${grant.verb}-${grant.resource}`, without(rules, grant), namespace),
  }));
  const last = await tokenOf(plane, own, `${prefix}-${grants.at(-1)!.verb}-${grants.at(-1)!.resource}`);
  const { group, resource, verb } = grants[0]!;
  const place = namespace === undefined ? {} : { namespace };
  await untilAllowed({ ...plane, token: last }, { group, resource, verb, ...place });
  const found = await inParallel(accounts, atATime, async ({ grant, kube }) => {
    const said = await refusalWithout(kube, grant, namespace === undefined ? undefined : [namespace]);
    const isOfOne = ["get", "create", "patch", "delete"].includes(grant.verb);
    const isNamespaced = resources.get(`${grant.resource}.${grant.group}`)!.namespaced;
    const isThere = isOfOne || namespace !== undefined || grant.resource === "events";
    const where = isNamespaced && isThere ? shop : undefined;
    return wordsFor(grant, where).test(said ?? "")
      ? []
      : [`${grantName(grant)}: ${said ?? "was possible all the same"}`];
  });
  return found.flat();
}

describe("every line of the agent's rights, and every verb in it, is needed", () => {
  test("in a whole cluster: without it the server refuses, and the agent says what is missing", async () => {
    expect(grantsOf(wholeRules)).toHaveLength(47 * 7 + 1);
    expect(await unnoticed(wholeRules, "whole", undefined)).toEqual([]);
  }, 300_000);

  test("in one namespace: the same", async () => {
    expect(grantsOf(confinedRules)).toHaveLength(26 * 7 + 1);
    expect(await unnoticed(confinedRules, "confined", shop)).toEqual([]);
  }, 300_000);

  test("in the agent's own namespace: without it no inventory is read, found, written or kept an eye on", async () => {
    const identity = { repositoryId: 1, system: "s" };
    const ref = parentOf(own, 1, "s");
    const record = {
      groupKinds: [],
      namespaces: [shop],
      revision: undefined,
      policyRevision: undefined,
      held: false,
      unplanned: [],
    };
    await openInventory({ kube: admin, namespace: own, confine: [shop], version: "0", ...identity }).write(record);
    const refused: Record<string, string> = {};
    for (const grant of grantsOf(inventoryRules)) {
      const kube = await account(`inventory-${grant.verb}`, without(inventoryRules, grant), own);
      const token = await tokenOf(plane, own, `inventory-${grant.verb}`);
      const other = grantsOf(inventoryRules).find(({ verb }) => verb !== grant.verb)!;
      await untilAllowed({ ...plane, token }, { ...other, namespace: own });
      const inventory = openInventory({
        kube,
        namespace: own,
        confine: [shop],
        version: "0",
        ...identity,
        system: "new",
      });
      const work: Record<string, () => Promise<unknown>> = {
        get: () => inventory.read(),
        list: () => inventoriesNamed(kube, "s", own),
        create: () => inventory.write(record),
        patch: () => inventory.write(record),
        async watch() {
          const said = Promise.withResolvers<never>();
          const log = pino(
            { level: "warn" },
            { write: (line: string) => said.reject(new Error(JSON.parse(line).reason)) },
          );
          const watch = await watchParents({ kube, namespace: own, log }, () => undefined);
          await said.promise.finally(() => watch.stop());
        },
      };
      const said = await work[grant.verb]!().then(
        () => "was possible all the same",
        (error: Error) => error.message,
      );
      if (!wordsFor(grant, own).test(said)) refused[grantName(grant)] = said;
    }
    expect(refused).toEqual({});
    expect(await admin.get(ref)).toBeDefined();
  });
});

describe("with all lines", () => {
  const all = async (kube: KubeClient, confine: string[] | undefined) => {
    const view = openClusterView(kube, confine, () => undefined);
    const signal = AbortSignal.timeout(60_000);
    const ours = [...there].filter(([name]) => confine === undefined || resources.get(name)!.namespaced);
    const told: string[] = [];
    for (const [name, object] of ours) {
      const { group, kind } = resources.get(name)!;
      await view.follow({ group, kind }, signal);
      const { action, reason } = await applyObject(target(kube, view), desiredObject(place(object), applySet));
      told.push(...(action === "invalid" || action === "held" ? [`${action} ${kind}: ${reason}`] : []));
      if (confine !== undefined) continue;
      const ref = refOf(object);
      const { uid } = (await kube.get(ref))!.metadata;
      const deletions = [{ key: identityKey(ref), ref, uid: uid!, terminating: false, isProtected: false }];
      const [pruned] = await prune({ kube }, applySet, { deletions, held: [], approved: new Map() }, signal);
      if (pruned?.action !== "delete") told.push(`${pruned?.action} ${kind}: ${pruned?.reason}`);
    }
    await view.close();
    return told;
  };

  test("an object of every kind is watched and applied in one namespace", async () => {
    const kube = await account("confined", confinedRules, shop);
    await untilAllowed(
      { ...plane, token: await tokenOf(plane, own, "confined") },
      { verb: "get", resource: "pods", namespace: shop },
    );
    expect(await all(kube, [shop])).toEqual([]);
  });

  test("an object of every kind is watched, applied and pruned in a whole cluster", async () => {
    const kube = await account("whole", wholeRules, undefined);
    await untilAllowed({ ...plane, token: await tokenOf(plane, own, "whole") }, { verb: "get", resource: "pods" });
    expect(await all(kube, undefined)).toEqual([]);
  });
});

test("every kind that the server keeps objects of is granted, or named among what is left out", async () => {
  const readme = readFileSync(new URL("../../deploy/README.md", import.meta.url), "utf8");
  const { groups } = (await apiRequest(plane, "/apis")).json() as {
    groups: { name: string; preferredVersion: { groupVersion: string } }[];
  };
  const versions = ["/api/v1", ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const granted = new Set(grantsOf(wholeRules).map(({ group, resource }) => `${resource}.${group}`));
  const forgotten: string[] = [];
  for (const path of versions) {
    const group = path === "/api/v1" ? "" : path.split("/")[2]!;
    if (group.endsWith(".example")) continue;
    const answer = await apiRequest(plane, path);
    const { resources: served } = answer.json() as { resources: { name: string; kind: string; verbs: string[] }[] };
    for (const { name, kind, verbs } of served) {
      const keeps = ["create", "list", "patch"].every((verb) => verbs.includes(verb)) && !name.includes("/");
      if (keeps && !granted.has(`${name}.${group}`) && !new RegExp(`\\b${kind}\\b`).test(readme)) forgotten.push(kind);
    }
  }
  expect(forgotten).toEqual([]);
});
