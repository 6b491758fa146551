import { afterAll, beforeAll, describe, test } from "vitest";
import { forms, patches } from "./media-types.ts";
import { type Both, type Pair, startPair } from "./pair.ts";

/** Lists, deletes and paths at their edges. */
let pair: Pair;
const namespace = "contract-requests";
const within = `/api/v1/namespaces/${namespace}`;
const maps = `${within}/configmaps`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
  for (const name of ["a", "b", "c", "d", "e"]) {
    const metadata = { name, labels: { odd: String(["a", "c", "e"].includes(name)) } };
    await pair.same({ method: "POST", path: maps, body: { metadata } });
  }
});
afterAll(() => pair?.stop());

test.each([
  "limit=99999999999999999999",
  "limit=2&timeoutSeconds=abc",
  "limit=2&resourceVersion=0",
  "limit=3&labelSelector=odd%3Dtrue",
  "limit=2&labelSelector=odd%3Dtrue",
  "limit=2&labelSelector=odd%3Dfalse",
  "limit=1&fieldSelector=metadata.name%3Da",
  "limit=2&fieldSelector=metadata.name!%3Da",
  "resourceVersion=999999999",
  "resourceVersion=0",
  "fieldSelector=%2C",
  "fieldSelector=metadata.name%3Da%2C",
  "fieldSelector=metadata.name%3Da%5C%2Cb",
  "fieldSelector=metadata.name%3Da%3Db",
  "fieldSelector=metadata.name%3Da%5Cb",
  "fieldSelector=%3Da",
  `fieldSelector=metadata.name%3D%3Dc,metadata.namespace%3D${namespace}`,
])("a list by %s", async (query) => {
  await pair.same({ path: `${maps}?${query}` });
});

test("a page goes on at its own version alone", async () => {
  const first = await pair.same({ path: `${maps}?limit=2` });
  const on = (more: string) => (side: keyof Both<unknown>) => ({
    path: `${maps}?limit=2&continue=${first[side].body.metadata.continue}${more}`,
  });
  await pair.same(on("&resourceVersion=0"));
  await pair.same(on("&resourceVersion=5"));
  await pair.same(on(""));
});

test("an object at a version that there is not", async () => {
  for (const version of ["999999999", "abc", "0", ""])
    await pair.same({ path: `${maps}/a?resourceVersion=${version}` });
});

test.each(["None", "Object", "Metadata", "", "Other"])("a table with %j of each object", async (what) => {
  await pair.same({ path: `${maps}/a?includeObject=${what}`, accept: forms.table });
});

test.each([
  ["/api/v1/events", "source=none"],
  ["/apis/certificates.k8s.io/v1/certificatesigningrequests", "spec.signerName=none"],
])("%s by %s", async (path, selector) => {
  await pair.same({ path: `${path}?fieldSelector=${encodeURIComponent(selector)}` });
});

test("namespaces are selected by their name as all else is", async () => {
  await pair.same({ path: "/api/v1/namespaces?fieldSelector=name%3Ddefault" });
});

describe("deletes", () => {
  const options: [string, unknown][] = [
    ["of another kind", { kind: "ConfigMap" }],
    ["of another kind and version", { apiVersion: "v1", kind: "ConfigMap" }],
    ["of their own kind", { apiVersion: "v1", kind: "DeleteOptions" }],
    ["of an unknown field", { more: 1 }],
    ["of a text for a number", { gracePeriodSeconds: "x" }],
    ["of a fraction", { gracePeriodSeconds: 1.5 }],
    ["of no JSON", "{"],
    ["of null", "null"],
  ];
  test.each(options)("with options %s", async (_, body) => {
    await pair.same({ method: "POST", path: maps, body: { metadata: { name: "gone" } } });
    // What the query says does not count beside a body.
    await pair.same({ method: "DELETE", path: `${maps}/gone?dryRun=All`, body });
    await pair.same({ path: `${maps}/gone` });
    await pair.ask({ method: "DELETE", path: `${maps}/gone` });
  });

  test("a grace period in the query that is no number", async () => {
    await pair.same({ method: "DELETE", path: `${maps}/a?dryRun=All&gracePeriodSeconds=abc` });
  });

  test("of all namespaces at once there is none", async () => {
    await pair.same({ method: "DELETE", path: "/api/v1/configmaps?labelSelector=none" });
    await pair.same({ method: "DELETE", path: "/apis/apps/v1/deployments?labelSelector=none" });
  });

  test("a page of a collection takes that page alone", async () => {
    await pair.same({ method: "DELETE", path: `${maps}?limit=2` });
    await pair.same({ path: maps });
    await pair.same({ method: "DELETE", path: `${maps}?limit=1&labelSelector=odd%3Dtrue` });
    await pair.same({ path: maps });
  });
});

describe("paths", () => {
  test.each([
    "/apis/apps/v9",
    "/apis/apps/v9/deployments",
    "/api/v2",
    "/api/v2/pods",
    "/apis/none",
    "/apis/none/v1",
    "/apis/none/v1/things",
    "/apis/apps/v1/",
    "/apis/apps/",
    "/api/",
    "/api/v1/namespaces/default/configmaps/",
    "/api/v1/namespaces/default/configmaps/none/",
    "/api/v1/namespaces/default/finalize",
  ])("%s", async (path) => {
    await pair.same({ path });
  });

  test("what holds a namespace is written whole alone", async () => {
    const path = `${within}/finalize`;
    await pair.same({ method: "PATCH", path, body: {}, contentType: patches.merge });
    await pair.same({ method: "DELETE", path });
  });

  test("nobody is told anything without a name", async () => {
    const headers = { authorization: "" };
    for (const path of ["/healthz", "/readyz", "/version", maps]) await pair.same({ path, headers });
  });
});
