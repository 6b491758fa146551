import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { folderSystem } from "../../../src/cli/plan/folder-system.ts";
import { readBase } from "../../../src/cli/plan/read-base.ts";
import { readFolder } from "../../../src/cli/plan/read-folder.ts";
import { config, configMap } from "../../agent/harness/manifests.ts";
import { trueup } from "../trueup.ts";
import { type Checkout, checkout } from "./checkout.ts";

let mona: Checkout;
beforeEach(() => {
  mona = checkout();
});
afterEach(() => mona.dispose());

function baseOf(path: string, revision: string, choice = {}) {
  const folder = folderSystem(path, choice);
  return readBase({ ...folder, files: readFolder(folder.path), choice }, revision);
}

test("a folder is compared with what the revision has in its place, and files have the names that they have in it", async () => {
  const sha = mona.commit({
    "clusters/prod/a.yaml": configMap("a", {}),
    "clusters/prod/deep/b.yaml": configMap("b", {}),
    "clusters/prod-eu/c.yaml": configMap("c", {}),
  });
  mona.write({ "clusters/prod/a.yaml": configMap("a", { v: "2" }) });
  const { base, notes } = await baseOf(join(mona.dir, "clusters/prod"), "HEAD");
  expect(notes).toEqual([]);
  expect(base.sha).toBe(sha);
  expect(base.state?.files.map(({ path }) => path)).toEqual(["a.yaml", "deep/b.yaml"]);
  const now = readFolder(join(mona.dir, "clusters/prod"));
  const idOf = (files: typeof now, path: string) => files.find((file) => file.path === path)?.id;
  // What did not change is known by git's own name for it, and what did is not.
  expect(idOf(now, "deep/b.yaml")).toBe(idOf([...base.state!.files], "deep/b.yaml"));
  expect(idOf(now, "a.yaml")).not.toBe(idOf([...base.state!.files], "a.yaml"));
});

test("the guards are those of the revision's own .trueup.yaml", async () => {
  mona.commit({
    ".trueup.yaml": config("shop", "    protect: {maxDeletions: 1}\n"),
    "state/a.yaml": configMap("a", {}),
  });
  mona.write({ ".trueup.yaml": config("shop", "    protect: {maxDeletions: 100%}\n") });
  const { base } = await baseOf(mona.dir, "main", { namespace: "mine" });
  expect(base.state?.system).toMatchObject({ protect: { maxDeletions: { count: 1 } }, namespace: "mine" });
});

test("whoever compares is told what the revision does not have, and what git does not know", async () => {
  const first = mona.commit({ "readme.md": "" });
  mona.commit({ ".trueup.yaml": config("shop"), "state/a.yaml": configMap("a", {}) });
  mona.write({
    "state/b.yaml": configMap("b", {}),
    "state/notes.txt": "",
    "state/.hidden.yaml": "",
    "elsewhere/c.yaml": "",
  });
  const { base, notes } = await baseOf(mona.dir, first);
  expect(base.state).toBeUndefined();
  expect(notes).toEqual([
    `${first} has no .trueup.yaml in ${mona.dir} with a system shop, so that everything is new`,
    "planned too, though git does not track it yet: state/b.yaml",
  ]);
  const folder = join(mona.dir, "elsewhere");
  const { base: bare, notes: said } = await baseOf(folder, first);
  expect(bare.state?.files).toEqual([]);
  expect(said[0]).toBe(`${first} has no files in ${folder}, so that everything is new`);
  expect(await bare.at("0".repeat(40))).toBeUndefined();
});

test("a folder below the .trueup.yaml of its repository is planned as the system that it is, or is a part of", () => {
  const system = (name: string, path: string) => `  ${name}: {cluster: here, path: ${path}, namespace: ${name}}\n`;
  mona.commit({
    ".trueup.yaml": `systems:\n${system("shop", "clusters/prod")}${system("till", "clusters/till")}`,
    "clusters/prod/deep/a.yaml": configMap("a", {}),
    "clusters/till/b.yaml": configMap("b", {}),
    "docs/c.yaml": configMap("c", {}),
  });
  const of = (path: string) => {
    const { system, notes, isConfigured } = folderSystem(join(mona.dir, path), {});
    return { name: system.name, namespace: system.namespace, notes: notes.length, isConfigured };
  };
  expect(of("clusters/prod")).toEqual({ name: "shop", namespace: "shop", notes: 0, isConfigured: true });
  expect(of("clusters/prod/deep")).toEqual({ name: "shop", namespace: "shop", notes: 1, isConfigured: true });
  expect(of("docs")).toEqual({ name: "local", namespace: "default", notes: 0, isConfigured: false });
  expect(() => of("clusters")).toThrow("name one of the systems with --system: shop, till");
  expect(readFolder(folderSystem(join(mona.dir, "clusters/till"), {}).path).map(({ path }) => path)).toContain(
    "clusters/prod/deep/a.yaml",
  );
});

test("what lies above a folder's repository says nothing of it", () => {
  mona.write({ ".trueup.yaml": config("shop"), "state/inner/a.yaml": configMap("a", {}) });
  execFileSync("git", ["init", "--quiet", join(mona.dir, "state/inner")]);
  expect(folderSystem(join(mona.dir, "state/inner"), {}).isConfigured).toBe(false);
});

test("a link in the revision comes as a link", async () => {
  symlinkSync("/etc/passwd", join(mona.dir, "a.yaml"));
  mona.commit({});
  const { base } = await baseOf(mona.dir, "HEAD");
  expect(base.state?.files).toMatchObject([{ path: "a.yaml", mode: "120000" }]);
});

test("what cannot be compared ends with 2, and says how to go on, before any cluster is asked", () => {
  mona.commit({ "shop/a.yaml": configMap("a", {}) });
  mona.git("branch", "production");
  const outside = mkdtempSync(join(tmpdir(), "trueup-outside-"));
  const shop = join(mona.dir, "shop");
  try {
    for (const [args, words] of [
      [[outside, "--base", "main"], /is not in a git repository.*leave --base out/],
      [[shop, "--base", "prodcution"], /did you mean "production"\?/],
      [[shop, "--base=--output=x"], /is no revision/],
      [[join(shop, "a.yaml")], /is a file; give the folder that holds it/],
      [[join(shop, "nowhere")], /there is no folder .*nowhere/],
      [[shop, "--color", "sometimes"], /Allowed choices are auto, always, never/],
    ] as const) {
      const { status, stdout, stderr } = trueup(["plan", ...args, "--kubeconfig", "/nonexistent"]);
      expect({ args, status, stdout, stderr }).toMatchObject({
        status: 2,
        stdout: "",
        stderr: expect.stringMatching(words),
      });
    }
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});
