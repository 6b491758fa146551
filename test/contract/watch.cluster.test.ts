import { afterAll, beforeAll, expect, test } from "vitest";
import { deployment } from "./deployment.ts";
import { expectSame } from "./differences.ts";
import { forms } from "./media-types.ts";
import { type Both, type Pair, startPair } from "./pair.ts";
import { type WatchPair, watchBoth } from "./watch-stream.ts";

/** Watches: what they begin with, what they tell, how they resume, and when it is too late for that. */
let pair: Pair;
const namespace = "contract-watch";
const maps = `/api/v1/namespaces/${namespace}/configmaps`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace, { remembered: 16 });
});
afterAll(() => pair?.stop());

const create = (name: string, labels: object = {}, more: object = {}) =>
  pair.ask({ method: "POST", path: maps, body: { metadata: { name, labels, ...more }, data: { a: "1" } } });
const patch = (name: string, body: object) =>
  pair.ask({ method: "PATCH", path: `${maps}/${name}`, body, contentType: "application/merge-patch+json" });
const remove = (name: string) => pair.ask({ method: "DELETE", path: `${maps}/${name}` });

/** The version at which each server's lists stand now. */
async function now(path = maps): Promise<Both<string>> {
  const { real, embedded } = await pair.ask({ path: `${path}?limit=1` });
  return { real: real.body.metadata.resourceVersion, embedded: embedded.body.metadata.resourceVersion };
}

async function expectEvents(watch: WatchPair, count: number): Promise<unknown[]> {
  const { real, embedded } = await watch.events(count);
  watch.stop();
  expectSame("events", real, embedded);
  expect(real).toHaveLength(count);
  return real as unknown[];
}

test("from a version on, all that happened is told, in order", async () => {
  const from = await now();
  await create("told");
  await patch("told", { data: { a: "2" } });
  await remove("told");
  const watch = await watchBoth(pair, (side) => `${maps}?watch=true&resourceVersion=${from[side]}`);
  const events = await expectEvents(watch, 3);
  expect(events.map((it) => (it as { type: string }).type)).toEqual(["ADDED", "MODIFIED", "DELETED"]);
});

test("without a version it begins with what is there, and goes on", async () => {
  await create("first", { of: "begin" });
  await create("second", { of: "begin" });
  const watch = await watchBoth(pair, () => `${maps}?watch=true&labelSelector=of%3Dbegin`);
  await watch.events(2);
  await patch("first", { data: { a: "2" } });
  await expectEvents(watch, 3);
});

test("an object that comes to fit a selector is new, one that no longer does is gone", async () => {
  const from = await now();
  const watch = await watchBoth(pair, (side) => `${maps}?watch=1&labelSelector=app%3Dx&resourceVersion=${from[side]}`);
  await create("moves", { app: "y" });
  await patch("moves", { metadata: { labels: { app: "x" } } });
  await patch("moves", { data: { a: "2" } });
  await patch("moves", { metadata: { labels: { app: "y" } } });
  await patch("moves", { metadata: { labels: { app: "x" } } });
  await remove("moves");
  await expectEvents(watch, 5);
});

test("one object is watched by its name, in either way", async () => {
  const from = await now();
  const byField = await watchBoth(
    pair,
    (side) => `${maps}?watch=true&fieldSelector=metadata.name%3Dmine&resourceVersion=${from[side]}`,
  );
  await create("other");
  await create("mine");
  await patch("mine", { data: { a: "2" } });
  await expectEvents(byField, 2);
});

test("a streamed list ends in a bookmark that says so", async () => {
  await create("streamed", { of: "stream" });
  const query = "watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
  const watch = await watchBoth(pair, () => `${maps}?${query}&labelSelector=of%3Dstream`);
  await expectEvents(watch, 2);
});

test("metadata alone, with its bookmark", async () => {
  await create("partial", { of: "partial" });
  const query = "watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
  const watch = await watchBoth(pair, () => `${maps}?${query}&labelSelector=of%3Dpartial`, forms.metadata);
  await expectEvents(watch, 2);
});

test("as tables, of which the first alone says its columns", async () => {
  await create("tabled", { of: "table" });
  const watch = await watchBoth(pair, () => `${maps}?watch=true&labelSelector=of%3Dtable`, forms.table);
  await watch.events(1);
  await patch("tabled", { data: { b: "2" } });
  await expectEvents(watch, 2);
});

test("a finalizer's object is told to end before it goes", async () => {
  const from = await now();
  const watch = await watchBoth(pair, (side) => `${maps}?watch=true&resourceVersion=${from[side]}`);
  await create("held", {}, { finalizers: ["example.com/hold"] });
  await remove("held");
  await patch("held", { metadata: { finalizers: null } });
  await expectEvents(watch, 3);
});

test("other kinds, across namespaces and whole", async () => {
  const path = `/apis/apps/v1/deployments`;
  const from = await now(path);
  const query = (side: keyof Both<string>) =>
    `${path}?watch=true&resourceVersion=${from[side]}&fieldSelector=metadata.namespace%3D${namespace}`;
  const watch = await watchBoth(pair, query);
  const within = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  await pair.ask({ method: "POST", path: within, body: deployment("web") });
  await pair.ask({
    method: "PATCH",
    path: `${within}/web/scale`,
    body: { spec: { replicas: 2 } },
    contentType: "application/merge-patch+json",
  });
  await expectEvents(watch, 2);
});

test("its time is up after as many seconds as were asked for", async () => {
  const from = await now();
  const watch = await watchBoth(pair, (side) => `${maps}?watch=true&timeoutSeconds=1&resourceVersion=${from[side]}`);
  await expectEvents(watch, 0);
  const { real, embedded } = await watch.events(1);
  expectSame("events", real, embedded);
});

test.each([
  ["a version that is none", "resourceVersion=abc"],
  ["a streamed list without a match", "sendInitialEvents=true&allowWatchBookmarks=true"],
  ["a match without a version", "resourceVersionMatch=NotOlderThan"],
  ["a field that cannot be selected by", "fieldSelector=data.a%3D1"],
  ["labels of no form", "labelSelector=a%20b"],
])("is refused in the same words: %s", async (_, query) => {
  const { real } = await pair.same({ path: `${maps}?watch=true&${query}` });
  expect(real.status).toBeGreaterThanOrEqual(400);
});

test("a version that is forgotten is told to be gone, by an event", async () => {
  for (let change = 0; change < 40; change++) await patch("first", { data: { a: `change ${change}` } });
  const watch = await watchBoth(pair, () => `${maps}?watch=true&resourceVersion=1`);
  const [event] = await expectEvents(watch, 1);
  expect(event).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
});

test("a list's next page is gone after compaction, and says how to go on", async () => {
  const { real, embedded } = await pair.ask({ path: `${maps}?limit=1` });
  const token = { real: real.body.metadata.continue, embedded: embedded.body.metadata.continue };
  for (let change = 0; change < 40; change++) await patch("first", { data: { a: `later ${change}` } });
  await compact((await now()).real);
  const answer = await pair.same((side) => ({ path: `${maps}?limit=1&continue=${token[side]}` }));
  expect(answer.real.status).toBe(410);
  // With the token that comes with it one goes on from there, at the price of two moments in one list.
  await pair.same((side) => ({ path: `${maps}?limit=1&continue=${answer[side].body.metadata.continue}` }));
});

test("a list as of a version that is gone", async () => {
  const from = await now();
  for (let change = 0; change < 40; change++) await patch("first", { data: { a: `last ${change}` } });
  await compact((await now()).real);
  const { real } = await pair.same((side) => ({
    path: `${maps}?resourceVersion=${from[side]}&resourceVersionMatch=Exact`,
  }));
  expect(real.status).toBe(410);
});

/** Has etcd forget what was before a version, as the API server does every five minutes. */
async function compact(version: string): Promise<void> {
  const answer = await fetch(`${pair.real.etcd}/v3/kv/compaction`, {
    method: "POST",
    body: JSON.stringify({ revision: version, physical: true }),
  });
  expect(answer.status).toBe(200);
}
