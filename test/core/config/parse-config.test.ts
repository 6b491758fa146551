import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import schema from "../../../schemas/trueup.schema.json" with { type: "json" };
import { parseConfig } from "../../../src/core/config/parse-config.ts";

const parse = (content: string | Uint8Array) => parseConfig(".trueup.yaml", content);

/** A file with one system, whose fields are given in flow style. */
const one = (fields: string) => parse(`systems:\n  shop: {cluster: prod, path: apps, ${fields}}\n`);

/** `rule pointer` of each finding of a file that must give no system. */
function refused(content: string): string[] {
  const { systems, findings } = parse(content);
  expect(systems).toEqual([]);
  return findings.map(({ rule, pointer }) => `${rule} ${pointer}`);
}

describe("a valid file", () => {
  test("gives systems with every default filled in", () => {
    expect(parse("systems:\n  shop: {cluster: prod, path: .}\n")).toEqual({
      findings: [],
      systems: [
        {
          name: "shop",
          cluster: "prod",
          path: "",
          branch: undefined,
          namespace: "default",
          namespaceGiven: false,
          confine: false,
          dependsOn: [],
          prune: true,
          heal: true,
          exact: false,
          ignore: [],
          protect: { maxDeletions: { percent: 20 } },
          timeoutMs: 300_000,
          approvers: [],
        },
      ],
    });
  });

  test("says all that can be said", () => {
    const { systems, findings } = parse(`
systems:
  shop-production:
    cluster: prod-eu
    path: ./clusters//production/
    branch: release/1.5
    namespace: shop
    confine: true
    dependsOn: [platform]
    prune: false
    heal: false
    exact: true
    ignore:
      - {kind: Deployment, name: web, namespace: shop, paths: [/spec/replicas, "/metadata/annotations/a~1b", /spec/*/x]}
    protect: {maxDeletions: 3}
    timeout: 1h30m
    approvers: ["@acme/ops", "@mona"]
  platform: {cluster: prod-eu, path: infra}
`);
    expect(findings).toEqual([]);
    expect(systems[0]).toEqual({
      name: "shop-production",
      cluster: "prod-eu",
      path: "clusters/production",
      branch: "release/1.5",
      namespace: "shop",
      namespaceGiven: true,
      confine: true,
      dependsOn: ["platform"],
      prune: false,
      heal: false,
      exact: true,
      ignore: [
        {
          kind: "Deployment",
          name: "web",
          namespace: "shop",
          paths: ["/spec/replicas", "/metadata/annotations/a~1b", "/spec/*/x"],
        },
      ],
      protect: { maxDeletions: { count: 3 } },
      timeoutMs: 5_400_000,
      approvers: ["@acme/ops", "@mona"],
    });
  });

  test("may have no system any more, so that the last one can be taken out", () => {
    expect(parse("systems: {}\n")).toEqual({ systems: [], findings: [] });
  });

  test("may name one folder for two clusters, two branches, or two namespaces of one cluster", () => {
    const { systems, findings } = parse(`systems:
  a: {cluster: east, path: app, namespace: a}
  b: {cluster: west, path: app, namespace: a}
  c: {cluster: east, path: app, namespace: a, branch: next}
  d: {cluster: east, path: app, namespace: d}
  e: {cluster: east, path: application}
`);
    expect(findings).toEqual([]);
    expect(systems.map(({ name }) => name)).toEqual(["a", "b", "c", "d", "e"]);
  });
});

describe("an error leaves no system at all", () => {
  test("and is found at its line, with what was meant", () => {
    const { systems, findings } = parse(
      "systems:\n  good: {cluster: a, path: x}\n  bad:\n    cluster: a\n    path: b\n    branche: main\n",
    );
    expect(systems).toEqual([]);
    expect(findings).toEqual([
      {
        file: ".trueup.yaml",
        line: 6,
        column: 5,
        pointer: "/systems/bad/branche",
        severity: "error",
        rule: "unknown-field",
        message: "Unknown field `branche` in `.trueup.yaml` `systems.bad`; did you mean `branch`?",
      },
    ]);
  });

  test("all errors are told at once", () => {
    expect(refused("systems:\n  a: {cluster: 3, path: ../x}\n  b:\nmore: 1\n")).toEqual(
      expect.arrayContaining([
        "unknown-field /more",
        "wrong-type /systems/a/cluster",
        "invalid-value /systems/a/path",
        "wrong-type /systems/b",
      ]),
    );
  });
});

describe("a file that is none", () => {
  test.each([
    ["", "config-documents"],
    ["# nothing yet\n", "config-documents"],
    ["systems: {a: {cluster: a, path: x}}\n---\nsystems: {}\n", "config-documents"],
    ["systems:\n\ta: 1\n", "yaml-syntax"],
    ["systems: [", "yaml-syntax"],
    ["just text", "wrong-type"],
    ["{}", "missing-field"],
    ["systems:\n", "wrong-type"],
    ["systems: []\n", "wrong-type"],
  ])("%j", (content, rule) => {
    const { systems, findings } = parse(content);
    expect(systems).toEqual([]);
    expect(findings.map((finding) => finding.rule)).toContain(rule);
  });

  test("because it is binary is a finding, not a crash", () => {
    expect(parse(Uint8Array.of(0, 1, 2)).findings).toMatchObject([{ rule: "binary-file" }]);
  });

  test("with a system named twice is refused, since one of them would vanish", () => {
    const { systems, findings } = parse("systems:\n  a: {cluster: a, path: x}\n  a: {cluster: a, path: b}\n");
    expect(systems).toEqual([]);
    expect(findings).toMatchObject([{ rule: "duplicate-key", severity: "error", line: 3 }]);
  });
});

describe("a path that leads out of the repository, or into what git keeps for itself", () => {
  test.each(["..", "../x", "a/../..", "/etc", "a\\\\b", ".git", "a/.GIT/hooks", "", "a\\0b"])("%j", (path) => {
    expect(refused(`systems:\n  shop: {cluster: prod, path: "${path}"}\n`)).toEqual([
      "invalid-value /systems/shop/path",
    ]);
  });

  test.each(["..a", "a..b/c", "a b", ".github", "ä"])("%j is a folder like others", (path) => {
    expect(parse(`systems:\n  shop: {cluster: prod, path: "${path}"}\n`).systems[0]?.path).toBe(path);
  });
});

describe("a branch", () => {
  test.each([
    "-x",
    "a..b",
    "a b",
    "a~1",
    "a:b",
    "a.lock",
    "a/",
    "/a",
    "a//b",
    ".a",
    "a.",
    "a@{1}",
    "refs/heads/a",
    "a/-b",
    "",
  ])("is not called %j", (branch) => {
    expect(refused(`systems:\n  shop: {cluster: prod, path: a, branch: "${branch}"}\n`)).toEqual([
      "invalid-value /systems/shop/branch",
    ]);
  });

  test.each(["main", "release/1.5", "feature/a_b-c", "dependabot/npm_and_yarn/@x/y-1.2", "ümlaut"])(
    "may be called %j",
    (branch) => {
      expect(one(`branch: "${branch}"`).systems[0]?.branch).toBe(branch);
    },
  );
});

describe("values that nobody can act on", () => {
  test.each([
    ["timeout: 5 minutes", "invalid-value /systems/shop/timeout"],
    ["timeout: 5", "wrong-type /systems/shop/timeout"],
    ["timeout: 0s", "invalid-value /systems/shop/timeout"],
    ["timeout: 25h", "invalid-value /systems/shop/timeout"],
    ['timeout: ""', "invalid-value /systems/shop/timeout"],
    ["namespace: Shop", "invalid-value /systems/shop/namespace"],
    ["prune: 1", "wrong-type /systems/shop/prune"],
    ["heal:", "wrong-type /systems/shop/heal"],
    ["protect: {maxDeletions: 101%}", "invalid-value /systems/shop/protect/maxDeletions"],
    ["protect: {maxDeletions: -1}", "invalid-value /systems/shop/protect/maxDeletions"],
    ["protect: {maxDeletion: 1}", "unknown-field /systems/shop/protect/maxDeletion"],
    ["approvers: [ops]", "invalid-value /systems/shop/approvers/0"],
    ["ignore: [{kind: Deployment}]", "missing-field /systems/shop/ignore/0"],
    ["ignore: [{paths: [spec.replicas]}]", "invalid-value /systems/shop/ignore/0/paths/0"],
    ["ignore: [{paths: [/metadata/name]}]", "invalid-value /systems/shop/ignore/0/paths/0"],
    ["ignore: [{paths: [/*]}]", "invalid-value /systems/shop/ignore/0/paths/0"],
    ["confine: true", "missing-field /systems/shop/confine"],
    ["dependsOn: [shop]", "dependency-cycle /systems/shop/dependsOn"],
    ["dependsOn: [platform]", "unknown-system /systems/shop/dependsOn/0"],
  ])("%s", (fields, told) => {
    expect(refused(`systems:\n  shop: {cluster: prod, path: apps, ${fields}}\n`)).toEqual([told]);
  });

  test("a number in quotes that should be text is told how to write it", () => {
    expect(one("namespace: 12").findings[0]?.message).toContain('Put it in quotes: `"12"`');
  });

  test("a system's name is a name", () => {
    expect(refused('systems:\n  "Shop 1": {cluster: a, path: x}\n')).toEqual(["invalid-name /systems/Shop 1"]);
  });
});

describe("systems that get in each other's way", () => {
  test("by one folder inside the other on one cluster", () => {
    expect(refused("systems:\n  a: {cluster: c, path: .}\n  b: {cluster: c, path: x, namespace: b}\n")).toEqual([
      "overlapping-systems /systems/b/path",
    ]);
  });

  test("by the same folder for the same namespace", () => {
    const { findings } = parse("systems:\n  a: {cluster: c, path: x}\n  b: {cluster: c, path: ./x}\n");
    expect(findings).toMatchObject([{ rule: "overlapping-systems", line: 3 }]);
    expect(findings[0]?.message).toContain("`a` and `b`");
  });

  test("by waiting for each other, told once and as a whole", () => {
    const { systems, findings } = parse(`systems:
  a: {cluster: c, path: a, dependsOn: [b]}
  b: {cluster: c, path: b, dependsOn: [c]}
  c: {cluster: c, path: c, dependsOn: [a]}
  d: {cluster: c, path: d, dependsOn: [a]}
`);
    expect(systems).toEqual([]);
    expect(findings).toMatchObject([{ rule: "dependency-cycle", line: 2 }]);
    expect(findings[0]?.message).toContain("`a` → `b` → `c` → `a`");
  });

  test("by waiting for one that is not there, or twice for the same", () => {
    const { findings } = parse(
      "systems:\n  shop: {cluster: c, path: a, dependsOn: [platfrom, platform, platform]}\n  platform: {cluster: c, path: b}\n",
    );
    expect(findings.map(({ rule, pointer }) => `${rule} ${pointer}`)).toEqual([
      "unknown-system /systems/shop/dependsOn/0",
      "duplicate-item /systems/shop/dependsOn/2",
    ]);
    expect(findings[0]?.message).toContain("did you mean `platform`?");
  });
});

test("the schema that editors read is a schema", () => {
  const ajv = new Ajv2020({ allowUnionTypes: true });
  ajv.addVocabulary(["x-expected"]);
  expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
});
