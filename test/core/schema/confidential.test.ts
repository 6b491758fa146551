import { expect, test } from "vitest";
import { readManifestFile } from "../../../src/core/manifest/read-manifests.ts";
import { createValidator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";

const validator = createValidator(loadKubernetesSchemas());

/** Everything that is told about a file, as one text. */
function told(content: string, path = "a.yaml"): string {
  const { objects, findings } = readManifestFile({ path, content });
  const found = objects.flatMap(({ object }) => validator.validate(object));
  return [...findings, ...found].map(({ pointer, message }) => `${pointer}: ${message}`).join("\n");
}

const secret = (fields: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n${fields}\n`;
const configMap = (fields: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\n${fields}\n`;
const odd = (spec: string) => `apiVersion: x.example/v1\nkind: Odd\nmetadata: {name: db}\nspec: {${spec}, a: 08}\n`;
const pod = (env: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: {containers: [{name: a, image: b, env: [${env}]}]}\n`;

test.each([
  ["a number for a password", secret("stringData:\n  password: 918273645")],
  ["a password that YAML reads as octal", secret("stringData:\n  password: 09182736450918")],
  ["a password with grouped digits", secret("stringData:\n  password: 9_18273645")],
  ["a password too large for a number", secret("stringData:\n  password: 91827364500000000000000")],
  ["data that is no base64", secret('data:\n  password: "918273645!"')],
  ["data that is a number", secret("data:\n  password: 918273645")],
  ["text in the place of all data", secret('stringData: "918273645"')],
  ["text in the place of all data, base64", secret('data: "918273645"')],
  ["a misspelt field", secret("stringdata:\n  password: 0918273645")],
  ["a misspelt kind", secret("stringData:\n  password: 0918273645").replace("Secret", "secret")],
  ["a kind in the plural", secret("data:\n  password: 0918273645").replace("Secret", "Secrets")],
  ["no kind at all", "apiVersion: v1\nstringData: {password: 0918273645}"],
  ["a copy that kubectl left", secret("").replace("{name: db}", "{name: db, annotations: {copy: 918273645}}")],
  [
    "a list of Secrets",
    `kind: List\napiVersion: v1\nitems:\n- ${secret("stringData: {p: 0918273645}").replaceAll("\n", "\n  ")}`,
  ],
  ["an environment variable named so", pod("{name: DB_PASSWORD, value: 918273645}")],
  ["an environment variable, octal", pod("{name: apiKey, value: 0918273645}")],
  ["a field of a custom object named so", odd("password: 918273645")],
  ["what lies below a credential's name", odd("credentials: {pin: [0918273645]}")],
  ["a ConfigMap's key named so", configMap("data: {access-token: 0918273645}")],
  ["a tag that a password looks like", secret("stringData:\n  password: !x918273645% y")],
  ["an undeclared tag handle", secret("stringData:\n  password: !918273645!x y")],
  ["an alias that a password looks like", secret("stringData:\n  password: *918273645")],
  ["broken quotes", secret('stringData:\n  password: "918273645" 918273645')],
])("a finding about %s says what to do and never what the secret is", (_, content) => {
  const text = told(content);
  expect(text).not.toBe("");
  expect(text).not.toMatch(/9_?18273645|482/);
});

test("a Secret in broken JSON is not quoted", () => {
  const text = told('{"apiVersion":"v1","kind":"Secret","stringData":{"p":"918273645" 918273645}}', "a.json");
  expect(text).not.toBe("");
  expect(text).not.toContain("918273645");
});

test("a number for a password is told with its place, its type and the mending", () => {
  expect(told(secret("stringData:\n  password: 918273645"))).toBe(
    "/stringData/password: Secret `stringData.password` must be text, but it is a number. Put it in quotes.",
  );
});

test("what is no secret is still quoted, so that it is found at once", () => {
  expect(told(configMap("data: {port: 5432}"))).toContain('the number 5432. Put it in quotes: `"5432"`.');
  expect(told(pod("{name: PORT, value: 5432}"))).toContain("the number 5432");
  expect(told(secret("type: 5432"))).toContain("the number 5432");
});
