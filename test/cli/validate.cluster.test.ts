import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiRequest } from "../harness/control-plane/api-request.ts";
import { type ControlPlane, startControlPlane } from "../harness/control-plane.ts";
import { trueup } from "./trueup.ts";

let plane: ControlPlane;
let dir: string;

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "shapes.demo.example" },
  spec: {
    group: "demo.example",
    scope: "Namespaced",
    names: { kind: "Shape", plural: "shapes" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: {
                  points: {
                    type: "integer",
                    "x-kubernetes-validations": [
                      { rule: "self % 2 == 1", message: "a star has an odd number of points" },
                    ],
                  },
                  colour: { type: "string" },
                },
              },
            },
          },
        },
      },
    ],
  },
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "trueup-validate-cluster-"));
  plane = await startControlPlane({ controllers: false });
  await make("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
  await make("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "no-yellow" },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] },
        ],
      },
      validations: [{ expression: "object.metadata.name != 'yellow'", message: "yellow is not allowed" }],
    },
  });
  await make("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings", {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "no-yellow" },
    spec: { policyName: "no-yellow", validationActions: ["Deny"] },
  });
  const deadline = Date.now() + 60_000;
  while (!(await refuses("yellow", configMap("yellow")))) {
    if (Date.now() > deadline) throw new Error("the server does not enforce the policy");
  }
});

afterAll(async () => {
  await plane?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function make(path: string, body: object): Promise<void> {
  const { status, text } = await apiRequest(plane, path, { method: "POST", body });
  if (status !== 201) throw new Error(text);
}

async function refuses(words: string, body: object): Promise<boolean> {
  const path = "/api/v1/namespaces/default/configmaps?dryRun=All";
  const { status, text } = await apiRequest(plane, path, { method: "POST", body });
  return status >= 400 && text.includes(words);
}

const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

function validate(content: string, ...options: string[]) {
  const file = join(dir, "a.yaml");
  writeFileSync(file, content);
  const { status, stdout, stderr } = trueup([
    "validate",
    "--cluster",
    "--kubeconfig",
    plane.kubeconfig,
    ...options,
    file,
  ]);
  return {
    status,
    stderr,
    lines: stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(`${file}:`, "")),
  };
}

const shape = (spec: string) => `apiVersion: demo.example/v1
kind: Shape
metadata:
  name: star
spec:
  ${spec}
`;

describe("trueup validate --cluster", () => {
  test("takes what the cluster takes, kinds of its own among it, and writes nothing", async () => {
    const { status, lines, stderr } = validate(`${shape("points: 5")}---\n${JSON.stringify(configMap("blue"))}\n`);
    expect({ status, lines, stderr }).toEqual({ status: 0, lines: ["1 file, 2 objects: all valid"], stderr: "" });
    const there = await apiRequest(plane, "/apis/demo.example/v1/shapes");
    expect((there.json() as { items: unknown[] }).items).toEqual([]);
    expect((await apiRequest(plane, "/api/v1/namespaces/default/configmaps/blue")).status).toBe(404);
  });

  test("a rule in CEL is told on the line of its field", () => {
    const { status, lines } = validate(shape("colour: red\n  points: 4"));
    expect(status).toBe(1);
    expect(lines).toEqual([
      "7:3: error refused-by-cluster: The cluster refuses Shape `spec.points`: Invalid value: 4: a star has an odd number of points",
      "1 file, 1 object: 1 error, 0 warnings",
    ]);
  });

  test("a field that the cluster's definition does not have is told once, in our words", () => {
    const { status, lines } = validate(shape("colur: red"));
    expect(status).toBe(1);
    expect(lines[0]).toBe("6:3: error unknown-field: Unknown field `colur` in Shape `spec`; did you mean `colour`?");
    expect(lines).toHaveLength(2);
  });

  test("what admission denies is told where the object begins", () => {
    const { status, lines } = validate("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: yellow}\n");
    expect(status).toBe(1);
    expect(lines[0]).toMatch(
      /^2:1: error refused-by-cluster: The cluster refuses this ConfigMap: .*yellow is not allowed/,
    );
  });

  test("what cannot be asked yet is a warning, and no error", () => {
    const { status, lines } = validate("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: not-yet}\n");
    expect(status).toBe(0);
    expect(lines[0]).toBe(
      "1:1: warning not-dry-run: The cluster could not be asked about this ConfigMap: it has no namespace `not-yet` yet.",
    );
  });

  test("a webhook that is down is a warning at its object, and others are looked at", async () => {
    await make("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "down" },
      webhooks: [
        {
          name: "down.demo.example",
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          clientConfig: { url: "https://127.0.0.1:1/review" },
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["secrets"] }],
        },
      ],
    });
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "one" } };
    const deadline = Date.now() + 60_000;
    let answer = validate("");
    do {
      answer = validate(`${JSON.stringify(secret)}\n---\n${JSON.stringify({ ...configMap("blue"), dta: {} })}\n`);
    } while (answer.lines.length < 3 && Date.now() < deadline);
    const { status, lines } = answer;
    expect(status).toBe(1);
    expect(lines).toContainEqual(expect.stringMatching(/^1:1: warning not-dry-run: .*failed calling webhook "down/));
    expect(lines).toContainEqual(expect.stringMatching(/^3:\d+: error unknown-field: /));
  });

  test("a context that is not there, or a cluster option without a cluster, exits 2 and says so", () => {
    const missing = validate("", "--context", "elsewhere");
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain('has no context "elsewhere"; it has real');
    const { status, stderr } = trueup(["validate", "--context", "real", dir]);
    expect(status).toBe(2);
    expect(stderr).toContain("say so with --cluster");
  });
});
