import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { largestManifest } from "../../src/core/manifest/decode-text.ts";
import { createValidator } from "../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../src/render/kubernetes-schemas.ts";
import type { RepositoryFile } from "../../src/render/read-files.ts";
import { createRenderCache } from "../../src/render/render-cache.ts";
import { type RenderInput, renderSystem } from "../../src/render/render-system.ts";

const validator = createValidator(loadKubernetesSchemas());
const shop = { name: "shop", path: "apps", namespace: "shop", confine: false };

const file = (path: string, content: RepositoryFile["content"], mode = "100644"): RepositoryFile => ({
  path,
  mode,
  content,
});
const configMap = (name: string, metadata = "", rest = "") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${metadata}${rest}`;
const render = (files: RepositoryFile[], more: Partial<RenderInput> = {}) =>
  renderSystem({ files, system: shop, validator, ...more });
const only = (content: string, more: Partial<RenderInput> = {}) => {
  const { objects, findings } = render([file("apps/a.yaml", content)], more);
  return { object: objects[0]?.object, findings };
};
const told = (findings: { rule: string; severity: string; file: string; line: number }[]) =>
  findings.map(({ rule, severity, file: path, line }) => `${path}:${line} ${severity} ${rule}`);

const crd = (scope: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shapes.demo.example}
spec:
  group: demo.example
  scope: ${scope}
  names: {kind: Shape, plural: shapes, singular: shape, listKind: ShapeList}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {points: {type: integer}}}
`;
const shape = (fields = "spec: {points: 5}") =>
  `apiVersion: demo.example/v1\nkind: Shape\nmetadata: {name: star}\n${fields}\n`;

describe("which files are rendered", () => {
  test("manifests below the folder in the order of their paths, nothing else", () => {
    const { objects, findings } = render([
      file("apps/b/z.yml", configMap("three")),
      file("other/a.yaml", "not: ours"),
      file("apps-too/a.yaml", "not: ours"),
      file("apps/README.md", "# read me"),
      file("apps/b.json", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"two"}}', "100755"),
      file("apps/.github/workflows/ci.yaml", "on: push"),
      file("apps/.trueup.yaml", "systems: {}"),
      file("apps/a.yaml", configMap("one")),
    ]);
    expect(findings).toEqual([]);
    expect(objects.map(({ object }) => object.metadata.name)).toEqual(["one", "two", "three"]);
  });

  test("at the root the configuration is no manifest", () => {
    const root = { ...shop, path: "" };
    const { objects, findings } = render([file(".trueup.yaml", "systems: {}"), file("a.yaml", configMap("one"))], {
      system: root,
    });
    expect(findings).toEqual([]);
    expect(objects).toHaveLength(1);
  });

  test("a folder without manifests gives nothing, and the guards decide what that means", () => {
    expect(render([])).toEqual({ objects: [], findings: [] });
    expect(render([file("apps/.gitkeep", "")])).toEqual({ objects: [], findings: [] });
  });

  test("links are never followed, and submodules are not read", () => {
    const { objects, findings } = render([
      file("apps/link.yaml", "../../etc/passwd", "120000"),
      file("apps/readme", "../README.md", "120000"),
      file("apps/sub", "", "160000"),
    ]);
    expect(objects).toEqual([]);
    expect(told(findings)).toEqual([
      "apps/link.yaml:1 error symlink",
      "apps/readme:1 warning symlink",
      "apps/sub:1 warning submodule",
    ]);
  });

  test.each([
    ["../..", "error"],
    ["../../elsewhere/state", "error"],
    ["deep/../../../x", "error"],
    ["/srv/manifests", "error"],
    ["..", "warning"],
    ["../other", "warning"],
    ["..data", "warning"],
  ])("a link to %s, where manifests may be that nobody reads, is an %s", (target, severity) => {
    const { findings } = render([file("apps/sub", target, "120000")]);
    expect(told(findings)).toEqual([`apps/sub:1 ${severity} symlink`]);
  });

  test("too large, binary and broken files are findings, and the others are read", () => {
    const { objects, findings } = render([
      file("apps/a.yaml", new Uint8Array(largestManifest + 1).fill(0x20)),
      file("apps/b.yaml", Uint8Array.of(0, 1, 2)),
      file("apps/c.yaml", "a: [\n"),
      file("apps/d.yaml", configMap("one")),
      file("apps/e.png", Uint8Array.of(0, 1, 2)),
    ]);
    expect(told(findings)).toEqual([
      "apps/a.yaml:1 error file-too-large",
      "apps/b.yaml:1 error binary-file",
      "apps/c.yaml:1 error yaml-syntax",
    ]);
    expect(objects).toHaveLength(1);
  });

  test.each(["kustomization.yaml", "base/kustomization.yml", "Kustomization", "Chart.yaml"])(
    "%s says that only plain YAML is rendered so far, and nothing else is said",
    (name) => {
      const { objects, findings } = render([file(`apps/${name}`, "x"), file("apps/t.yaml", "{{ if .Values.a }}")]);
      expect(objects).toEqual([]);
      expect(told(findings)).toEqual([`apps/${name}:1 error unsupported-source`]);
      expect(findings[0]?.message).toContain("plain YAML");
    },
  );
});

describe("the namespace", () => {
  test("of the system is put in where a namespaced object names none", () => {
    expect(only(configMap("one")).object?.metadata.namespace).toBe("shop");
    expect(only(configMap("one", "  namespace: \n")).object?.metadata.namespace).toBe("shop");
    expect(only(configMap("one", "  namespace: other\n")).object?.metadata.namespace).toBe("other");
  });

  test("is taken off what belongs to the whole cluster, with a warning", () => {
    const { object, findings } = only("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  namespace: shop\n");
    expect(object?.metadata).toEqual({ name: "shop" });
    expect(told(findings)).toEqual(["apps/a.yaml:5 warning cluster-scoped"]);
  });

  test.each([
    ["Namespaced", "shop"],
    ["Cluster", undefined],
  ])("of a custom resource follows its definition beside it: %s", (scope, namespace) => {
    const { objects, findings } = render([file("apps/a.yaml", shape()), file("apps/z.yaml", crd(scope))]);
    expect(findings).toEqual([]);
    expect(objects[0]?.object.metadata.namespace).toBe(namespace);
  });

  test("of a kind that only the cluster knows follows the cluster's word", () => {
    const resources = [{ group: "demo.example", version: "v1", kind: "Shape", namespaced: true }];
    const { object, findings } = only(shape(), { resources });
    expect(findings).toEqual([]);
    expect(object?.metadata.namespace).toBe("shop");
  });

  test("makes two descriptions of one object the same object", () => {
    const { objects, findings } = render([
      file("apps/a.yaml", configMap("one")),
      file("apps/b.yaml", configMap("one", "  namespace: shop\n")),
      file("apps/c.yaml", configMap("one", "  namespace: other\n")),
    ]);
    expect(objects).toHaveLength(2);
    expect(told(findings)).toEqual(["apps/b.yaml:4 error duplicate-object"]);
    expect(findings[0]?.message).toContain("`apps/a.yaml:1`");
  });
});

describe("a confined system", () => {
  const confined = { system: { ...shop, confine: true } };

  test("takes what is in its namespace", () => {
    expect(only(configMap("one"), confined).findings).toEqual([]);
  });

  test("refuses what is elsewhere", () => {
    expect(told(only(configMap("one", "  namespace: kube-system\n"), confined).findings)).toEqual([
      "apps/a.yaml:5 error not-confined",
    ]);
  });

  test("refuses what belongs to the whole cluster, its own namespace too", () => {
    const { findings } = only("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n", confined);
    expect(told(findings)).toEqual(["apps/a.yaml:2 error not-confined"]);
  });
});

describe("what is wrong with an object", () => {
  test("is found in its file, on its line", () => {
    const { findings } = only(configMap("one", "", "dta: {a: b}\n"));
    expect(findings).toMatchObject([
      { file: "apps/a.yaml", line: 5, column: 1, severity: "error", rule: "unknown-field", pointer: "/dta" },
    ]);
    expect(findings[0]?.message).toContain("did you mean `data`?");
  });

  test("can be that nobody knows its kind", () => {
    expect(told(only(shape()).findings)).toEqual(["apps/a.yaml:2 error unknown-kind"]);
  });

  test("can be what its own definition rules out", () => {
    const { findings } = render([
      file("apps/a.yaml", crd("Cluster")),
      file("apps/b.yaml", shape("spec: {points: five}")),
    ]);
    expect(told(findings)).toEqual(["apps/b.yaml:4 error wrong-type"]);
  });
});

describe("what the cluster writes", () => {
  test("is left out, with a warning each", () => {
    const { object, findings } = only(
      configMap(
        "one",
        "  uid: abc\n  resourceVersion: '12'\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{}'\n    keep: me\n",
      ),
    );
    expect(object?.metadata).toEqual({ name: "one", namespace: "shop", annotations: { keep: "me" } });
    expect(told(findings)).toEqual([
      "apps/a.yaml:6 warning server-field",
      "apps/a.yaml:5 warning server-field",
      "apps/a.yaml:8 warning server-field",
    ]);
  });

  test("is left out silently where a generator wrote nothing into it", () => {
    const { object, findings } = only(configMap("one", "  creationTimestamp: null\n"));
    expect(findings).toEqual([]);
    expect(object?.metadata).toEqual({ name: "one", namespace: "shop" });
  });

  test("cannot be claimed: the label that says who owns an object is refused", () => {
    const label = "  labels: {applyset.kubernetes.io/part-of: applyset-x-v1}\n";
    expect(told(only(configMap("one", label)).findings)).toEqual(["apps/a.yaml:5 error reserved-label"]);
  });
});

describe("a Secret", () => {
  const secret = (fields: string) => only(`apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n${fields}`);

  test("has its stringData folded into data, which it beats, so that tampering shows", () => {
    const { object, findings } = secret("data: {a: b2xk, b: a2VlcA==}\nstringData: {a: new, c: grüße}\n");
    expect(findings).toEqual([]);
    expect(object?.stringData).toBeUndefined();
    expect(object?.data).toEqual({ a: "bmV3", b: "a2VlcA==", c: Buffer.from("grüße").toString("base64") });
  });

  test("whose stringData is none is a finding", () => {
    expect(told(secret("stringData: {a: 12}\n").findings)).toEqual(["apps/a.yaml:4 error wrong-type"]);
  });
});

describe("rendering again with a cache", () => {
  const blob = (path: string, id: string, content: string): RepositoryFile => ({ path, mode: "100644", id, content });

  test("gives the same, and does not read a blob twice", () => {
    const cache = createRenderCache();
    const first = render([blob("apps/a.yaml", "1", configMap("one")), blob("apps/b.yaml", "2", "a: [")], { cache });
    const again = render([blob("apps/a.yaml", "1", "unread"), blob("apps/b.yaml", "2", "unread")], { cache });
    expect(again.objects.map(({ object }) => object)).toEqual(first.objects.map(({ object }) => object));
    expect(again.findings).toEqual(first.findings);
    const changed = render([blob("apps/a.yaml", "3", configMap("two"))], { cache });
    expect(changed.objects[0]?.object.metadata.name).toBe("two");
    expect(changed.findings).toEqual([]);
  });

  test("gives each place its own findings when one blob lies in two", () => {
    const cache = createRenderCache();
    const { findings } = render([blob("apps/a.yaml", "1", "a: ["), blob("apps/b.yaml", "1", "a: [")], { cache });
    expect(told(findings)).toEqual(["apps/a.yaml:1 error yaml-syntax", "apps/b.yaml:1 error yaml-syntax"]);
  });

  test("checks an unchanged object again when its definition changes", () => {
    const cache = createRenderCache();
    const star = blob("apps/b.yaml", "2", shape());
    const narrowed = crd("Cluster").replace("type: integer", "type: string");
    expect(render([blob("apps/a.yaml", "1", crd("Cluster")), star], { cache }).findings).toEqual([]);
    expect(told(render([blob("apps/a.yaml", "3", narrowed), star], { cache }).findings)).toEqual([
      "apps/b.yaml:4 error wrong-type",
    ]);
  });

  test("asks another validator anew", () => {
    const cache = createRenderCache();
    const files = [blob("apps/a.yaml", "1", shape())];
    const knowing = validator.withCustomResources([load(crd("Cluster"))]);
    expect(told(render(files, { cache }).findings)).toEqual(["apps/a.yaml:2 error unknown-kind"]);
    expect(render(files, { cache, validator: knowing }).findings).toEqual([]);
  });

  test("leaves what is cached as it was read", () => {
    const cache = createRenderCache();
    const files = [blob("apps/a.yaml", "1", configMap("one", "  uid: abc\n"))];
    render(files, { cache });
    const elsewhere = render(files, { cache, system: { ...shop, namespace: "elsewhere" } });
    expect(elsewhere.objects[0]?.object.metadata).toEqual({ name: "one", namespace: "elsewhere" });
    expect(told(elsewhere.findings)).toEqual(["apps/a.yaml:5 warning server-field"]);
  });

  test("forgets blobs that no render used for long", () => {
    const cache = createRenderCache();
    const read = (content: string) => render([blob("apps/a.yaml", "1", content)], { cache }).objects[0]?.object;
    read(configMap("one"));
    for (let n = 0; n < 20; n++) render([], { cache });
    expect(read(configMap("two"))?.metadata.name).toBe("two");
  });
});
