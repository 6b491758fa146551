import { describe, expect, test } from "vitest";
import { createValidator } from "../../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";
import { subjects } from "../../agreement/subjects.ts";

const validator = createValidator(loadKubernetesSchemas());
const manifests = subjects().own;

function deployment(spec: object = {}, container: object = {}) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "web", image: "nginx", ...container }] },
      },
      ...spec,
    },
  };
}

function messages(object: unknown, by = validator): string[] {
  return by.validate(object).map(({ message }) => message);
}

describe("a valid object", () => {
  const knowing = validator.withCustomResources(manifests);

  test.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    "%s has no errors",
    (_, manifest) => {
      expect(knowing.validate(manifest).filter(({ severity }) => severity === "error")).toEqual([]);
    },
  );

  test("may leave an optional field null, as the server reads it", () => {
    expect(validator.validate(deployment({ replicas: null }, { env: null, args: [null] }))).toEqual([]);
  });

  test("may write a quantity as a number and a port as a name", () => {
    expect(validator.validate(deployment({}, { resources: { limits: { cpu: 0.5, memory: "1Gi" } } }))).toEqual([]);
  });
});

describe("a namespace", () => {
  const within = (namespace: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one", namespace } });

  test("is a name of letters, digits and dashes", () => {
    expect(validator.validate(within("a b"))).toMatchObject([{ pointer: "/metadata/namespace", rule: "invalid-name" }]);
    expect(validator.validate(within("a-b"))).toEqual([]);
  });
});

describe("an unknown field", () => {
  test("is found at its place, with the name it was meant to be", () => {
    expect(validator.validate(deployment({ replica: 3 }))).toEqual([
      {
        pointer: "/spec/replica",
        rule: "unknown-field",
        severity: "error",
        message: "Unknown field `replica` in Deployment `spec`; did you mean `replicas`?",
      },
    ]);
  });

  test("with no name near it gets no guess", () => {
    expect(messages(deployment({}, { surprise: 1 }))).toEqual([
      "Unknown field `surprise` in Deployment `spec.template.spec.containers[0]`.",
    ]);
  });
});

describe("a wrong type", () => {
  test.each([
    [
      { replicas: "3" },
      'Deployment `spec.replicas` must be a whole number, but it is the text "3". Write it without quotes: `3`.',
    ],
    [{ replicas: 1.5 }, "Deployment `spec.replicas` must be a whole number, but it is the number 1.5."],
    [
      { paused: "true" },
      'Deployment `spec.paused` must be `true` or `false`, but it is the text "true". Write it without quotes: `true`.',
    ],
    [{ strategy: ["Recreate"] }, "Deployment `spec.strategy` must be a mapping, but it is a list."],
  ])("%j is told in plain words", (spec, message) => {
    expect(messages(deployment(spec))).toEqual([message]);
  });

  test("an unquoted number in env says to quote it", () => {
    expect(messages(deployment({}, { env: [{ name: "PORT", value: 8080 }] }))).toEqual([
      'Deployment `spec.template.spec.containers[0].env[0].value` must be text, but it is the number 8080. Put it in quotes: `"8080"`.',
    ]);
  });

  test("a number that the server would cut to 32 bits is a warning, because the server accepts it", () => {
    expect(validator.validate(deployment({ replicas: 2 ** 33 }))).toMatchObject([
      { pointer: "/spec/replicas", severity: "warning" },
    ]);
  });
});

describe("values", () => {
  test.each([
    [
      deployment({}, { imagePullPolicy: "Alway" }),
      "imagePullPolicy",
      /must be one of `Always`, `IfNotPresent`, `Never`.*Did you mean `Always`\?/,
    ],
    [deployment({}, { name: "Web_1" }), "name", /lower-case letters/],
    [deployment({}, { name: "" }), "name", /is required, but it is empty/],
    [deployment({}, { resources: { limits: { cpu: "2 cores" } } }), "cpu", /must be a quantity/],
    [deployment({}, { ports: [{ containerPort: 70_000 }] }), "containerPort", /must be a port from 1 to 65535/],
    [
      deployment({}, { ports: [{ containerPort: 80 }, { containerPort: 80, protocol: "TCP" }] }),
      "1",
      /already has an item with containerPort 80 and protocol "TCP"/,
    ],
    [
      deployment(
        {},
        {
          env: [
            { name: "A", value: "1" },
            { name: "A", value: "2" },
          ],
        },
      ),
      "1",
      /already has an item with name "A"/,
    ],
    [
      deployment({}, { volumeMounts: [{ name: "data", mountPath: "/data" }] }),
      "name",
      /its pod.s `volumes` have none of that name/,
    ],
    [deployment({ selector: { matchLabels: { app: "api" } } }), "app", /labels of its own pods .* have "web"/],
    [deployment({ selector: {} }), "selector", /must not be empty/],
    [
      { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { a: "plain text" } },
      "a",
      /must be base64.*stringData/,
    ],
    [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: { "a b": "" } }, "a b", /no valid key/],
    [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "Web" } },
      "name",
      /must be at most 253 lower-case letters/,
    ],
    [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "a.b" } }, "name", /at most 63 lower-case letters/],
    [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", labels: { "a/b/c": "1" } } },
      "a~1b~1c",
      /no label key/,
    ],
    [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", labels: { a: "x y" } } },
      "a",
      /must be empty or at most 63/,
    ],
  ])("%#: one finding at `%s` says what is wrong", (object, field, message) => {
    const findings = validator.validate(object);
    expect(findings).toHaveLength(1);
    expect(findings[0]!.pointer.split("/").at(-1)).toBe(field);
    expect(findings[0]!.message).toMatch(message);
  });

  test("one of a few words, written wrongly, is told with the one that it was meant to be", () => {
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnec"], resources: { requests: { storage: "1Gi" } } },
    };
    const selector = { matchExpressions: [{ key: "app", operator: "Exist" }] };
    expect(messages({ ...claim, spec: { ...claim.spec, accessModes: ["ReadWriteOnce"], selector } })).toEqual([
      'PersistentVolumeClaim `spec.selector.matchExpressions[0].operator` must be one of `In`, `NotIn`, `Exists`, `DoesNotExist` (did you mean `Exists`?), but it is the text "Exist".',
    ]);
    expect(messages(claim)).toEqual([
      'PersistentVolumeClaim `spec.accessModes[0]` must be one of `ReadOnlyMany`, `ReadWriteMany`, `ReadWriteOnce`, `ReadWriteOncePod`, but it is the text "ReadWriteOnec". Did you mean `ReadWriteOnce`?',
    ]);
  });

  test.each([
    ["always restarts", { template: { spec: { containers: [{ name: "a", image: "b" }] } } }, "/spec/template/spec"],
    [
      "says so",
      { template: { spec: { restartPolicy: "Always", containers: [{ name: "a", image: "b" }] } } },
      "/spec/template/spec/restartPolicy",
    ],
  ])("a job whose pods end is refused when it %s", (_, spec, pointer) => {
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "once" }, spec };
    expect(validator.validate(job)).toMatchObject([{ pointer, rule: "invalid-restart-policy" }]);
  });

  test("a claim brought by a StatefulSet's template is a volume that can be mounted", () => {
    const mounting = deployment({ serviceName: "db" }, { volumeMounts: [{ name: "data", mountPath: "/data" }] });
    const claim = {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    const set = { ...mounting, kind: "StatefulSet", spec: { ...mounting.spec, volumeClaimTemplates: [claim] } };
    expect(validator.validate(set)).toEqual([]);
  });

  test("rules of a role that aggregates others are told as what is not applied, and the empty ones of the documentation are not", () => {
    const summing = (rules: unknown[]) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "sum" },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] },
      rules,
    });
    expect(validator.validate(summing([]))).toEqual([]);
    const rule = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
    expect(validator.validate(summing([rule]))).toMatchObject([{ pointer: "/rules", severity: "warning" }]);
  });

  test("names with a colon are good for roles, and for nothing else", () => {
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "a:b" },
      rules: [],
    };
    expect(validator.validate(role)).toEqual([]);
    expect(validator.validate({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a:b" } })).toHaveLength(1);
  });
});

describe("an object that cannot be placed", () => {
  test.each([
    [42, "This is no Kubernetes object: an object is a mapping with `apiVersion` and `kind`."],
    [[], "This is no Kubernetes object: an object is a mapping with `apiVersion` and `kind`."],
    [{ kind: "Pod" }, "`apiVersion` is missing; every Kubernetes object has it."],
    [{ apiVersion: "v1", kind: 3 }, "`kind` must be text; every Kubernetes object has it."],
    [
      { apiVersion: "apps/v1", kind: "Deploymnet" },
      "Unknown kind `Deploymnet` of `apps/v1`; did you mean `Deployment`?",
    ],
    [
      { apiVersion: "extensions/v1beta1", kind: "Ingress" },
      "Ingress of `extensions/v1beta1` was removed in Kubernetes 1.22; write `networking.k8s.io/v1`, where a backend is `service: {name, port: {number}}`, `spec.backend` is `spec.defaultBackend`, and each path needs a `pathType`.",
    ],
    [
      { apiVersion: "x/v1", kind: "Foo" },
      "Unknown kind `Foo` of `x/v1`; if a CustomResourceDefinition describes it, keep that in the same system, so that it can be checked.",
    ],
    [
      { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview" },
      "TokenReview of `authentication.k8s.io/v1` cannot be kept in Git: a cluster answers it and stores nothing.",
    ],
    [{ apiVersion: "v1", kind: "ConfigMap" }, "ConfigMap lacks `metadata.name`, which is required."],
    [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "x-" } },
      "ConfigMap has a `generateName` and no `name`; what is kept in Git needs a name of its own.",
    ],
  ])("%j: %s", (object, message) => {
    expect(messages(object)).toEqual([message]);
  });

  test("fields called like those of every JavaScript object are unknown fields like others", () => {
    const hostile = JSON.parse(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"__proto__":{"a":1},"constructor":1}',
    );
    expect(
      validator
        .validate(hostile)
        .map(({ pointer }) => pointer)
        .sort(),
    ).toEqual(["/__proto__", "/constructor"]);
    expect(messages({ apiVersion: "v1", kind: "constructor", metadata: { name: "x" } })[0]).toMatch(/^Unknown kind/);
  });

  test("a thousand mistakes end in a hundred findings", () => {
    const data = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index]));
    expect(validator.validate({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data })).toHaveLength(
      100,
    );
  });
});
