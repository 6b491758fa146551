import { expect, test } from "vitest";
import { refusalFindings } from "../../src/cli/validate/refusal.ts";
import { immutableField } from "../../src/core/plan/guards/immutable.ts";
import { isRefusal, isRefusedForGood, kubeErrorFrom } from "../../src/kube/kube-error.ts";

const source = {
  object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "token" } },
  file: "a.yaml",
  line: 3,
  locate: () => ({ line: 3, column: 1 }),
  written: () => undefined,
};
const answered = (code: number, message: string) =>
  kubeErrorFrom(code, JSON.stringify({ kind: "Status", reason: "x", message }), {});

test("a namespace that is not there is told as that, whatever stands in front of the server's words about it", () => {
  for (const before of ["", "token: ", "create my-secret: "]) {
    const error = answered(404, `${before}namespaces "shop" not found`);
    expect(refusalFindings(source, error)[0]!.message).toBe(
      "The cluster could not be asked about this ConfigMap: it has no namespace `shop` yet.",
    );
  }
});

test("an apply that the server cannot fit into what its schema has become is refused, however it calls that", () => {
  const words = "failed to prune fields: failed add back owned items: .spec.hue: field not declared in schema";
  expect(isRefusedForGood(answered(500, words))).toBe(true);
  expect(isRefusal(answered(500, "conversion webhook for example.com/v1, Kind=Shape failed: refused"))).toBe(true);
});

test("a missing right is told with its way out although its words speak of secrets and tokens", () => {
  const words =
    'secrets is forbidden: User "system:serviceaccount:secret:token" cannot get resource "secrets" in API group "" in the namespace "token"';
  expect(answered(403, words).message).toBe(
    `${words}; it needs the rule {apiGroups: [""], resources: [secrets], verbs: [get]} in a Role of the namespace token or a ClusterRole that is bound to it`,
  );
});

test("a webhook that quotes a credential of an object does not show it to anybody", () => {
  const { message } = answered(400, 'denied: {"name":"API_TOKEN","value":"hunter2"}; password: hunter2 is weak');
  expect(message).toBe('denied: {"name":"API_TOKEN","value":"********"}; password: ******** is weak');
});

test.each([
  [
    "a unified one",
    '@@ -108,7 +108,7 @@\n    "Env": [\n     {\n      "Name": "DB_PASSWORD",\n-     "Value": "hunter2",\n+     "Value": "hunter3",\n',
  ],
  [
    "Go's",
    '  core.PodSpec{\n  \tEnv: []core.EnvVar{{\n  \t\tName: "DB_PASSWORD",\n- \t\tValue: "hunter2",\n+ \t\tValue: "hunter3",\n',
  ],
])("the diff that the server prints of an object does not show what is live in it: %s", (_, diff) => {
  const words = 'Pod "a" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.x`';
  expect(answered(422, `${words}\n${diff}`).message).toBe(`${words}; ${immutableField(words)}`);
});
