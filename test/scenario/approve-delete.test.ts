import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonApi } from "../../src/sandbox/story/json-api.ts";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import {
  answered,
  answerTo,
  edit,
  propose,
  repositoryOf,
  says,
  startTestSandbox,
  type TestSandbox,
} from "../harness/sandbox.ts";

const config = (more = "") =>
  `systems:\n  shop:\n    cluster: sandbox\n    path: shop\n    namespace: demo\n${more}  side:\n    cluster: sandbox\n    path: side\n    namespace: demo\n`;
const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  v: "1"\n`;
const kept = (name: string) =>
  configMap(name).replace("metadata:\n", "metadata:\n  annotations: {trueup.dev/protect: 'true'}\n");
const names = ["orders", "carts", "users", "logs", "mails", "bills"];

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    files: {
      ".trueup.yaml": config("    approvers: ['@acme/ops']\n"),
      "shop/a.yaml": configMap("a"),
      "side/b.yaml": configMap("b"),
      ...Object.fromEntries(names.map((name) => [`shop/${name}.yaml`, kept(name)])),
    },
  });
  await waitFor("all is there", () => there("orders"), Boolean);
  const { maintainer } = sandbox.info;
  const api = jsonApi({ base: sandbox.info.api, token: maintainer.token });
  await api("/orgs/acme/teams", { method: "POST", body: { name: "Ops" } });
  await api(`/orgs/acme/teams/ops/memberships/${maintainer.login}`, { method: "PUT", body: {} });
});
afterAll(() => sandbox?.dispose());

const there = (name: string) => sandbox.kubernetes<object>(`/api/v1/namespaces/demo/configmaps/${name}`);
const repository = () => repositoryOf(sandbox);
const headOf = async (number: number) => (await repository().pullRequest(number))!.headSha;
const checkOf = (number: number, wanted: string) =>
  waitFor(
    `#${number} is at ${wanted}`,
    () => sandbox.contributor.check(number),
    (found) => found === wanted,
  );
const commentOf = (number: number, words: RegExp) => says(sandbox, number, words);
const approve = async (number: number, sha: string, who = sandbox.info.maintainer.login) => {
  const { id } = await repository().addComment(number, `/trueup approve-delete ${sha.slice(0, 12)}`, who);
  return id;
};
const answer = (number: number, commentId: number) => answerTo(sandbox, number, commentId);
const merge = (number: number, method: "merge" | "squash") =>
  sandbox.github(`/pulls/${number}/merge`, { method: "PUT", body: { merge_method: method } });

test("a held deletion is carried out after a squash merge, once somebody other than the author has approved it", async () => {
  const number = await propose(sandbox, "no-orders", { "shop/orders.yaml": null });
  const { check, comment } = await answered(sandbox, number);
  expect(check).toBe("action_required");
  const sha = await headOf(number);
  expect(comment).toContain(
    `Held until someone of \`acme/ops\`, other than the author, writes \`/trueup approve-delete ${sha.slice(0, 12)}\`.`,
  );

  expect(await answer(number, await approve(number, sha, sandbox.forge.person.login))).toContain(
    "Whoever brings deletions",
  );
  expect(await answer(number, await approve(number, "abcdef1"))).toContain("head is not `abcdef1`");
  expect(await sandbox.contributor.check(number)).toBe("action_required");

  await approve(number, sha);
  await checkOf(number, "success");
  const told = await commentOf(number, /\*\*Deletes\*\*/);
  expect(told).toContain(`approved by \`${sandbox.info.maintainer.login}\``);
  await merge(number, "squash");
  await waitFor(
    "orders is gone",
    () => there("orders"),
    (live) => live === undefined,
  );
  await commentOf(number, /healthy/);
});

test("an approval is void once the head moves, though the files are the same", async () => {
  const number = await propose(sandbox, "no-carts", { "shop/carts.yaml": null });
  await answered(sandbox, number);
  const sha = await headOf(number);
  await approve(number, sha);
  await checkOf(number, "success");
  await edit(sandbox.github, "no-carts", { "README.md": "# More\n" });
  await checkOf(number, "action_required");
  expect(await answer(number, await approve(number, sha))).toContain("head is not");
  await merge(number, "merge");
  await commentOf(number, /shop` held/);
  expect(await there("carts")).toBeDefined();

  // Merged and held: approved where it is told, for what is rolled out, and though the branch has gone on elsewhere.
  expect(await answer(number, await approve(number, await headOf(number)))).toContain(
    "is not what holds deletions now",
  );
  const comment = (await sandbox.contributor.comment(number)) ?? "";
  const command = /`\/trueup approve-delete ([0-9a-f]{12})`/.exec(comment)?.[1];
  await edit(sandbox.github, "main", { "README.md": "# Elsewhere\n" });
  await sleep(1_000);
  await approve(number, command ?? "");
  await waitFor(
    "carts is gone",
    () => there("carts"),
    (live) => live === undefined,
  );
  await commentOf(number, /healthy/);
});

test("an approval is void once the base is another one: retargeted there and back, the deletion stays held", async () => {
  await sandbox.contributor.branch("stable");
  const retarget = (number: number, base: string) =>
    sandbox.github(`/pulls/${number}`, { method: "PATCH", body: { base } });
  const number = await propose(sandbox, "no-bills", { "shop/bills.yaml": null });
  await answered(sandbox, number);
  await approve(number, await headOf(number));
  await checkOf(number, "success");
  await retarget(number, "stable");
  await commentOf(number, /No system tracks branch/);
  await retarget(number, "main");
  await checkOf(number, "action_required");
  await merge(number, "merge");
  await commentOf(number, /shop` held/);
  expect(await there("bills")).toBeDefined();
});

test("an approval does not count when the merge deletes more than was approved", async () => {
  const number = await propose(sandbox, "no-users", { "shop/users.yaml": null });
  const other = await propose(sandbox, "no-logs", { "shop/logs.yaml": null });
  await answered(sandbox, number);
  await answered(sandbox, other);
  await approve(number, await headOf(number));
  await checkOf(number, "success");
  await merge(other, "merge");
  await commentOf(other, /shop` held/);
  await checkOf(number, "action_required");
  await merge(number, "squash");
  await commentOf(number, /shop` held/);
  expect(await there("users")).toBeDefined();
  expect(await there("logs")).toBeDefined();
});

test("whoever pushed to somebody else's pull request, or had the bot open one, cannot approve it", async () => {
  const { maintainer } = sandbox.info;
  const number = await propose(sandbox, "two-hands", { "README.md": "# By two\n" });
  const content = Buffer.from((await repository().file("main", "shop/mails.yaml"))!.content).toString();
  await repository().commitFile({
    branch: "two-hands",
    path: "shop/mails.yaml",
    content: null,
    message: "Take it out",
    author: maintainer.login,
  });
  await checkOf(number, "action_required");
  expect(await answer(number, await approve(number, await headOf(number)))).toContain("Whoever brings deletions");

  const added = await propose(sandbox, "added", { "shop/new.yaml": content.replaceAll("mails", "new") });
  await answered(sandbox, added);
  await merge(added, "merge");
  await waitFor("new is there", () => there("new"), Boolean);
  await repository().addComment(added, "/trueup rollback", maintainer.login);
  const opened = () =>
    repository()
      .pullRequests("open")
      .find(({ head }) => head.startsWith("trueup/rollback"))?.number;
  const back = (await waitFor(
    "the rollback",
    async () => opened(),
    (found) => found !== undefined,
  ))!;
  await checkOf(back, "action_required");
  expect(await answer(back, await approve(back, await headOf(back)))).toContain("Whoever brings deletions");
});

test("who approves is up to the base's policy: a pull request that names others changes nothing for itself", async () => {
  const strict = await propose(sandbox, "strict", { ".trueup.yaml": config("    approvers: ['@somebody']\n") });
  await answered(sandbox, strict);
  await merge(strict, "merge");
  // What a commit meets are the rules of the one that the cluster has come to before it.
  await commentOf(strict, /deployed in \d+ s/);
  const files = { ".trueup.yaml": config(), "shop/mails.yaml": null };
  const number = await propose(sandbox, "no-mails", files);
  const { comment } = await answered(sandbox, number);
  expect(comment).toContain("Held until someone of `somebody`");
  const told = await answer(number, await approve(number, await headOf(number)));
  expect(told).toContain("Deletions of `shop` are approved by someone of `somebody`.");
  expect(await sandbox.contributor.check(number)).toBe("action_required");
});
