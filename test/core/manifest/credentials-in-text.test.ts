import { describe, expect, test } from "vitest";
import { withoutCredentialArguments, withoutCredentials } from "../../../src/core/manifest/credentials-in-text.ts";
import type { Json, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { objectChanges } from "../../../src/core/plan/object-changes.ts";
import { shown } from "../../../src/core/schema/shown.ts";

const canary = "c4n4ry-Xy9_Zq";

describe("a text is told without its credentials", () => {
  test.each([
    ["a URL", `postgres://shop:${canary}@db:5432/shop`, "postgres://shop:********@db:5432/shop"],
    ["an option", `serve --db-password=${canary} --port=80`, "serve --db-password=******** --port=80"],
    ["properties", `user=a\ndb.password = ${canary}\nport=80`, "user=a\ndb.password = ********\nport=80"],
    ["YAML", `db:\n  password: ${canary}\n  host: a`, "db:\n  password: ********\n  host: a"],
    ["quoted YAML", `apiKey: '${canary} ${canary}' # x`, "apiKey: '********' # x"],
    ["JSON", `{"user":"a","client_secret":"${canary}","n":1}`, '{"user":"a","client_secret":"********","n":1}'],
    ["JSON in JSON", JSON.stringify(`{"token":"${canary}","n":1}`), '"{\\"token\\":\\"********\\",\\"n\\":1}"'],
    ["a query", `https://a.example/x?token=${canary}&n=1`, "https://a.example/x?token=********&n=1"],
    ["a header", `Authorization: Bearer ${canary}`, "Authorization: Bearer ********"],
    ["a comma in it", `password=${canary},${canary}`, "password=********"],
    ["a list of pairs", `a=1,password=${canary},b=2`, "a=1,password=********,b=2"],
    [
      "a refusal",
      `spec.password: Invalid value: "${canary} \\"${canary}": too short`,
      "spec.password: Invalid value: ********: too short",
    ],
    ["JSON by name", `[{"name":"DB_PASSWORD","value":"${canary}"}]`, '[{"name":"DB_PASSWORD","value":"********"}]'],
    [
      "Go by name",
      `core.EnvVar{Name:"DB_PASSWORD", Value:"${canary}", ValueFrom:nil}`,
      'core.EnvVar{Name:"DB_PASSWORD", Value:"********", ValueFrom:nil}',
    ],
    [
      "YAML by name",
      `- name: API_TOKEN\n  value: ${canary} ${canary}\n- name: b`,
      "- name: API_TOKEN\n  value: ********\n- name: b",
    ],
    [
      "JSON in JSON by name",
      JSON.stringify(`{"name":"TOKEN","value":"${canary}"}`),
      '"{\\"name\\":\\"TOKEN\\",\\"value\\":\\"********\\"}"',
    ],
    ["a refused number", "spec.db[apiToken]: Duplicate value: 12345", "spec.db[apiToken]: Duplicate value: ********"],
    ["GitHub's", `use ghp_${"a1B2".repeat(9)} now`, "use ******** now"],
    ["AWS's", "id AKIAIOSFODNN7EXAMPLE", "id ********"],
    ["a web token", `x eyJhbGciOiJI.eyJzdWIiOiIx.${canary}`, "x ********"],
    ["a key", `a\n-----BEGIN RSA PRIVATE KEY-----\n${canary}\n-----END RSA PRIVATE KEY-----\nb`, "a\n********\nb"],
    ["a key without an end", `-----BEGIN PRIVATE KEY-----\n${canary}`, "********"],
  ])("%s", (_, text, told) => {
    expect(withoutCredentials(text)).toBe(told);
    expect(withoutCredentials(told)).toBe(told);
  });

  test.each([
    "image: registry.example/shop/web:1.2",
    "secretName: tls",
    ".spec.token: field not declared in schema",
    '{"name":"PORT","value":"80"}',
    "spec.password: Required value: must be set",
    "spec.secret: Forbidden: may not be set",
    "password:\n  from: file",
    "secret: {name: a}",
    "the token of the bucket is checked",
    "https://a.example:8443/path@2",
    "topologyKey: kubernetes.io/hostname",
    "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "server { listen 80; location / { root /usr/share; } }",
  ])("and what is none stays: %s", (text) => {
    expect(withoutCredentials(text)).toBe(text);
  });

  test("a megabyte of anything takes no time that anybody notices, and much less than its square", () => {
    for (const part of [
      "a",
      "password",
      "password=",
      "a://",
      "://x:",
      "eyJ",
      "-eyJ",
      'name: "token",',
      "name: aaaatoken\\n",
      ".eyJaaaaaaaa",
      "sk-",
      "token=,",
      'token: Invalid value: "',
      "token:'",
      "-----BEGIN PRIVATE KEY-----",
      '"\\',
      "token:  ",
    ]) {
      const cost = (size: number) => {
        const text = part.repeat(Math.ceil(size / part.length));
        const began = performance.now();
        withoutCredentials(text);
        return performance.now() - began;
      };
      cost(10_000);
      // A quadratic one would take minutes for the megabyte, and the runner's own limit would tell.
      cost(1_000_000);
    }
  });

  test("an argument after a credential's option is one", () => {
    expect(withoutCredentialArguments(["serve", "--token", canary, "--password", "--verbose", "x"])).toEqual([
      "serve",
      "--token",
      "********",
      "--password",
      "--verbose",
      "x",
    ]);
  });
});

test("a credential in any place of an object shows as changed, and neither of its values", () => {
  const twice = (value: string): { [name: string]: Json } => ({
    annotations: { "example.com/api-token": value, "example.com/note": `password: ${value}` },
    env: [
      { name: "DB_PASSWORD", value },
      { name: "DATABASE_URL", value: `postgres://a:${value}@db` },
    ],
    args: ["--token", value],
    command: ["sh", "-c", `export API_KEY=${value}; run`],
    spec: { credentials: value, nested: [{ auth: { clientSecret: value } }] },
    data: { "app.ini": `[db]\npassword = ${value}\n`, "config.json": `{"accessToken": "${value}"}` },
  });
  const object = (value: string): KubeObject => {
    const { annotations, env, args, command, spec, data } = twice(value);
    const body = { spec: { containers: [{ env, args, command }], ...(spec as object) }, data };
    return { apiVersion: "x/v1", kind: "Odd", metadata: { name: "o", annotations }, ...body } as unknown as KubeObject;
  };
  const [live, merge] = [object(canary), object(`${canary}2`)];
  const rules = { ignore: [], manager: "trueup", behind: "drift", seenAt: "2026-01-01T00:00:00Z" } as const;
  const changes = objectChanges({ live, base: live, merge }, rules, { ofKind: () => undefined });
  expect(changes.length).toBeGreaterThanOrEqual(8);
  expect(JSON.stringify(changes)).not.toContain(canary);
  expect(JSON.stringify(changes)).toContain("********");
});

test("nor does a finding quote one", () => {
  expect(shown(`postgres://a:${canary}@db`)).toBe('the text "postgres://a:********@db"');
});
