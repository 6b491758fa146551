import { expect, test } from "vitest";
import { readFiles } from "../../src/render/read-files.ts";
import { createRenderCache } from "../../src/render/render-cache.ts";
import { type FileSource, systemFiles } from "../../src/render/system-files.ts";

type Blob = readonly [path: string, id: string, content: string, mode?: string];

/** A repository that tells which blobs were asked for. */
function repository(...blobs: Blob[]) {
  const asked: string[] = [];
  const source: FileSource = {
    files: async () => blobs.map(([path, id, , mode = "100644"]) => ({ path, mode, id })),
    readFiles: async (files) => {
      asked.push(...files.map(({ id }) => id));
      return files.map(({ path, mode, id }) => {
        const content = blobs.find((blob) => blob[1] === id)![2];
        return { path, mode, content: Buffer.from(content) };
      });
    },
  };
  return { source, asked };
}

const configMap = (name: string) => JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

test("of a folder that was rendered before, only the files that changed are read from Git", async () => {
  const cache = createRenderCache();
  const before = repository(["a.json", "1", configMap("a")], ["b.json", "2", configMap("b")]);
  readFiles(await systemFiles(before.source, "t", "", cache), "", cache);
  expect(before.asked).toEqual(["1", "2"]);
  const after = repository(["a.json", "1", "not read"], ["b.json", "3", configMap("c")]);
  const { objects, findings } = readFiles(await systemFiles(after.source, "t", "", cache), "", cache);
  expect(after.asked).toEqual(["3"]);
  expect({ findings, names: objects.map(({ object }) => object.metadata.name) }).toEqual({
    findings: [],
    names: ["a", "c"],
  });
});

test("what is known of a file counts even when everybody else has forgotten it meanwhile", async () => {
  const cache = createRenderCache();
  const { source } = repository(["a.json", "1", configMap("a")]);
  readFiles(await systemFiles(source, "t", "", cache), "", cache);
  const files = await systemFiles(source, "t", "", cache);
  for (let render = 0; render < 20; render++) cache.sweep();
  expect(readFiles(files, "", cache).objects).toHaveLength(1);
});

test("a symbolic link's target is read, whatever the link is called, and a large binary never is", async () => {
  const { source, asked } = repository(["docs", "1", "../..", "120000"], ["film.mp4", "2", "no"]);
  const { findings } = readFiles(await systemFiles(source, "t", ""), "", createRenderCache());
  expect(asked).toEqual(["1"]);
  expect(findings).toMatchObject([{ file: "docs", severity: "error", rule: "symlink" }]);
});
