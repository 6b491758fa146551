import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findFiles } from "../../src/cli/files/find-files.ts";
import { checkInParallel, threadsFor } from "../../src/cli/validate/check-in-parallel.ts";
import { reportLines } from "../../src/cli/validate/print-report.ts";
import { validatePaths } from "../../src/cli/validate/validate-paths.ts";
import { trueup } from "./trueup.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "trueup-validate-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const schema = JSON.parse(readFileSync(new URL("../../schemas/validate-report.schema.json", import.meta.url), "utf8"));
const isReport = new Ajv2020().compile(schema);

function write(path: string, content: string | Uint8Array): string {
  const file = join(dir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const configMap = (name: string, rest = "") => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${rest}`;

const shapes = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shapes.demo.example}
spec:
  group: demo.example
  scope: Cluster
  names: {kind: Shape, plural: shapes, singular: shape, listKind: ShapeList}
  versions:
    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {points: {type: integer}}}}}}}
`;

/** What `--output json` prints, which must be what its schema says. */
function report(paths: string[], schemaFolder?: string) {
  const [line, ...rest] = reportLines(validatePaths(paths, schemaFolder), "json");
  expect(rest).toEqual([]);
  const parsed = JSON.parse(line!);
  expect(isReport(parsed), JSON.stringify(isReport.errors)).toBe(true);
  const findings = parsed.findings.map((finding: { file: string; line: number; severity: string; rule: string }) => {
    const file = finding.file.replace(`${dir}/`, "");
    return `${file}:${finding.line} ${finding.severity} ${finding.rule}`;
  });
  return { files: parsed.files, objects: parsed.objects, findings };
}

describe("trueup validate", () => {
  test("of valid manifests says so and exits 0", () => {
    write("a.yaml", `${configMap("one")}---\n${configMap("two")}`);
    write("b/c.json", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"three"}}');
    const { status, stdout, stderr } = trueup(["validate", dir]);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "2 files, 3 objects: all valid\n", stderr: "" });
  });

  test("names file, line, column and the way out, and exits 1", () => {
    const file = write("a.yaml", configMap("one", "dta: {}\n"));
    const { status, stdout } = trueup(["validate", file]);
    expect(status).toBe(1);
    expect(stdout).toBe(
      `${file}:5:1: error unknown-field: Unknown field \`dta\` in ConfigMap; did you mean \`data\`?\n1 file, 1 object: 1 error, 0 warnings\n`,
    );
  });

  test("does not fail for warnings", () => {
    write("a.yaml", configMap("one", "data: {a: b}\ndata: {a: b}\n"));
    expect(report([dir])).toMatchObject({ findings: ["a.yaml:6 warning duplicate-key"] });
    expect(trueup(["validate", dir]).status).toBe(0);
  });

  test("reads standard input", () => {
    const { status, stdout } = trueup(["validate", "-"], "apiVersion: v1\nkind: Pdo\nmetadata: {name: a}\n");
    expect(status).toBe(1);
    expect(stdout).toContain("stdin:2:1: error unknown-kind");
    expect(stdout).toContain("did you mean `Pod`?");
  });

  test("exits 2 when a path is not there or cannot be read, and says which", () => {
    const missing = trueup(["validate", join(dir, "nowhere.yaml")]);
    expect(missing.status).toBe(2);
    expect(missing.stdout).toBe("");
    expect(missing.stderr).toContain(`${join(dir, "nowhere.yaml")}: there is no such file or folder`);
    expect(trueup(["validate"]).status).toBe(2);
    expect(trueup(["validate", dir, "--output", "xml"]).status).toBe(2);
    // Root may read everything.
    if (process.getuid?.() === 0) return;
    chmodSync(write("locked.yaml", ""), 0);
    expect(trueup(["validate", dir])).toMatchObject({ status: 2, stderr: expect.stringContaining("locked.yaml") });
  });

  test("looks at manifests and at nothing else", () => {
    write("good.yaml", configMap("one"));
    write("README.md", "}{");
    write(".git/config.yaml", "}{");
    write(".github/workflows/ci.yml", "on: push");
    write("node_modules/x/bad.yaml", "}{");
    write("kustomization.yaml", "resources: [good.yaml]");
    write("chart/Chart.yaml", "name: x");
    write("chart/templates/a.yaml", "{{ .Values.a }}");
    write("outside", "}{");
    symlinkSync(join(dir, "outside"), join(dir, "link.yaml"));
    symlinkSync(dir, join(dir, "loop"));
    expect(report([dir])).toEqual({ files: 1, objects: 1, findings: [] });
  });

  test("checks .trueup.yaml as what it is", () => {
    write(".trueup.yaml", "systems:\n  shop: {cluster: prod, path: ../elsewhere}\n");
    expect(report([dir])).toMatchObject({ findings: [".trueup.yaml:2 error invalid-value"] });
  });

  test("refuses two descriptions of one object in one folder, and takes them in two", () => {
    write("staging/a.yaml", configMap("one"));
    write("production/a.yaml", configMap("one"));
    expect(report([dir])).toMatchObject({ findings: [] });
    write("staging/b.yaml", configMap("one"));
    expect(report([dir])).toMatchObject({ findings: ["staging/b.yaml:4 error duplicate-object"] });
  });

  test("reads a file once, however often it is named", () => {
    const file = write("a.yaml", configMap("one"));
    expect(report([file, dir, file])).toMatchObject({ files: 1 });
  });

  test("passes over nothing in the folder given: what cannot be read, and that nothing is there", () => {
    write("a/one.yaml", configMap("one"));
    write("definitions/kustomization.yaml", "resources: [x.yaml]\n");
    const given = join(dir, "definitions");
    expect(report([join(dir, "a")], given).findings).toEqual(["definitions:1 warning no-definitions"]);
    write("definitions/x.yaml", "a: [\n");
    expect(report([join(dir, "a")], given).findings).toEqual(["definitions/x.yaml:1 error yaml-syntax"]);
    expect(report([dir], given).findings.filter((one: string) => one.includes("x.yaml"))).toHaveLength(1);
    write("definitions/x.yaml", shapes);
    expect(report([join(dir, "a")], given).findings).toEqual([]);
  });

  test("knows custom resources by definitions beside them, or in the folder given", () => {
    const shape = (points: string) =>
      `apiVersion: demo.example/v1\nkind: Shape\nmetadata: {name: star}\nspec: {points: ${points}}\n`;
    write("apps/a.yaml", shape("five"));
    const apps = join(dir, "apps");
    expect(report([apps])).toMatchObject({ findings: ["apps/a.yaml:2 error unknown-kind"] });
    write("definitions/shape.yaml", shapes);
    const given = join(dir, "definitions");
    expect(report([apps], given)).toMatchObject({ files: 1, findings: ["apps/a.yaml:4 error wrong-type"] });
    write("apps/a.yaml", shape("5"));
    expect(report([apps], given)).toMatchObject({ findings: [] });
    write("apps/z.yaml", shapes);
    expect(report([apps])).toMatchObject({ files: 2, objects: 2, findings: [] });
  });

  test("goes on after a file that is broken, binary or of 10 MB", () => {
    write("a.yaml", "a: [\n");
    write("b.yaml", Uint8Array.of(0, 1, 2));
    write("c.yaml", configMap("one", `# ${"x".repeat(10 * 1024 * 1024)}`));
    write("d.yaml", configMap("one"));
    expect(report([dir])).toEqual({
      files: 4,
      objects: 1,
      findings: ["a.yaml:1 error yaml-syntax", "b.yaml:1 error binary-file", "c.yaml:1 error file-too-large"],
    });
  });

  test("says of many files on several threads what it says on one", async () => {
    for (let n = 0; n < 300; n++)
      write(`${n % 7}/${String(n).padStart(3, "0")}.yaml`, configMap(`c-${n}`, n % 50 === 0 ? "dta: {}\n" : ""));
    // In the first and the last chunk: the same object twice, and a kind whose definition comes after its object.
    write("0/zz.yaml", configMap("c-0"));
    write(
      "0/000-shape.yaml",
      "apiVersion: demo.example/v1\nkind: Shape\nmetadata: {name: star}\nspec: {points: five}\n",
    );
    write("6/zz-definition.yaml", shapes);
    write("3/000-unknown.yaml", "apiVersion: demo.example/v1\nkind: Form\nmetadata: {name: star}\n");
    write(".trueup.yaml", "systems:\n  shop: {cluster: prod, path: ../elsewhere}\n");
    const files = [...findFiles(dir)];
    const onOne = validatePaths([dir]);
    const onTwo = await checkInParallel(files, [], 2);
    const sorted = ({ findings }: typeof onOne) => findings.map((finding) => JSON.stringify(finding)).sort();
    expect(onOne.findings.length).toBeGreaterThanOrEqual(10);
    expect({ ...onTwo, findings: sorted(onTwo) }).toEqual({ ...onOne, findings: sorted(onOne) });
    await expect(checkInParallel([...files, join(dir, "nowhere.yaml")], [], 2)).rejects.toThrow(
      /there is no such file/,
    );
  });

  test("starts a thread only where there are files enough for it", () => {
    expect([threadsFor(10, 8), threadsFor(2_500, 8), threadsFor(10_000, 2), threadsFor(100_000, 64)]).toEqual([
      1, 2, 2, 8,
    ]);
  });

  test("prints no control characters that a file brings", () => {
    write("a.yaml", configMap("one", '"\\e[31mred\\nline": 1\n'));
    const { stdout } = trueup(["validate", dir]);
    expect(stdout).not.toContain("\u001b");
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
  });
});

describe("--output github", () => {
  test("a control character in a file never reaches the terminal of whoever reads the lines", () => {
    write("esc.yaml", 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"da\\e[2Jta": {}\n');
    const { stdout } = trueup(["validate", dir, "--output", "github"]);
    expect(stdout).toContain("unknown-field");
    expect(stdout).not.toContain("\u001b");
  });

  test("annotates the line, and nothing in a file can end the command or begin another", () => {
    write("a,b:c.yaml", configMap("one", '"x\\n::error::100%,:": 1\n'));
    const { status, stdout } = trueup(["validate", dir, "--output", "github"]);
    expect(status).toBe(1);
    const [command, summary, ...rest] = stdout.trimEnd().split("\n");
    expect(command).toMatch(
      /^::error file=[^,:]*\/a%2Cb%3Ac\.yaml,line=5,col=1,title=unknown-field::Unknown field `x%0A::error::100%25,:` in ConfigMap\.$/,
    );
    expect(summary).toBe("1 file, 1 object: 1 error, 0 warnings");
    expect(rest).toEqual([]);
  });
});
