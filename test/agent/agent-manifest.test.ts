import { pino } from "pino";
import { expect, test } from "vitest";
import { readAgentConfig } from "../../src/agent/agent-config.ts";
import { agentManifest } from "../../src/agent/install/agent-manifest.ts";
import { agentRights } from "../../src/agent/install/agent-rights.ts";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { createValidator } from "../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../src/render/kubernetes-schemas.ts";

const installation = {
  cluster: "prod-eu",
  image: "registry.example/trueup:1.0.0",
  namespace: "trueup-system",
  confine: [] as string[],
  botUrl: "https://trueup.example.com",
  agentToken: "t".repeat(40),
  repository: { id: 42, url: "https://github.com/acme/state.git", branches: ["main"], paths: [] },
  credential: { username: "x-access-token", password: "secret" },
};

const named = ({ kind, metadata: { namespace, name } }: KubeObject) =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

test.each([[[]], [["shop", "till"]]])(
  "every object that installs an agent confined to %o is valid, so that applying it cannot half succeed",
  (confine) => {
    const validator = createValidator(loadKubernetesSchemas());
    const objects = agentManifest({ ...installation, confine });
    expect(objects.map((object) => [named(object), validator.validate(object)])).toEqual(
      objects.map((object) => [named(object), []]),
    );
  },
);

test("an agent of a whole cluster is bound to rules of its own, and no longer to cluster-admin", () => {
  const objects = agentManifest({ ...installation, namespace: "gitops" });
  expect(objects.map(named)).toEqual([
    "Namespace gitops",
    "ServiceAccount gitops/trueup-agent",
    "ClusterRole trueup-agent",
    "ClusterRole trueup-agent-namespaced",
    "ClusterRole trueup-agent-cluster",
    "ClusterRoleBinding trueup-agent",
    "Secret gitops/trueup-agent",
    "ConfigMap gitops/trueup-agent",
    "Deployment gitops/trueup-agent",
  ]);
  expect(objects.find(({ kind }) => kind === "ClusterRoleBinding")).toMatchObject({
    roleRef: { name: "trueup-agent" },
    subjects: [{ kind: "ServiceAccount", name: "trueup-agent", namespace: "gitops" }],
  });
});

test("a confined agent gets nothing cluster-wide, and no namespace that goes with it when it is taken away", () => {
  const objects = agentManifest({ ...installation, namespace: "gitops", confine: ["till", "shop"] });
  expect(objects.map(named)).toEqual([
    "Namespace gitops",
    "ServiceAccount gitops/trueup-agent",
    "Role till/trueup-agent",
    "Role shop/trueup-agent",
    "RoleBinding till/trueup-agent",
    "RoleBinding shop/trueup-agent",
    "Role gitops/trueup-agent-inventory",
    "RoleBinding gitops/trueup-agent-inventory",
    "Secret gitops/trueup-agent",
    "ConfigMap gitops/trueup-agent",
    "Deployment gitops/trueup-agent",
  ]);
  for (const one of objects.filter(({ kind }) => kind === "RoleBinding")) {
    expect(one.subjects).toEqual([{ kind: "ServiceAccount", name: "trueup-agent", namespace: "gitops" }]);
  }
});

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}
const rulesOf = (objects: KubeObject[], name: string) =>
  objects.find(({ kind, metadata }) => /Role$/.test(kind) && metadata.name === name)?.rules as unknown as Rule[];

test("the two variants differ in where their rules hold, and not in what these are", () => {
  const whole = rulesOf(agentRights({ namespace: "n", confine: [] }), "trueup-agent-namespaced");
  const confined = rulesOf(agentRights({ namespace: "n", confine: ["shop"] }), "trueup-agent");
  expect(confined).toEqual(whole);
});

test.each([[[]], [["shop"]]])("no rule of an agent confined to %o is open at an end", (confine) => {
  const rules = agentRights({ namespace: "n", confine }).flatMap((one) => (one.rules as unknown as Rule[]) ?? []);
  expect(rules.length).toBeGreaterThan(20);
  for (const { apiGroups, resources, verbs } of rules) {
    expect([apiGroups.length, resources.length]).toEqual([1, 1]);
    expect(`${apiGroups}/${resources}`).not.toMatch(/[*]|\/.*\//);
    const known = ["get", "list", "watch", "create", "update", "patch", "delete"];
    expect(verbs.filter((verb) => !known.includes(verb))).toEqual([]);
  }
});

test("the agent accepts the environment and the repositories that its manifest gives it", () => {
  const objects = agentManifest({ ...installation, confine: ["shop", "till"], credential: undefined });
  const { env } = (
    objects.find(({ kind }) => kind === "Deployment") as unknown as {
      spec: { template: { spec: { containers: [{ env: { name: string; value: string }[] }] } } };
    }
  ).spec.template.spec.containers[0];
  const { data } = objects.find(({ kind }) => kind === "ConfigMap") as unknown as { data: Record<string, string> };
  const config = readAgentConfig(
    {
      ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
      TRUEUP_REPOSITORIES: data["repositories.json"],
      TRUEUP_AGENT_TOKEN_FILE: undefined,
      TRUEUP_AGENT_TOKEN: installation.agentToken,
    },
    pino({ level: "silent" }),
  );
  expect(config).toMatchObject({
    cluster: "prod-eu",
    namespace: "trueup-system",
    confine: ["shop", "till"],
    bot: { url: "https://trueup.example.com" },
    repositories: [{ id: 42, branches: ["main"] }],
  });
});
