import { describe, expect, test } from "vitest";
import { type ManifestFile, readManifests } from "../../../src/core/manifest/read-manifests.ts";

const named = (name: string, fields = "") => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${fields}`;

function read(content: ManifestFile["content"], path = "a.yaml") {
  return readManifests([{ path, content }]);
}

/** What kubectl would make of one scalar. */
function scalar(text: string): unknown {
  const { objects } = read(named("one", `value: ${text}\n`));
  return objects[0]?.object.value;
}

const rules = (content: ManifestFile["content"], path?: string) =>
  read(content, path).findings.map(({ rule, line, column }) => `${rule} ${line}:${column}`);

describe("YAML is read as kubectl reads it", () => {
  test.each<[string, unknown]>([
    ["yes", true],
    ["y", true],
    ["On", true],
    ["off", false],
    ["N", false],
    ["yEs", "yEs"],
    ["0644", 420],
    ["0o644", 420],
    ["0x1F", 31],
    ["0b101", 5],
    ["1_000", 1000],
    ["-012", -10],
    ["+7", 7],
    ["1e3", 1000],
    ["0.5", 0.5],
    [".5", 0.5],
    ["1.", 1],
    ["09", 9],
    ["12:30:45", "12:30:45"],
    ["2026-11-23", "2026-11-23"],
    ["1.2.3", "1.2.3"],
    ["~", null],
    ["null", null],
    ["", null],
    ['"yes"', "yes"],
    ["'0644'", "0644"],
    ["!!str 12", "12"],
  ])("%s", (text, value) => {
    expect(scalar(text)).toEqual(value);
  });

  test("merge keys are merged, and what stands beside them wins", () => {
    const { objects, findings } = read(
      named("one", "base: &b {one: 1, two: 2}\nmerged:\n  <<: *b\n  two: 3\nagain: *b\n"),
    );
    expect(findings).toEqual([]);
    expect(objects[0]?.object.merged).toEqual({ one: 1, two: 3 });
  });

  test("a merge key after other keys is told, since kubectl would let it win", () => {
    const { objects, findings } = read(named("one", "base: &b {one: 1}\nmerged:\n  one: 2\n  <<: *b\n"));
    expect(objects[0]?.object.merged).toEqual({ one: 2 });
    expect(findings).toMatchObject([{ rule: "merge-order", severity: "warning", line: 8, column: 3 }]);
  });

  test("an alias stands for a copy, so that a change in one place is none in another", () => {
    const { objects } = read(named("one", "base: &b {x: 1}\nagain: *b\n"));
    const { base, again } = objects[0]!.object;
    expect(again).toEqual(base);
    expect(again).not.toBe(base);
  });

  test("the last of two equal keys counts, and both the file's author and we know it", () => {
    const { objects, findings } = read(named("one", "data:\n  a: first\n  a: last\n"));
    expect(objects[0]?.object.data).toEqual({ a: "last" });
    expect(findings).toMatchObject([{ rule: "duplicate-key", severity: "warning", line: 7, column: 3 }]);
  });

  test("keys are text, whatever they look like", () => {
    expect(read(named("one", "data: {1: a, true: b}\n")).objects[0]?.object.data).toEqual({ 1: "a", true: "b" });
  });
});

describe("a scalar that is read otherwise than it looks is told", () => {
  test.each([
    ["yes", "warning", "`yes` is read as `true`"],
    ["0123", "warning", "the number 83 (octal)"],
    ["1_000", "warning", "the number 1000"],
    ["9007199254740993", "error", "larger than numbers are exact"],
    [".inf", "error", "no number that Kubernetes can keep"],
  ])("%s", (text, severity, message) => {
    const { findings } = read(named("one", `value: ${text}\n`));
    expect(findings).toMatchObject([{ severity, line: 5, column: 8, pointer: "/value" }]);
    expect(findings[0]?.message).toContain(message);
  });

  test("but not where people mean it: a file mode in octal, a word in quotes, `no` inside a word", () => {
    expect(read(named("one", 'defaultMode: 0644\nvalue: "yes"\nword: nothing\nzero: 0\n')).findings).toEqual([]);
  });
});

describe("a file", () => {
  test("holds many documents, each with its own line", () => {
    const { objects, findings } = read(`# first\n---\n${named("one")}---\n\n# empty\n---\n${named("two")}...\n`);
    expect(findings).toEqual([]);
    expect(objects.map(({ object, line }) => [object.metadata.name, line])).toEqual([
      ["one", 3],
      ["two", 11],
    ]);
    expect(objects[1]?.locate("/metadata/name")).toEqual({ line: 14, column: 3 });
    expect(objects[1]?.locate("/spec/replicas")).toEqual({ line: 11, column: 1 });
  });

  test("of CRLF lines has the same lines and columns", () => {
    const [one] = read(named("one", "data:\n  key: text\n").replaceAll("\n", "\r\n")).objects;
    expect(one?.object.data).toEqual({ key: "text" });
    expect(one?.locate("/data/key")).toEqual({ line: 6, column: 3 });
  });

  test("may begin with a byte order mark", () => {
    const { objects, findings } = read(new TextEncoder().encode(`\uFEFF${named("one")}`));
    expect(findings).toEqual([]);
    expect(objects[0]?.object.metadata.name).toBe("one");
  });

  test("is JSON when its name says so, and then strictly", () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" } };
    expect(read(JSON.stringify(object), "a.json").objects[0]?.object).toEqual(object);
    const { objects, findings } = read('{\n  "apiVersion": "v1",\n  "kind": "X", // no\n}', "a.json");
    expect(objects).toEqual([]);
    expect(findings).toMatchObject([{ rule: "json-syntax", line: 3 }]);
  });

  test.each(["a.json", "a.yaml"])("%s holds objects in JSON one after another, each with its own place", (path) => {
    const object = (name: string) =>
      `{"apiVersion": "v1", "kind": "ConfigMap",\n "metadata": {"name": "${name}{}\\""}}`;
    const { objects, findings } = read(`\n${object("one")} ${object("two")}\n${object("three")}\n`, path);
    expect(findings).toEqual([]);
    expect(objects.map(({ object, line }) => [object.metadata.name, line])).toEqual([
      ['one{}"', 2],
      ['two{}"', 3],
      ['three{}"', 5],
    ]);
    expect(objects[1]?.locate("/kind")).toEqual({ line: 3, column: 56 });
    expect(objects[1]?.locate("/metadata/name")).toEqual({ line: 4, column: 15 });
  });

  test.each(['{"a": 1},\n{"a": 2}', '{"a": 1} x {"a": 2}', '{"a": 1} {"a": }', '{"a": "1} {"a": 2}', "} {} {}"])(
    "of JSON objects with anything else between them is a syntax error: %j",
    (content) => {
      expect(read(content)).toMatchObject({ objects: [], findings: [{ severity: "error" }] });
    },
  );

  test("that is no manifest by its name is not looked at", () => {
    expect(read("}{", "README.md")).toEqual({ objects: [], findings: [] });
  });

  test("without any document describes nothing and is not wrong", () => {
    expect(read("# nothing\n---\n---\n")).toEqual({ objects: [], findings: [] });
  });
});

describe("lists", () => {
  const list = `apiVersion: v1\nkind: List\nitems:\n- ${named("one").replaceAll("\n", "\n  ").trimEnd()}\n- apiVersion: v1\n  kind: ConfigMapList\n  items:\n  - ${named("two").replaceAll("\n", "\n    ").trimEnd()}\n`;

  test("are unrolled, also inside each other, with places of their own", () => {
    const { objects, findings } = read(list);
    expect(findings).toEqual([]);
    expect(objects.map(({ object, line }) => [object.metadata.name, line])).toEqual([
      ["one", 4],
      ["two", 11],
    ]);
    expect(objects[1]?.locate("/metadata/name")).toEqual({ line: 14, column: 7 });
  });

  test("of one kind name what their items do not: kubectl takes them so", () => {
    const { objects } = read(
      "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n- data: {}\n  metadata: {name: b}",
    );
    expect(objects.map(({ object, line }) => [object.apiVersion, object.kind, object.metadata.name, line])).toEqual([
      ["v1", "ConfigMap", "a", 4],
      ["v1", "ConfigMap", "b", 5],
    ]);
    expect(rules("apiVersion: v1\nkind: ConfigMapList\nitems:\n- kind: Secret\n  metadata: {name: a}")).toEqual([
      "missing-field 4:3",
    ]);
    expect(rules("apiVersion: v1\nkind: List\nitems:\n- metadata: {name: a}")).toEqual(["missing-field 4:3"]);
  });

  test("without items are told so, and empty ones are nothing", () => {
    const told = (items: string) => read(`apiVersion: v1\nkind: List\n${items}`).findings;
    expect(told("items: []")).toEqual([]);
    expect(told("")).toMatchObject([{ rule: "missing-field", line: 1, message: expect.stringContaining("`items`") }]);
    expect(told("items:")).toMatchObject([{ rule: "wrong-type", line: 3 }]);
  });

  test("say of which item something is wrong", () => {
    const { findings } = read("apiVersion: v1\nkind: List\nitems:\n- kind: X\n- 3\n");
    expect(findings).toMatchObject([
      { rule: "missing-field", line: 4 },
      { rule: "no-object", line: 5 },
    ]);
  });
});

describe("what is no object is a finding at its place", () => {
  test.each([
    ["[1, 2]", "no-object 1:1"],
    ["just text", "no-object 1:1"],
    ["kind: X\nmetadata: {name: a}", "missing-field 1:1"],
    ["apiVersion: v1\nkind:\nmetadata: {name: a}", "missing-field 2:1"],
    ["apiVersion: 1\nkind: X\nmetadata: {name: a}", "wrong-type 1:1"],
    ["apiVersion: v1\nkind: X", "missing-field 1:1"],
    ["apiVersion: v1\nkind: X\nmetadata: text", "wrong-type 3:1"],
    ["apiVersion: v1\nkind: X\nmetadata: {generateName: a-}", "missing-field 3:1"],
    ["apiVersion: v1\nkind: X\nmetadata:\n  name: 12", "wrong-type 4:3"],
    ["apiVersion: v1\nkind: X\nmetadata:\n  name: a\n  namespace: [b]", "wrong-type 5:3"],
  ])("%j", (content, told) => {
    expect(rules(content)).toEqual([told]);
  });
});

describe("two descriptions of one object", () => {
  test("are refused across files, and both places are named", () => {
    const { objects, findings } = readManifests([
      { path: "a.yaml", content: named("one") },
      { path: "b/c.yaml", content: `# again\n${named("one")}` },
    ]);
    expect(objects).toHaveLength(1);
    expect(findings).toMatchObject([{ file: "b/c.yaml", line: 5, rule: "duplicate-object", severity: "error" }]);
    expect(findings[0]?.message).toContain("`a.yaml:1`");
  });

  test("of another version are one object, of another group they are two", () => {
    const of = (apiVersion: string) => `apiVersion: ${apiVersion}\nkind: X\nmetadata: {name: a}\n---\n`;
    expect(rules(of("g.example/v1") + of("g.example/v2"))).toEqual(["duplicate-object 7:12"]);
    expect(rules(of("g.example/v1") + of("h.example/v1"))).toEqual([]);
  });
});
