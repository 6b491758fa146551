import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import {
  answered,
  answerTo,
  mergePatch,
  propose,
  repositoryOf,
  says,
  startTestSandbox,
  type TestSandbox,
} from "../harness/sandbox.ts";
import { canary, leaksIn } from "./canary/canary.ts";
import { broken, definition, manifestsOf, places } from "./canary/places.ts";
import { refused, refusing } from "./canary/refused.ts";
import { leaks, pagesOf, storeOf, writtenOnForge } from "./canary/written.ts";

const system = (name: string, heal: boolean) =>
  `  ${name}:\n    cluster: sandbox\n    path: ${name}\n    namespace: ${name}\n    heal: ${heal}\n    timeout: 1m\n`;
const config = `systems:\n${system("shop", false)}${system("healed", true)}`;
/** Each kind of them once. */
const healed = ["secret-data", "env-value", "key-password"];
/** What holds the secret there is the API server's or kubectl's to write, and not applied. */
const writtenByCluster = ["last-applied", "secret-last-applied"];
const mask = "********";

let sandbox: TestSandbox;
const logs: string[] = [];
/** A pull request that changes the secret in all places, to be merged. */
let rotation: number;
/** One that changes what cannot be changed. */
let refusal: number;

beforeAll(async () => {
  const shop = manifestsOf("shop", "first");
  const kept = manifestsOf("healed", "first");
  sandbox = await startTestSandbox({
    namespace: "shop",
    logger: (name) => pino({ name, level: "trace" }, { write: (line) => void logs.push(line) }),
    files: {
      ".trueup.yaml": config,
      "README.md": "#\n",
      "shop/definition.yaml": definition,
      ...shop,
      ...refused("shop", "first"),
      ...Object.fromEntries(healed.map((name) => [`healed/${name}.yaml`, kept[`healed/${name}.yaml`]!])),
    },
  });
  await settled("healed");
  await settled("shop");
});
afterAll(() => sandbox?.dispose());

const repository = () => repositoryOf(sandbox);
const core = (namespace: string, plural: string, name: string) => `/api/v1/namespaces/${namespace}/${plural}/${name}`;
const deployment = (namespace: string, name: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
const vault = (namespace: string, name: string) => `/apis/demo.example.com/v1/namespaces/${namespace}/vaults/${name}`;
const write = (path: string, body: object) => mergePatch(sandbox, `${path}?fieldManager=kubectl-edit`, body);
const settled = (name: string) =>
  waitFor(
    `${name} is deployed`,
    async () => repository().deployments(),
    (all) => all.find(({ environment }) => environment.startsWith(name))?.statuses[0]?.state === "success",
  );
async function ask(number: number, text: string): Promise<string> {
  const { id } = await repository().addComment(number, text, sandbox.info.maintainer.login);
  return answerTo(sandbox, number, id);
}
const tells = (number: number, words: RegExp) => says(sandbox, number, words);
/** What a comment tells of one object. */
const toldOf = (comment: string, name: string): string =>
  comment
    .split("<details")
    .find((part) => part.includes(`/${name}</code></summary>`) || part.includes(`/${name}</code> ·`)) ?? "";
const written = async (number: number, path: string): Promise<string> => {
  const { headSha } = (await repository().pullRequest(number))!;
  return (await repository().file(headSha, path))!.content.toString();
};

test("what is looked for is found in each of the places, were it shown", () => {
  expect(places.length).toBeGreaterThan(20);
  for (const { name, manifest } of places) expect.soft(leaksIn(name, manifest(canary)), name).not.toEqual([]);
  for (const [name, text] of Object.entries(broken)) expect.soft(leaksIn(name, text), name).not.toEqual([]);
});

test("a secret that is changed in every place is planned as a change of each, with a mask of one length", async () => {
  rotation = await propose(sandbox, "rotate", manifestsOf("shop", "second"));
  const { check, comment } = await answered(sandbox, rotation);
  expect({ check, comment }).toMatchObject({ check: "success" });
  for (const { name } of places.filter((place) => !writtenByCluster.includes(place.name))) {
    expect.soft(toldOf(comment, name), name).toMatch(/1 field(?:.|\n)*[Tt]his pull request; what changes is masked/);
  }
  for (const name of writtenByCluster) expect.soft(comment).toMatch(new RegExp(`shop/${name}.yaml:.*is left out`));
  for (const masked of comment.match(/\*{3,}/g)!) expect(masked).toBe(mask);
});

test("a secret that is new in every place is not shown", async () => {
  const number = await propose(sandbox, "later", {
    ".trueup.yaml": `${config}${system("later", true)}`,
    ...manifestsOf("later", "first"),
  });
  const { check, comment } = await answered(sandbox, number);
  expect({ check, comment }).toMatchObject({ check: "success" });
});

test("a file that cannot be read does not give away the secret on the very line", async () => {
  const number = await propose(
    sandbox,
    "broken",
    Object.fromEntries(Object.entries(broken).map(([name, text]) => [`shop/broken/${name}.yaml`, text])),
  );
  const { check, comment } = await answered(sandbox, number);
  expect(check).toBe("failure");
  for (const name of Object.keys(broken)) expect.soft(comment, name).toContain(`${name}.yaml`);
});

test("a refusal of the API server does not quote the secret that it is about", async () => {
  refusal = await propose(sandbox, "refused", refused("shop", "second"));
  const { check, comment } = await answered(sandbox, refusal);
  expect(check).toBe("failure");
  for (const name of refusing) expect.soft(comment, name).toContain(`shop/${name}`);
});

test("a secret that somebody writes into the cluster is told as drift, and put into no pull request", async () => {
  await write(core("shop", "secrets", "secret-data"), { stringData: { word: `${canary}third` } });
  await write(core("shop", "configmaps", "key-password"), { data: { password: `${canary}third` } });
  await write(core("shop", "configmaps", "text-url"), { data: { settings: `see redis://:${canary}@cache:1/\n` } });
  await write(vault("shop", "custom-token"), { spec: { token: `${canary}third` } });
  await write(deployment("shop", "env-value"), {
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: "main",
              image: "example.com/main:2",
              env: [
                { name: "DB_PASSWORD", value: `${canary}third` },
                { name: "API_TOKEN", value: `${canary}added` },
              ],
            },
          ],
        },
      },
    },
  });
  await sandbox.kubernetes(core("shop", "secrets", "secret-string-data"), { method: "DELETE" });
  const shown = await ask(rotation, "/trueup diff");
  for (const name of ["secret-data", "key-password", "text-url", "custom-token", "env-value", "secret-string-data"]) {
    expect.soft(shown, name).toContain(name);
  }
  await ask(rotation, "/trueup adopt");
  const answer = await ask(rotation, "/trueup adopt Deployment/env-value");
  const file = await written(Number(/#(\d+) writes/.exec(answer)?.[1]), "shop/env-value.yaml");
  expect(file).toContain("example.com/main:2");
  expect(file).not.toMatch(/third|added/);
  for (const name of ["secret-data", "key-password", "text-url"]) {
    expect(await ask(rotation, `/trueup adopt ${name}`)).toMatch(
      /holds a credential, which is never written into Git; edit it by hand/,
    );
  }
});

test("a secret that is written over and healed stands in no audit trail", async () => {
  await write(core("healed", "secrets", "secret-data"), { stringData: { word: `${canary}third` } });
  await write(core("healed", "configmaps", "key-password"), { data: { password: `${canary}third` } });
  await write(deployment("healed", "env-value"), {
    spec: {
      template: {
        spec: {
          containers: [
            { name: "main", image: "example.com/main:1", env: [{ name: "DB_PASSWORD", value: `${canary}third` }] },
          ],
        },
      },
    },
  });
  for (const name of healed) {
    await waitFor(
      `${name} is healed`,
      () => sandbox.bot.audit(),
      (lines) =>
        lines.some(
          ({ what }) => what.includes("healed drift") && /kubectl-edit/.test(what.split(`healed/${name}:`)[1] ?? ""),
        ),
    );
  }
});

test("merging the change tells that it is done", async () => {
  await sandbox.contributor.merge(rotation);
  await tells(rotation, /deployed in/);
});

test("a rollout that fails by a bad image does not tell the login in its address", async () => {
  const number = await propose(sandbox, "bad-image", {
    "healed/env-value.yaml": (text) =>
      text.replace("replicas: 0", "replicas: 1").replace("example.com/main:1", `app:${canary}@registry.invalid/main:1`),
  });
  await answered(sandbox, number);
  await sandbox.contributor.merge(number);
  const told = await tells(number, /cannot be pulled \(/);
  expect(told).toContain(`image \`app:${mask}@registry.invalid/main:1\``);
  expect(await ask(number, "/trueup rollback")).toMatch(/#\d+ takes `healed` back/);
});

test("a refusal during the rollout is told without the secret", async () => {
  await sandbox.contributor.merge(refusal);
  expect(await tells(refusal, /failed/)).toContain("immutable-secret");
});

test("a deleted secret is planned as that", async () => {
  const number = await propose(sandbox, "gone", { "shop/secret-data.yaml": null, "shop/key-password.yaml": null });
  const { comment } = await answered(sandbox, number);
  expect(comment).toContain("secret-data");
});

test("the secret stands in nothing that trueup has written: comments, checks, deployments, pull requests, pages, logs, store", async () => {
  const forge = await writtenOnForge(sandbox);
  const pages = await pagesOf(sandbox);
  await sandbox.forge.settled();
  await sandbox.stop();
  const store = await storeOf(sandbox.dir);
  expect([...pages.keys()].filter((page) => !page.endsWith("(200)"))).toEqual([]);
  for (const table of ["plans", "touches", "rollouts", "commands", "audit"]) {
    expect.soft(store.get(`table ${table}`)?.length, table).toBeGreaterThan(10);
  }
  expect(logs.length).toBeGreaterThan(100);
  const all = new Map([...forge, ...pages, ...store, ["logs", logs.join("")]]);
  expect(leaks(all)).toEqual([]);
});
