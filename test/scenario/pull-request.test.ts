import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import { answered, edit, firstSync, propose, startTestSandbox, type TestSandbox } from "../harness/sandbox.ts";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  await firstSync(sandbox);
});
afterAll(() => sandbox?.dispose());

/** Rows of the field tables: `field | now | after merging | why`. */
const fieldRows = (comment: string): string[] => comment.split("\n").filter((line) => /^\| `[a-z]+[.[]/.test(line));

test("a changed number is planned as that one field, merged, live, and told in the same comment", async () => {
  const number = await propose(sandbox, "five", {
    "deployment.yaml": (text) => text.replace("replicas: 3", "replicas: 5"),
  });
  const { check, comment } = await answered(sandbox, number);
  expect(check).toBe("success");
  expect(fieldRows(comment)).toHaveLength(1);
  expect(fieldRows(comment)[0]).toMatch(/`spec.replicas` \| `3` \| `5` \| this pull request/);

  await sandbox.contributor.merge(number);
  await waitFor(
    "5 are ready",
    () => sandbox.administrator.deployment("nginx"),
    (found) => found?.ready === 5,
  );
  await waitFor(
    "the Deployment succeeded",
    () => sandbox.contributor.deploymentState(),
    (state) => state === "success",
  );
  await waitFor(
    "the comment tells it",
    () => sandbox.contributor.comment(number),
    (text) => text?.includes("deployed"),
  );
  const all = await sandbox.github<{ user: { type: string } }[]>(`/issues/${number}/comments`);
  expect(all?.filter(({ user }) => user.type === "Bot")).toHaveLength(1);
});

test("a pull request that deletes a file plans exactly its objects, and merging prunes them", async () => {
  const number = await propose(sandbox, "no-service", { "service.yaml": null });
  const { check, comment } = await answered(sandbox, number);
  expect(check).toBe("success");
  expect(comment).toMatch(/1 delete/);
  expect(comment).toMatch(/Service/);
  expect(comment).not.toMatch(/\d+ (create|update)/);
  await sandbox.contributor.merge(number);
  await waitFor(
    "the Service is gone",
    () => sandbox.kubernetes("/api/v1/namespaces/demo/services/nginx"),
    (found) => found === undefined,
  );
});

test("a new object is planned as a create, and is there after merging", async () => {
  const number = await propose(sandbox, "settings", {
    "settings.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  colour: purple\n",
  });
  const { check, comment } = await answered(sandbox, number);
  expect(check).toBe("success");
  expect(comment).toMatch(/1 create/);
  await sandbox.contributor.merge(number);
  await waitFor(
    "the ConfigMap is there",
    () => sandbox.kubernetes<{ data: object }>("/api/v1/namespaces/demo/configmaps/settings"),
    (found) => found !== undefined,
  );
});

test("a pull request that touches no system says so in green", async () => {
  const number = await propose(sandbox, "words", { "README.md": (text) => `${text}\nMore words.\n` });
  const { check, comment } = await answered(sandbox, number);
  expect(check).toBe("success");
  expect(comment).toMatch(/nothing changes/);
});

test("another push is planned in the same comment, and the old plan is gone", async () => {
  const number = await propose(sandbox, "twice", {
    "system-state.yaml": (text) => text.replace(/size: \d+/, "size: 70"),
  });
  expect((await answered(sandbox, number)).comment).toContain("`70`");
  await edit(sandbox.github, "twice", { "system-state.yaml": (text) => text.replace(/size: \d+/, "size: 80") });
  await waitFor(
    "80 is planned",
    () => sandbox.contributor.comment(number),
    (text) => text?.includes("`80`"),
  );
  const comments = await sandbox.github<{ body: string; user: { type: string } }[]>(`/issues/${number}/comments`);
  const own = comments?.filter(({ user }) => user.type === "Bot") ?? [];
  expect(own).toHaveLength(1);
  expect(own[0]?.body).not.toContain("`70`");
});

test("a pull request that conflicts is told so, with the files, and nothing can be merged", async () => {
  const first = await propose(sandbox, "conflict-a", {
    "system-state.yaml": (text) => text.replace(/color: \S+/, "color: green"),
  });
  const second = await propose(sandbox, "conflict-b", {
    "system-state.yaml": (text) => text.replace(/color: \S+/, "color: orange"),
  });
  await answered(sandbox, first);
  await answered(sandbox, second);
  await sandbox.contributor.merge(first);
  const comment = await waitFor(
    "the conflict is told",
    () => sandbox.contributor.comment(second),
    (text) => text?.includes("conflict"),
  );
  expect(comment).toContain("system-state.yaml");
  await waitFor(
    "the check is red",
    () => sandbox.contributor.check(second),
    (check) => check === "failure",
  );
});
