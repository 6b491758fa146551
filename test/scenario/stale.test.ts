import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import {
  answered,
  edit,
  mergePatch,
  propose,
  repositoryOf,
  startTestSandbox,
  type TestSandbox,
} from "../harness/sandbox.ts";

const config =
  "systems:\n  shop:\n    cluster: sandbox\n    path: shop\n    namespace: demo\n    heal: false\n  side:\n    cluster: sandbox\n    path: side\n    namespace: demo\n";
const configMap = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  v: "${value}"\n`;
const deployment = (replicas: number) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: ${replicas}\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: "nginx:1.29"}]}\n`;

let sandbox: TestSandbox;
let number: number;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    files: {
      ".trueup.yaml": config,
      "shop/a.yaml": configMap("a", "1"),
      "shop/b.yaml": configMap("b", "1"),
      "shop/web.yaml": deployment(1),
      "side/c.yaml": configMap("c", "1"),
    },
  });
  await waitFor("all is there", () => live("/configmaps/a"), Boolean);
  number = await propose(sandbox, "change", {
    "shop/a.yaml": configMap("a", "2"),
    "shop/web.yaml": deployment(2),
    "shop/fresh.yaml": configMap("fresh", "1"),
  });
  await answered(sandbox, number);
});
afterAll(() => sandbox?.dispose());

const live = (path: string) => sandbox.kubernetes<object>(`/api/v1/namespaces/demo${path}`);
const patch = (path: string, body: object) => mergePatch(sandbox, path, body);
const repository = () => repositoryOf(sandbox);
const comment = async () => (await sandbox.contributor.comment(number)) ?? "";
/** Ids of all check runs that the pull request ever had on its head, newest last, with what they came to. */
async function runs(): Promise<{ id: number; conclusion: string | null }[]> {
  const { headSha } = (await repository().pullRequest(number))!;
  const found = await sandbox.github<{ check_runs: { id: number; conclusion: string | null }[] }>(
    `/commits/${headSha}/check-runs?check_name=trueup&filter=all`,
  );
  const ids = (found?.check_runs ?? []).map(({ id, conclusion }) => ({ id, conclusion }));
  return ids.toSorted((one, other) => one.id - other.id);
}

/** Does something, and waits for another check run that is completed, and for a comment that says so. */
async function replanned(act: () => Promise<unknown>, says: RegExp): Promise<void> {
  const before = (await runs()).at(-1)!.id;
  await act();
  await waitFor(
    "another check run",
    async () => (await runs()).at(-1),
    (run) => run !== undefined && run.id > before && run.conclusion !== null,
  );
  await waitFor(`the comment says ${says}`, comment, (text) => says.test(text));
}

/** What was set off before may still be told: pods become ready, and the plan says so. */
async function settledRuns(): ReturnType<typeof runs> {
  for (let before = await runs(); ; ) {
    await sleep(2_000);
    const now = await runs();
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}

const configMaps = "/api/v1/namespaces/demo/configmaps";
const deployments = "/apis/apps/v1/namespaces/demo/deployments";

test("another commit of the pull request", () =>
  replanned(() => edit(sandbox.github, "change", { "shop/a.yaml": configMap("a", "3") }), /`3` \| this pull request/));

test("a forced push", () =>
  replanned(async () => {
    const main = await repository().resolve("main");
    await sandbox.github("/git/refs/heads/change", { method: "PATCH", body: { sha: main, force: true } });
    await edit(sandbox.github, "change", {
      "shop/a.yaml": configMap("a", "4"),
      "shop/web.yaml": deployment(2),
      "shop/fresh.yaml": configMap("fresh", "1"),
    });
  }, /`4` \| this pull request/));

test("a push to the base that changes the same system", () =>
  replanned(async () => {
    await edit(sandbox.github, "main", { "shop/web.yaml": deployment(3) });
    await edit(sandbox.github, "change", { "shop/web.yaml": deployment(3) });
  }, /^((?!spec\.replicas).)*$/s));

test("a live value that somebody changes", () =>
  replanned(() => patch(`${configMaps}/a`, { data: { v: "by hand" } }), /by hand/));

test("somebody takes that back", () =>
  replanned(() => patch(`${configMaps}/a`, { data: { v: "1" } }), /`1` \| `4` \| this pull request/));

test("a key that somebody adds, which Git does not describe", () =>
  replanned(() => patch(`${configMaps}/a`, { data: { extra: "theirs" } }), /extra/));

test("an object of the plan that somebody deletes", () =>
  replanned(() => sandbox.kubernetes(`${configMaps}/a`, { method: "DELETE" }), /create.*ConfigMap.*demo\/a/));

test("an object that the plan would make, and somebody makes first", () =>
  replanned(
    () =>
      sandbox.kubernetes(configMaps, {
        method: "POST",
        body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "fresh" }, data: { v: "theirs" } },
      }),
    /(adopt|Held).*demo\/fresh/,
  ));

test("and deletes that one again", () =>
  replanned(() => sandbox.kubernetes(`${configMaps}/fresh`, { method: "DELETE" }), /create.*demo\/fresh/));

test("another base branch", () =>
  replanned(async () => {
    await repository().createBranch("release", "main");
    await sandbox.github(`/pulls/${number}`, { method: "PATCH", body: { base: "release" } });
  }, /No system tracks branch `release`/));

test("and back, with a push to the base elsewhere, which changes no plan and writes no other check", async () => {
  await replanned(() => sandbox.github(`/pulls/${number}`, { method: "PATCH", body: { base: "main" } }), /2 create/);
  const before = await settledRuns();
  await edit(sandbox.github, "main", { "side/c.yaml": configMap("c", "2") });
  await sleep(3_000);
  expect(await runs()).toEqual(before);
});

test("a status that somebody writes makes no other plan", async () => {
  const before = [await settledRuns(), await comment()];
  await patch(`${deployments}/web/status`, { status: { observedGeneration: 99 } });
  await sleep(3_000);
  expect([await runs(), await comment()]).toEqual(before);
});
