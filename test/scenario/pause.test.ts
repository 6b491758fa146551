import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import {
  answered,
  mergePatch,
  propose,
  repositoryOf,
  says,
  startTestSandbox,
  type TestSandbox,
} from "../harness/sandbox.ts";

const configMap = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {v: "${value}"}\n`;

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    files: {
      ".trueup.yaml": "systems:\n  shop:\n    cluster: sandbox\n    path: shop\n    namespace: demo\n",
      "shop/a.yaml": configMap("a", "1"),
      "shop/b.yaml": configMap("b", "1"),
    },
  });
  await waitFor(
    "a is there",
    () => liveValue("a"),
    (value) => value === "1",
  );
});
afterAll(() => sandbox?.dispose());

const path = (name: string) => `/api/v1/namespaces/demo/configmaps/${name}`;
const liveValue = async (name: string) => (await sandbox.kubernetes<{ data: { v: string } }>(path(name)))?.data.v;
const patch = (name: string, value: string) => mergePatch(sandbox, path(name), { data: { v: value } });
const told = (number: number, words: RegExp) => says(sandbox, number, words);

test("while a system is paused nothing is written, who is held says so, and resume lets all of it go on", async () => {
  const number = await propose(sandbox, "two", { "shop/a.yaml": configMap("a", "2") });
  const other = await propose(sandbox, "three", { "shop/b.yaml": configMap("b", "3") });
  await answered(sandbox, number);
  await answered(sandbox, other);
  await sandbox.contributor.say(number, "/trueup pause 20m moving @everybody's database");
  await told(number, /`shop` is paused until .* UTC by `octavia`: .*moving/);
  await told(other, /`shop` is paused until/);

  await patch("b", "by hand");
  await sandbox.contributor.merge(number);
  await told(number, /deploying · `shop` `paused until .* by octavia: moving/);
  await sleep(2_000);
  expect([await liveValue("a"), await liveValue("b")]).toEqual(["1", "by hand"]);

  await sandbox.contributor.say(number, "/trueup resume");
  await waitFor(
    "a is 2",
    () => liveValue("a"),
    (value) => value === "2",
  );
  await waitFor(
    "b is healed",
    () => liveValue("b"),
    (value) => value === "1",
  );
  await told(number, /deployed in .* healthy/);
  await waitFor(
    "no longer",
    () => sandbox.contributor.comment(other),
    (text) => !text?.includes("is paused until"),
  );
});

test("a pause in the middle of a rollout keeps what it has not deleted yet", async () => {
  const slow =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: slow}\nspec:\n  minReadySeconds: 6\n  selector: {matchLabels: {app: slow}}\n  template:\n    metadata: {labels: {app: slow}}\n    spec: {containers: [{name: slow, image: 'nginx:1.29'}]}\n";
  const number = await propose(sandbox, "slow", { "shop/slow.yaml": slow, "shop/b.yaml": null });
  await answered(sandbox, number);
  await sandbox.contributor.merge(number);
  await told(number, /deploying · `shop` `.*slow/);
  await sandbox.contributor.say(number, "/trueup pause 20m");
  await told(number, /deploying · `shop` `paused until/);
  await sleep(8_000);
  expect(await liveValue("b")).toBe("1");
  await sandbox.contributor.say(number, "/trueup resume");
  await waitFor(
    "b is gone",
    () => liveValue("b"),
    (value) => value === undefined,
  );
});

test("a pause ends by itself", async () => {
  const number = await propose(sandbox, "four", { "shop/a.yaml": configMap("a", "4") });
  await answered(sandbox, number);
  await sandbox.contributor.say(number, "/trueup pause 5s");
  await told(number, /is paused until/);
  await patch("a", "by hand");
  await waitFor(
    "a is healed",
    () => liveValue("a"),
    (value) => value === "2",
  );
  await waitFor(
    "no longer",
    () => sandbox.contributor.comment(number),
    (text) => !text?.includes("is paused until"),
  );
});

test("a pause without a time is answered with how to write one", async () => {
  const number = await propose(sandbox, "five", { "shop/a.yaml": configMap("a", "5") });
  await answered(sandbox, number);
  await sandbox.contributor.say(number, "/trueup pause forever");
  const repository = repositoryOf(sandbox);
  const answer = await waitFor(
    "an answer",
    async () => repository.comments(number).find(({ body }) => body.includes("names no time"))?.body,
    (body) => body !== undefined,
  );
  expect(answer).toContain("/trueup pause 30m");
});
