import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import { answered, edit, firstSync, propose, startTestSandbox, type TestSandbox } from "../harness/sandbox.ts";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  await firstSync(sandbox);
});
afterAll(() => sandbox?.dispose());

const configMap = (name: string, more = "") => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;

/** What is wrong, where it is told, and what makes it right again. */
const cases: {
  title: string;
  path: string;
  content: string | Uint8Array | ((text: string) => string);
  says: RegExp[];
}[] = [
  {
    title: "broken YAML",
    path: "deployment.yaml",
    content: (text) => text.replace("spec:", "spec: ["),
    says: [/deployment\.yaml:\d+/],
  },
  {
    title: "an unknown field",
    path: "deployment.yaml",
    content: (text) => text.replace("replicas:", "replica:"),
    says: [/deployment\.yaml:9/, /replica/, /replicas/],
  },
  {
    title: "a wrong type",
    path: "deployment.yaml",
    content: (text) => text.replace("replicas: 3", 'replicas: "three"'),
    says: [/deployment\.yaml:9/, /whole number/],
  },
  {
    title: "an unknown kind",
    path: "odd.yaml",
    content: "apiVersion: example.com/v1\nkind: Frobnicator\nmetadata:\n  name: odd\n",
    says: [/odd\.yaml:\d/, /Frobnicator/],
  },
  {
    title: "two files with the same object",
    path: "again.yaml",
    content: "apiVersion: v1\nkind: Service\nmetadata:\n  name: nginx\nspec:\n  ports:\n    - port: 80\n",
    says: [/(again|service)\.yaml:\d/, /again\.yaml/, /service\.yaml/],
  },
  { title: "a broken .trueup.yaml", path: ".trueup.yaml", content: "systems: [", says: [/\.trueup\.yaml:1/] },
  {
    title: "a .trueup.yaml that points outside the repository",
    path: ".trueup.yaml",
    content: (text) => text.replace(/path: .*/, "path: ../elsewhere"),
    says: [/\.trueup\.yaml:\d/, /path/],
  },
  {
    title: "a binary file",
    path: "blob.yaml",
    content: new Uint8Array([0x00, 0xff, 0xfe, 0x80, 0x81, 0x00]),
    says: [/blob\.yaml/],
  },
  {
    title: "a file of 10 MB",
    path: "large.yaml",
    content: `# ${"x".repeat(10_000_000)}\n`,
    says: [/large\.yaml/, /5 MiB/],
  },
  {
    title: "tabs",
    path: "tabs.yaml",
    content: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: tabs\n",
    says: [/tabs\.yaml:4/, /tab/i],
  },
];

test.each(cases)(
  "$title ends in a red check that says where, nothing is applied, and the next push recovers",
  async ({ title, path, content, says }) => {
    const branch = title.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase();
    const number = await propose(sandbox, branch, { [path]: content });
    const { check, comment } = await answered(sandbox, number);
    expect({ check, comment }).toMatchObject({ check: "failure" });
    for (const words of says) expect(comment).toMatch(words);

    await edit(sandbox.github, branch, { [path]: await onMain(path), "fine.yaml": configMap(`fine-${branch}`) });
    await waitFor(
      "the check is green",
      () => sandbox.contributor.check(number),
      (found) => found === "success",
    );
    expect(await sandbox.contributor.comment(number)).toMatch(/1 create/);
  },
);

test("CRLF line ends are read as they are meant", async () => {
  const number = await propose(sandbox, "crlf", {
    "crlf.yaml": configMap("crlf", "data:\n  a: b\n").replaceAll("\n", "\r\n"),
  });
  const { check, comment } = await answered(sandbox, number);
  expect(check).toBe("success");
  expect(comment).toMatch(/1 create/);
});

test("a broken state that was merged all the same changes nothing in the cluster, and is told", async () => {
  const number = await propose(sandbox, "merged-broken", {
    "deployment.yaml": (text) => text.replace("replicas: 3", "replicas: many"),
  });
  expect((await answered(sandbox, number)).check).toBe("failure");
  await sandbox.contributor.merge(number);
  await waitFor(
    "the failure is told",
    () => sandbox.contributor.comment(number),
    (text) => /fail|cannot/i.test(text ?? ""),
  );
  expect((await sandbox.administrator.deployment("nginx"))?.ready).toBe(3);
  const repair = await propose(sandbox, "repair", {
    "deployment.yaml": (text) => text.replace("replicas: many", "replicas: 4"),
  });
  expect(await answered(sandbox, repair)).toMatchObject({ check: "success" });
  await sandbox.contributor.merge(repair);
  await waitFor(
    "4 are ready",
    () => sandbox.administrator.deployment("nginx"),
    (found) => found?.ready === 4,
  );
});

async function onMain(path: string): Promise<string | null> {
  const found = await sandbox.github<{ content: string }>(`/contents/${path}?ref=main`);
  return found === undefined ? null : Buffer.from(found.content, "base64").toString();
}
