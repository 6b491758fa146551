import { pino } from "pino";
import { expect, test } from "vitest";
import { readAgentConfig } from "../../src/agent/agent-config.ts";
import { agentManifest } from "../../src/agent/install/agent-manifest.ts";
import { createValidator } from "../../src/core/schema/validator.ts";
import { loadKubernetesSchemas } from "../../src/render/kubernetes-schemas.ts";

const installation = {
  cluster: "prod-eu",
  image: "registry.example/trueup:1.0.0",
  namespace: "trueup-system",
  botUrl: "https://trueup.example.com",
  agentToken: "t".repeat(40),
  repository: { id: 42, url: "https://github.com/acme/state.git", branches: ["main"], paths: [] },
  credential: { username: "x-access-token", password: "secret" },
};

test("every object that installs an agent is valid, so that applying it cannot half succeed", () => {
  const validator = createValidator(loadKubernetesSchemas());
  const objects = agentManifest(installation);
  expect(objects.map((object) => [object.kind, validator.validate(object)])).toEqual(
    ["Namespace", "ServiceAccount", "ClusterRoleBinding", "Secret", "ConfigMap", "Deployment"].map((kind) => [
      kind,
      [],
    ]),
  );
});

test("the agent accepts the environment and the repositories that its manifest gives it", () => {
  const objects = agentManifest({ ...installation, credential: undefined });
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
    bot: { url: "https://trueup.example.com" },
    repositories: [{ id: 42, branches: ["main"] }],
  });
});
