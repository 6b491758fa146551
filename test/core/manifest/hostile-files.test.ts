import { describe, expect, test } from "vitest";
import { readManifests } from "../../../src/core/manifest/read-manifests.ts";

const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n";

function read(content: Uint8Array | string, path = "a.yaml") {
  return readManifests([{ path, content }]);
}

/** Nothing of a file like this may be used, and its author must learn why. */
function refusal(content: Uint8Array | string) {
  const { objects, findings } = read(content);
  expect(objects).toEqual([]);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ file: "a.yaml", severity: "error" });
  return findings[0]!;
}

describe("a file that cannot be read as text", () => {
  test("of 10 MB is refused before it is parsed", () => {
    const { rule, message } = refusal(`${head}# ${"x".repeat(10 * 1024 * 1024)}`);
    expect(rule).toBe("file-too-large");
    expect(message).toContain("5 MiB");
  });

  test("that is binary, UTF-16 or broken UTF-8 is refused with the way out", () => {
    expect(refusal(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 1)).rule).toBe("binary-file");
    expect(refusal(new Uint8Array(Buffer.from(`\uFEFF${head}`, "utf16le"))).message).toContain("save it as UTF-8");
    expect(refusal(Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0xfe)).rule).toBe("not-utf-8");
  });
});

describe("broken YAML", () => {
  test("names the line of a tab", () => {
    expect(refusal(`${head}data:\n\tkey: text\n`)).toMatchObject({ rule: "yaml-syntax", line: 5, column: 1 });
  });

  test.each([
    ["a quote", 'a: 1\nb: "text\n', 5, 1],
    ["a quote that looks closed by a later one", 'k:\n  a: "text\n  b: 2\n  c: 3', 5, 3],
    ["a quote behind quoted text of several lines", 'a: "one\n  two"\nb: \'text\nc: 1\n', 6, 1],
    ["a bracket at the very end", "demo: [", 4, 1],
    ["a bracket", "a: 1\ndemo: [1,\n  2\nb: 1\n", 5, 1],
    ["a brace", "demo: {a: 1\n", 4, 1],
  ])("says where %s opens that is never closed, instead of where the parser gave up", (_, broken, line, column) => {
    expect(refusal(`${head}${broken}`)).toMatchObject({
      rule: "yaml-syntax",
      line,
      column,
      message: expect.stringContaining("never closed"),
    });
  });

  test("that is an unrendered template says so, on the template's line", () => {
    expect(refusal(`${head}# {{ no }}\na:\n  b: {{ .Values.b }}\n`)).toMatchObject({ rule: "yaml-template", line: 6 });
  });

  test.each([
    ["an indentation", "spec:\n  a: 1\n b: 2\n", 6],
    ["an open quote", 'a: "text\n', 4],
    ["an unknown alias", "a: *nothing\n", 4],
    ["an unknown tag", "a: !thing 1\n", 4],
    ["a control character", "a: \u0007\n", 4],
    ["two values", "a: b: c\n", 4],
  ])("of %s is found near its line", (_, broken, line) => {
    const finding = refusal(head + broken);
    expect(finding.line).toBeGreaterThanOrEqual(line);
    expect(finding.line).toBeLessThanOrEqual(line + 1);
  });

  test("in a later document makes the whole file none, since nobody knows what it was to say", () => {
    expect(refusal(`${head}---\n${head}  - x\n`).line).toBe(8);
  });
});

describe("a file made to hurt", () => {
  test("with aliases of aliases is refused before they are written out", () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const inner = level === 0 ? "x" : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array(9).fill(inner).join(", ")}]`;
    });
    expect(refusal(`${head}${levels.join("\n")}\n`).rule).toBe("yaml-aliases");
  });

  test("with an alias inside its own anchor is refused", () => {
    expect(refusal(`${head}loop: &a\n  inner: [*a]\n`).rule).toMatch(/^yaml/);
  });

  test("nested deeper than any object is refused", () => {
    expect(refusal(`${head}a: ${"[".repeat(5000)}${"]".repeat(5000)}\n`).rule).toBe("yaml-depth");
  });

  test("cannot reach the prototype of what copies its fields", () => {
    expect(refusal(`${head}data:\n  __proto__: {polluted: true}\n`).rule).toBe("forbidden-key");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const { objects } = read(`${head}data: {constructor: a, toString: b}\n`);
    expect(Object.entries(objects[0]!.object.data!)).toEqual([
      ["constructor", "a"],
      ["toString", "b"],
    ]);
  });

  test("with invisible characters is read, and the reviewer is warned", () => {
    const { objects, findings } = read(`${head}data:\n  key: "a\u202Eb"\n`);
    expect(objects).toHaveLength(1);
    expect(findings).toMatchObject([{ rule: "invisible-character", severity: "warning", line: 5, column: 10 }]);
    expect(findings[0]?.message).not.toContain("\u202E");
  });

  test("with a line break that only kubectl sees is told", () => {
    expect(read(`${head}# harmless\u2028data: {}\n`).findings).toMatchObject([
      { rule: "invisible-character", line: 4 },
    ]);
  });

  test("of very many mistakes tells the first, and that there are more", () => {
    for (const content of [
      `apiVersion: v1\nkind: List\nitems:\n${"- 1\n".repeat(20_000)}`,
      `${head}data:\n${"  key: a\n".repeat(20_000)}`,
      "a: 1_0\n---\n".repeat(20_000),
    ]) {
      const { findings } = read(content);
      expect(findings).toHaveLength(101);
      expect(findings.at(-1)).toMatchObject({ rule: "too-many-findings", severity: "error" });
    }
  });

  test("of 1001 aliases is refused", () => {
    expect(refusal(`${head}a: &x 1\nb: [${Array(1001).fill("*x").join(", ")}]\n`).rule).toBe("yaml-aliases");
  });
});
