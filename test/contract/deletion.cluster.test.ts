import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objectClient } from "./client.ts";
import { type Answer, type Both, type Pair, startPair } from "./pair.ts";

/** How objects end: at once, after finalizers, with what they own, with their namespace. */
let pair: Pair;
const namespace = "contract-deletion";
const maps = `/api/v1/namespaces/${namespace}/configmaps`;

beforeAll(async () => {
  pair = await startPair("alive", namespace);
});
afterAll(() => pair?.stop());

const map = (name: string, metadata: object = {}) => ({ metadata: { name, ...metadata }, data: { a: "1" } });
const gone = ({ status }: Answer) => status === 404;
const there = ({ status }: Answer) => status === 200;

/** Owned by another ConfigMap, on each side by its own uid. */
async function createOwned(name: string, owner: string, blockOwnerDeletion = true): Promise<Both<Answer>> {
  const live = await pair.ask({ path: `${maps}/${owner}` });
  return pair.ask((side) => {
    const { uid } = live[side].body.metadata;
    const reference = { apiVersion: "v1", kind: "ConfigMap", name: owner, uid, blockOwnerDeletion };
    return { method: "POST", path: maps, body: map(name, { ownerReferences: [reference] }) };
  });
}

describe("an object", () => {
  test("is deleted at once, and says whom", async () => {
    const one = objectClient(pair, maps, "plain");
    await one.create(map("plain"));
    await one.delete();
    await one.get();
  });

  test("is deleted at once in each way that is asked for without anything owned", async () => {
    for (const propagationPolicy of ["Background", "Foreground", "Orphan"]) {
      const one = objectClient(pair, maps, "ways");
      await one.create(map("ways"));
      await one.delete({ propagationPolicy });
      await pair.eventuallySame({ path: `${maps}/ways` }, gone);
    }
  });

  test("with finalizers ends when the last of them goes, and takes no new ones", async () => {
    const one = objectClient(pair, maps, "held");
    await one.create(map("held", { finalizers: ["example.com/a", "example.com/b"] }));
    await one.delete();
    await one.delete();
    await one.patch("merge", { metadata: { finalizers: ["example.com/a", "example.com/c"] } });
    await one.patch("merge", { metadata: { finalizers: ["example.com/a"] }, data: { a: "2" } });
    await one.patch("merge", { metadata: { finalizers: null } });
    await one.get();
  });

  test("is deleted only as the one that was meant", async () => {
    const one = objectClient(pair, maps, "meant");
    const { real, embedded } = await one.create(map("meant"));
    await one.delete({ preconditions: { uid: "other" } });
    await one.delete({ preconditions: { resourceVersion: "1" } });
    const made = { real, embedded };
    await pair.same((side) => ({
      method: "DELETE",
      path: `${maps}/meant`,
      body: { preconditions: { uid: made[side].body.metadata.uid } },
    }));
  });

  test.each([
    ["pods", { spec: { containers: [{ name: "a", image: "a:1" }], schedulingGates: [{ name: "example.com/wait" }] } }],
    ["services", { spec: { ports: [{ port: 80 }] } }],
    ["secrets", {}],
    ["serviceaccounts", {}],
    [
      "persistentvolumeclaims",
      { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
    ],
    ["podtemplates", { template: { spec: { containers: [{ name: "a", image: "a:1" }] } } }],
  ])("of %s is answered in its own way", async (resource, body) => {
    const path = `/api/v1/namespaces/${namespace}/${resource}`;
    await pair.ask({ method: "POST", path, body: { ...body, metadata: { name: "ends" } } });
    const { real, embedded } = await pair.ask({ method: "DELETE", path: `${path}/ends` });
    const shape = ({ status, body }: Answer) => ({ status, kind: body.kind, apiVersion: body.apiVersion });
    expect(shape(embedded)).toEqual(shape(real));
  });

  test("a whole collection goes through a selector", async () => {
    for (const name of ["many-a", "many-b", "other"]) {
      await pair.ask({ method: "POST", path: maps, body: map(name, { labels: { of: name.slice(0, 4) } }) });
    }
    await pair.same({ method: "DELETE", path: `${maps}?labelSelector=of%3Dmany&dryRun=All` });
    await pair.same({ method: "DELETE", path: `${maps}?labelSelector=of%3Dmany` });
    await pair.same({ path: `${maps}?labelSelector=of` });
  });
});

describe("what an object owns", () => {
  test("goes after it, in the background", async () => {
    await pair.ask({ method: "POST", path: maps, body: map("background") });
    await createOwned("background-owned", "background");
    await objectClient(pair, maps, "background").delete({ propagationPolicy: "Background" });
    await pair.eventuallySame({ path: `${maps}/background-owned` }, gone);
  });

  test("goes before it, in the foreground, as far as it blocks", async () => {
    await pair.ask({ method: "POST", path: maps, body: map("foreground") });
    await createOwned("foreground-owned", "foreground");
    const held = await createOwned("foreground-held", "foreground");
    expect(held.real.status).toBe(201);
    await objectClient(pair, maps, "foreground-held").patch("merge", {
      metadata: { finalizers: ["example.com/hold"] },
    });
    await objectClient(pair, maps, "foreground").delete({ propagationPolicy: "Foreground" });
    await pair.eventuallySame({ path: `${maps}/foreground-owned` }, gone);
    await pair.eventuallySame(
      { path: `${maps}/foreground` },
      ({ body }) => body.metadata?.deletionTimestamp !== undefined,
    );
    await objectClient(pair, maps, "foreground-held").patch("json", [{ op: "remove", path: "/metadata/finalizers/0" }]);
    await pair.eventuallySame({ path: `${maps}/foreground` }, gone);
  });

  test("is left without an owner when it is to be orphaned", async () => {
    await pair.ask({ method: "POST", path: maps, body: map("orphan") });
    await createOwned("orphan-owned", "orphan");
    await objectClient(pair, maps, "orphan").delete({ propagationPolicy: "Orphan" });
    await pair.eventuallySame({ path: `${maps}/orphan` }, gone);
    const path = `${maps}/orphan-owned`;
    await pair.eventuallySame({ path }, ({ body }) => body.metadata?.ownerReferences === undefined);
  });

  test("stays as long as another owner does", async () => {
    for (const name of ["one", "two"]) await pair.ask({ method: "POST", path: maps, body: map(`owner-${name}`) });
    const owners = await Promise.all(["one", "two"].map((name) => pair.ask({ path: `${maps}/owner-${name}` })));
    await pair.ask((side) => ({
      method: "POST",
      path: maps,
      body: map("shared", {
        ownerReferences: owners.map((owner) => {
          const { name, uid } = owner[side].body.metadata;
          return { apiVersion: "v1", kind: "ConfigMap", name, uid };
        }),
      }),
    }));
    await objectClient(pair, maps, "owner-one").delete();
    await pair.eventuallySame({ path: `${maps}/shared` }, ({ body }) => body.metadata?.ownerReferences?.length === 1);
    await objectClient(pair, maps, "owner-two").delete();
    await pair.eventuallySame({ path: `${maps}/shared` }, gone);
  });

  test("goes by itself when its owner never was", async () => {
    const reference = {
      apiVersion: "v1",
      kind: "ConfigMap",
      name: "never",
      uid: "00000000-0000-4000-8000-000000000000",
    };
    await pair.ask({ method: "POST", path: maps, body: map("lost", { ownerReferences: [reference] }) });
    await pair.eventuallySame({ path: `${maps}/lost` }, gone);
  });
});

describe("a namespace", () => {
  test("takes all that is in it along, and lets nothing new in", async () => {
    const path = "/api/v1/namespaces/contract-ending";
    await pair.ask({ method: "POST", path: "/api/v1/namespaces", body: { metadata: { name: "contract-ending" } } });
    const inside = `${path}/configmaps`;
    await pair.ask({ method: "POST", path: inside, body: map("held", { finalizers: ["example.com/hold"] }) });
    await pair.ask({ method: "POST", path: inside, body: map("free") });
    const { real, embedded } = await pair.ask({ method: "DELETE", path });
    expect(embedded.status).toBe(real.status);
    expect(embedded.body.status.phase).toBe(real.body.status.phase);
    await pair.eventuallySame({ path: `${inside}/free` }, gone);
    await pair.same({ method: "POST", path: inside, body: map("late") });
    await pair.same({
      method: "PATCH",
      path: `${inside}/late?fieldManager=me`,
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "late" } },
      contentType: "application/apply-patch+yaml",
    });
    await pair.same({ method: "POST", path: `${inside}?dryRun=All`, body: map("late") });
    await pair.eventuallySame({ path }, ({ body }) => body.status?.conditions?.length >= 5);
    await pair.ask({
      method: "PATCH",
      path: `${inside}/held`,
      body: { metadata: { finalizers: null } },
      contentType: "application/merge-patch+json",
    });
    await pair.eventuallySame({ path }, gone);
    await pair.same({ path: inside });
    await pair.same({ method: "POST", path: inside, body: map("late") });
  });

  test("has a service account of its own", async () => {
    await pair.eventuallySame({ path: `/api/v1/namespaces/${namespace}/serviceaccounts/default` }, there);
  });

  test.each(["default", "kube-system", "kube-public"])("that must stay is not deleted: %s", async (name) => {
    const { real } = await pair.same({ method: "DELETE", path: `/api/v1/namespaces/${name}` });
    expect(real.status).toBe(403);
  });
});
