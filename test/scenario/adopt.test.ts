import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import {
  answered,
  answerTo,
  mergePatch,
  propose,
  repositoryOf,
  startTestSandbox,
  type TestSandbox,
} from "../harness/sandbox.ts";

const config =
  "systems:\n  shop:\n    cluster: sandbox\n    path: shop\n    namespace: demo\n    heal: false\n  side:\n    cluster: sandbox\n    path: side\n    namespace: demo\n";
const settings = `# What the shop is set to.
apiVersion: v1
kind: ConfigMap
metadata:
    name:   settings   # odd, and to stay so
data:
    level: "info" # how much is logged
    mode: 'slow'
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {v: "1"}
`;
const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {token: first}\n";

let sandbox: TestSandbox;
let number: number;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    files: {
      ".trueup.yaml": config,
      "shop/settings.yaml": settings,
      "shop/keys.yaml": secret,
      "side/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {v: '1'}\n",
      "README.md": "#\n",
    },
  });
  await waitFor("all is there", () => live("settings"), Boolean);
  await waitFor("c is there", () => live("c"), Boolean);
  number = await propose(sandbox, "readme", { "README.md": "# Read me\n" });
  await answered(sandbox, number);
});
afterAll(() => sandbox?.dispose());

const configMaps = "/api/v1/namespaces/demo/configmaps";
const live = (name: string) => sandbox.kubernetes<{ data: Record<string, string> }>(`${configMaps}/${name}`);
const patch = (path: string, body: object) => mergePatch(sandbox, path, body);
const repository = () => repositoryOf(sandbox);
async function ask(text: string): Promise<string> {
  const { id } = await repository().addComment(number, text);
  return answerTo(sandbox, number, id);
}
const fileOf = async (pull: number, path: string) => {
  const { headSha } = (await repository().pullRequest(pull))!;
  return Buffer.from((await repository().file(headSha, path))!.content).toString();
};
const opened = (answer: string) => Number(/#(\d+) writes/.exec(answer)?.[1]);

test("where nothing has drifted, diff says so and adopt opens nothing", async () => {
  expect(await ask("/trueup diff")).toContain("nothing has drifted");
  const before = repository().pullRequests("all").length;
  expect(await ask("/trueup adopt")).toContain("Nothing that could be adopted has drifted.");
  expect(repository().pullRequests("all")).toHaveLength(before);
});

test("what somebody changed is shown, and adopted into just the value that drifted; merging that leaves nothing drifted", async () => {
  await patch(`${configMaps}/settings`, { data: { level: "debug" } });
  const shown = await ask("/trueup diff");
  expect(shown).toContain("1 object not as in Git");
  expect(shown).toMatch(/`data.level` \| `debug` \| `info` \| \*\*drift\*\*/);
  const pull = opened(await ask("/trueup adopt"));
  expect(await fileOf(pull, "shop/settings.yaml")).toBe(settings.replace('"info"', '"debug"'));
  await answered(sandbox, pull);
  await sandbox.contributor.merge(pull);
  await waitFor(
    "nothing has drifted",
    () => ask("/trueup diff"),
    (text) => text.includes("nothing has drifted"),
  );
  expect((await live("settings"))?.data.level).toBe("debug");
});

test("what somebody added is adopted when its object is named, and only then", async () => {
  await patch(`${configMaps}/settings`, { data: { extra: "yes" } });
  expect(await ask("/trueup adopt")).toContain("Nothing that could be adopted");
  const pull = opened(await ask("/trueup adopt ConfigMap/settings"));
  const text = await fileOf(pull, "shop/settings.yaml");
  expect(text).toBe(
    settings.replace('"info"', '"debug"').replace("    mode: 'slow'\n", "    mode: 'slow'\n    extra: 'yes'\n"),
  );
});

test("a secret that somebody changed is told of, and its value is nowhere", async () => {
  await patch("/api/v1/namespaces/demo/secrets/keys", { stringData: { token: "canary-value" } });
  const shown = await ask("/trueup diff");
  expect(shown).toContain("data.token");
  const answer = await ask("/trueup adopt keys");
  expect(answer).toContain("holds a credential");
  const all = JSON.stringify([repository().comments(number), await repository().pullRequests("all"), shown, answer]);
  expect(all).not.toContain("canary-value");
  expect(all).not.toContain(Buffer.from("canary-value").toString("base64"));
});

test("what somebody deleted cannot be adopted, and the answer says what to do instead", async () => {
  await sandbox.kubernetes(`${configMaps}/other`, { method: "DELETE" });
  expect(await ask("/trueup adopt other")).toContain(
    "was deleted in the cluster; to keep it so, take it out of `shop/settings.yaml`",
  );
});
