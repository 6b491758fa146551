import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import { firstSync, startTestSandbox, type TestSandbox } from "../harness/sandbox.ts";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  await firstSync(sandbox);
});
afterAll(() => sandbox?.dispose());

interface Live {
  metadata: { uid: string; labels: { [name: string]: string } };
  spec: { replicas: number; template: { spec: { containers: { image: string; env?: unknown[] }[] } } };
}
const path = "/apis/apps/v1/namespaces/demo/deployments/nginx";
const live = () => sandbox.kubernetes<Live>(path);
const merge = (body: unknown) =>
  sandbox.kubernetes(`${path}?fieldManager=kubectl-patch`, {
    method: "PATCH",
    contentType: "application/merge-patch+json",
    body,
  });

test("a scaled Deployment is scaled back", async () => {
  await sandbox.kubernetes(`${path}/scale?fieldManager=kubectl`, {
    method: "PATCH",
    contentType: "application/merge-patch+json",
    body: { spec: { replicas: 1 } },
  });
  await waitFor("3 replicas again", live, (found) => found?.spec.replicas === 3);
});

test("an image changed by hand is put back, and the audit trail names the writer", async () => {
  const before = (await live())?.spec.template.spec.containers[0]?.image;
  await merge({ spec: { template: { spec: { containers: [{ name: "nginx", image: "evil.example/x:1" }] } } } });
  await waitFor("the image is back", live, (found) => found?.spec.template.spec.containers[0]?.image === before);
  await waitFor(
    "the audit trail names kubectl-patch",
    () => sandbox.bot.audit(),
    (lines) => lines.some(({ what }) => what.includes("kubectl-patch")),
  );
});

test("a label taken off comes back", async () => {
  const label = "app.kubernetes.io/name";
  const before = (await live())?.metadata.labels[label];
  expect(before).toBeDefined();
  await merge({ metadata: { labels: { [label]: null } } });
  await waitFor("the label is back", live, (found) => found?.metadata.labels[label] === before);
});

test("taking the inventory's label off does not let an object escape", async () => {
  const label = "applyset.kubernetes.io/part-of";
  const before = (await live())?.metadata.labels[label];
  expect(before).toBeDefined();
  await merge({ metadata: { labels: { [label]: null } } });
  await waitFor("the label is back", live, (found) => found?.metadata.labels[label] === before);
});

test("what somebody adds and Git does not describe is left alone", async () => {
  await merge({ metadata: { labels: { mine: "yes" } } });
  await sandbox.administrator.patchShape("star", { color: "red" }, "somebody");
  await waitFor(
    "the star is itself",
    () => sandbox.administrator.shape("star"),
    (shape) => shape?.color !== "red",
  );
  expect((await live())?.metadata.labels.mine).toBe("yes");
});

test("a deleted Deployment is made again", async () => {
  const before = (await live())?.metadata.uid;
  await sandbox.kubernetes(path, { method: "DELETE" });
  await waitFor("it is another one", live, (found) => found !== undefined && found.metadata.uid !== before);
});

test("a deleted namespace is rebuilt with all that was in it", async () => {
  await sandbox.kubernetes("/api/v1/namespaces/demo", { method: "DELETE" });
  await waitFor(
    "the star is gone",
    () => sandbox.administrator.shape("star"),
    (shape) => shape === undefined,
  );
  await firstSync(sandbox);
});
