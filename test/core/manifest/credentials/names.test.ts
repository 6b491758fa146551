import { describe, expect, test } from "vitest";
import { isConfidential } from "../../../../src/core/manifest/confidential.ts";
import { namesCredential } from "../../../../src/core/manifest/credentials/names.ts";
import { withoutCredentials } from "../../../../src/core/manifest/credentials-in-text.ts";
import type { Json, KubeObject } from "../../../../src/core/manifest/kube-object.ts";
import { objectChanges } from "../../../../src/core/plan/object-changes.ts";
import { maskValue } from "../../../../src/core/plan/secret-mask.ts";

const canary = "hunter2Xq9";
const mask = "********";

describe("a name that people keep a credential under is known for one", () => {
  test.each(
    [
      "STRIPE_KEY JWT_KEY APP_KEY DATADOG_APP_KEY OPENAI_KEY VAULT_UNSEAL_KEY TLS_KEY LICENSE_KEY HASH_KEY KEY Jwt__Key",
      "tls.key server.key stripeKey presharedKey PresharedKey ssh_host_ed25519_key routing_key integrationKey aws_sec_key",
      "APP_KEY_OLD JWT_KEY_2 JWT_KEY_BASE64 apiKey SECRET_KEY_BASE",
      "ROOT_TOKEN_ID VAULT_DEV_ROOT_TOKEN_ID AWS_ACCESS_KEY_ID VAULT_SECRET_ID GITHUB_PAT azure-pat githubPat",
      "AUTHORIZATION Authorization Proxy-Authorization HTTP_AUTHORIZATION REDIS_AUTH BEARER HSM_PIN AUTH_SALT",
      "PASSWORD_HASH passwordHash ADMIN_PASSWORD_BCRYPT rootpw bindpw DB_PASSWORT",
      ".dockerconfigjson .dockercfg kubeconfig KUBECONFIG admin.kubeconfig .pgpass .netrc id_rsa id_ed25519 keystore.p12",
      "credentials.json kubeconfig.yaml SENTRY_DSN connectionString CONNECTION_STRING ConnectionStrings__Default WEBHOOK_URL",
      "RABBITMQ_ERLANG_COOKIE _auth",
    ].flatMap((line) => line.split(" ")),
  )("%s", (name) => {
    expect(namesCredential(name)).toBe(true);
    const pod = (value: string) =>
      ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {},
        spec: { containers: [{ name: "a", env: [{ name, value }] }] },
      }) as Json;
    const [live, merge] = [pod(canary), pod(`${canary}2`)] as unknown as [KubeObject, KubeObject];
    const rules = { ignore: [], manager: "trueup", behind: "drift" } as const;
    const changes = objectChanges({ live, base: live, merge }, rules, { ofKind: () => undefined });
    expect(changes).toHaveLength(1);
    expect(JSON.stringify(changes)).toContain(mask);
    expect(JSON.stringify(changes)).not.toContain(canary);
    expect(isConfidential({ kind: "ConfigMap" }, ["data", name])).toBe(true);
  });

  test.each(
    [
      "key Key keys monkey turkey keyFile tls.key.path tls.crt",
      "PUBLIC_KEY ssh-public-key publicKey STRIPE_PUBLISHABLE_KEY primaryKey foreign_key PARTITION_KEY cacheKey sort_key",
      "topologyKey labelKey matchLabelKeys topologyKeys capacityKey kubeletConfigKey listMapKey event.key",
      "passwordKey adminPasswordKey userKey existingSecretKey existingSecretPasswordKey",
      "authorization auth author authority AUTHOR cookie PATH pattern compat patch pinned spin OPTIONS",
      "salted passwordPolicy tokenizer secretName hashed",
    ].flatMap((line) => line.split(" ")),
  )("and one that is not stays readable: %s", (name) => {
    expect(namesCredential(name)).toBe(false);
  });
});

test("what Kubernetes itself calls a key is told as it is, and the plan stays readable", () => {
  const pod = {
    containers: [
      {
        env: [
          { name: "STRIPE_KEY", valueFrom: { secretKeyRef: { name: "stripe", key: "live" } } },
          { name: "JWT_KEY", valueFrom: { configMapKeyRef: { name: "jwt", key: "jwt.key" } } },
          { name: "TLS_KEY", value: "/etc/tls/tls.key" },
          { name: "KUBECONFIG", value: "/root/.kube/config" },
        ],
        args: ["--tls-key=/etc/tls/tls.key", "--kubeconfig=/etc/kubernetes/admin.conf", "--key", "server-key.pem"],
      },
    ],
    tolerations: [{ key: "dedicated", value: "gpu" }],
    topologySpreadConstraints: [{ topologyKey: "zone", matchLabelKeys: ["pod-template-hash"] }],
    affinity: { matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] },
    volumes: [
      { configMap: { name: "tls", items: [{ key: "tls.key", path: "tls.key" }] } },
      { secret: { secretName: "tls", items: [{ key: "tls.key", path: "tls.key" }] } },
    ],
    authorization: { type: "simple", acls: [{ resource: "topic" }] },
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
  };
  const object = { apiVersion: "x/v1", kind: "Odd", metadata: { name: "o" }, spec: pod } as unknown as KubeObject;
  expect(maskValue(object, [{ type: "field", name: "spec" }], pod)).toEqual(pod);
});

test.each([
  "key: disk\noperator: In",
  "secretKeyRef:\n  name: a\n  key: tls.key",
  "TLS_KEY=/etc/tls/tls.key",
  "ssl_certificate_key /etc/nginx/tls.key;",
  "cfssl sign -ca root.pem -ca-key root-key.pem",
  "proxy_cache_key $host$uri;",
  'if (event.key === "Enter") stop()',
  "topologyKey: kubernetes.io/hostname",
  "// +listMapKey=type",
  "authorization: enabled",
  'curl -H "Authorization: Bearer $TOKEN" x',
])("nor is it hidden in a text: %s", (text) => {
  expect(withoutCredentials(text)).toBe(text);
});

test("a Secret's own data is hidden even where it looks like the name of a file", () => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { "tls.key": "/etc/tls/tls.key" } };
  const path = [
    { type: "field", name: "data" },
    { type: "field", name: "tls.key" },
  ] as const;
  expect(maskValue(secret as unknown as KubeObject, path, secret.data["tls.key"])).toBe(mask);
});

test("the Secrets that a ServiceAccount names are told by their names, in another order too", () => {
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "a" }, secrets: [{ name: "b" }] };
  const path = [{ type: "field", name: "secrets" }] as const;
  expect(maskValue(account as unknown as KubeObject, path, ["b", "a"])).toEqual(["b", "a"]);
  expect(maskValue({ ...account, kind: "Odd" } as unknown as KubeObject, path, [canary])).toEqual([mask]);
});
