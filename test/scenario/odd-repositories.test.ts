import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import { answered, edit, firstSync, propose, startTestSandbox, type TestSandbox } from "../harness/sandbox.ts";

let sandbox: TestSandbox | undefined;
afterEach(() => sandbox?.dispose());

const run = promisify(execFile);

/** A clone to work in with the real git; never synchronously, since the forge answers from this process. */
async function cloned(info: TestSandbox["info"]) {
  const dir = mkdtempSync(join(tmpdir(), "trueup-clone-"));
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=Mona", "-c", "user.email=mona@example.com", ...args], { cwd: dir });
  await git("clone", "--quiet", info.clone, ".");
  return { dir, git, dispose: () => rmSync(dir, { recursive: true, force: true }) };
}

const deployment = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: b\n";

test("a symlink that leaves the tree is a finding and is never followed", async () => {
  sandbox = await startTestSandbox();
  await firstSync(sandbox);
  const clone = await cloned(sandbox.info);
  await clone.git("checkout", "--quiet", "-b", "link");
  symlinkSync("/etc/passwd", join(clone.dir, "secrets.yaml"));
  await clone.git("add", "--all");
  await clone.git("commit", "--quiet", "-m", "A link");
  await clone.git("push", "--quiet", "origin", "link");
  const number = await sandbox.contributor.openPullRequest("link", "A link");
  const { check, comment } = await answered(sandbox, number);
  expect({ check, comment }).toMatchObject({ check: "failure" });
  expect(comment).toContain("secrets.yaml");
  expect(comment).toMatch(/link/);
  expect(comment).not.toContain("root:");
  clone.dispose();
});

test("without .trueup.yaml a pull request says what to write, and writing it deploys", async () => {
  sandbox = await startTestSandbox({ files: { "app/settings.yaml": deployment }, namespace: "app" });
  const number = await propose(sandbox, "more", { "app/settings.yaml": (text) => text.replace("a: b", "a: c") });
  const { comment } = await answered(sandbox, number);
  expect(comment).toContain(".trueup.yaml");
  expect(comment).toContain("systems:");

  const configured = await propose(sandbox, "configure", {
    ".trueup.yaml": "systems:\n  app:\n    cluster: sandbox\n    path: app\n    namespace: app\n",
  });
  const planned = await answered(sandbox, configured);
  expect(planned).toMatchObject({ check: "success" });
  expect(planned.comment).toMatch(/1 create|2 create/);
  await sandbox.contributor.merge(configured);
  await waitFor(
    "it is live",
    () => sandbox!.kubernetes("/api/v1/namespaces/app/configmaps/settings"),
    (found) => found !== undefined,
  );
});

test("an empty repository waits for its first commit, and then goes on", async () => {
  sandbox = await startTestSandbox({ files: {}, namespace: "app" });
  const clone = await cloned(sandbox.info);
  await clone.git("checkout", "--quiet", "-b", "main");
  writeFileSync(join(clone.dir, ".trueup.yaml"), "systems:\n  app: {cluster: sandbox, path: ., namespace: app}\n");
  writeFileSync(join(clone.dir, "settings.yaml"), deployment);
  await clone.git("add", "--all");
  await clone.git("commit", "--quiet", "-m", "First");
  await clone.git("push", "--quiet", "origin", "main");
  clone.dispose();
  await waitFor(
    "it is live",
    () => sandbox!.kubernetes("/api/v1/namespaces/app/configmaps/settings"),
    (found) => found !== undefined,
  );
});

test("a system for a cluster that nobody enacts is told apart from one that is silent", async () => {
  sandbox = await startTestSandbox();
  await firstSync(sandbox);
  const number = await propose(sandbox, "elsewhere", {
    ".trueup.yaml": (text) => `${text}  other:\n    cluster: nowhere\n    path: other\n`,
    "other/settings.yaml": deployment,
  });
  const { check, comment } = await answered(sandbox, number);
  expect(check).toBe("failure");
  expect(comment).toContain("nowhere");
});

test("a commit that empties the system's folder does not empty the cluster", async () => {
  sandbox = await startTestSandbox();
  await firstSync(sandbox);
  const number = await propose(sandbox, "empty", {
    "deployment.yaml": null,
    "service.yaml": null,
    "system-state.yaml": null,
    "shape-crd.yaml": null,
  });
  const { check, comment } = await answered(sandbox, number);
  expect(check).not.toBe("success");
  expect(comment).toMatch(/held|empty/i);
  await sandbox.contributor.merge(number);
  await waitFor(
    "it is told",
    () => sandbox!.contributor.comment(number),
    (text) => /held/i.test(text ?? ""),
  );
  expect((await sandbox.administrator.deployment("nginx"))?.ready).toBe(3);
  await edit(sandbox.github, "main", { "README.md": "still alive\n" });
});
