import { canary } from "./canary.ts";

/** Where people keep a secret. The same value is put in all of them. */
export interface Place {
  /** Of the one object that holds it. */
  name: string;
  kind: string;
  manifest(secret: string): string;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const indented = (text: string): string => text.trimEnd().replaceAll(/^/gm, "    ");

const object = (apiVersion: string, kind: string, name: string, rest: string, annotations = ""): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n${annotations}${rest}`;
const annotated = (key: string, value: string): string => `  annotations:\n    ${key}: ${JSON.stringify(value)}\n`;

const configMap = (name: string, rest: string, annotations = ""): string =>
  object("v1", "ConfigMap", name, rest, annotations);
const secret = (name: string, rest: string, annotations = ""): string =>
  object("v1", "Secret", name, rest, annotations);
/** A text of several lines under a key that says nothing of what it holds. */
const file = (name: string, text: string): string => configMap(name, `data:\n  settings: |\n${indented(text)}\n`);

const workload = (name: string, container: string): string =>
  object(
    "apps/v1",
    "Deployment",
    name,
    `spec:
  replicas: 0
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - name: main
          image: example.com/main:1
${container.replaceAll(/^/gm, "          ")}
`,
  );

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const applied = (kind: string, rest: object): string =>
  JSON.stringify({ apiVersion: "v1", kind, metadata: { name: "x" }, ...rest });

const privateKey = (body: string): string => `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`;

export const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: vaults.demo.example.com
spec:
  group: demo.example.com
  scope: Namespaced
  names: {plural: vaults, singular: vault, kind: Vault, listKind: VaultList}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                token: {type: string, maxLength: 60}
                env:
                  type: array
                  items:
                    type: object
                    properties: {name: {type: string}, value: {type: string}}
                settings: {type: object, x-kubernetes-preserve-unknown-fields: true}
`;

const vault = (name: string, spec: string): string =>
  object("demo.example.com/v1", "Vault", name, `spec:\n${spec.replaceAll(/^/gm, "  ")}\n`);

const kinds: { [kind: string]: { [name: string]: (name: string, value: string) => string } } = {
  Secret: {
    "secret-data": (name, v) => secret(name, `data:\n  word: ${base64(v)}\n`),
    "secret-string-data": (name, v) => secret(name, `stringData:\n  word: ${v}\n`),
    "secret-last-applied": (name, v) =>
      secret(
        name,
        "stringData: {word: same}\n",
        annotated(lastApplied, applied("Secret", { data: { word: base64(v) } })),
      ),
    "secret-annotation": (name, v) => secret(name, "stringData: {word: same}\n", annotated("example.com/note", v)),
    "docker-login": (name, v) =>
      secret(
        name,
        `type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '${JSON.stringify({ auths: { "r.example": { auth: base64(`u:${v}`) } } })}'\n`,
      ),
  },
  Deployment: {
    "env-value": (name, v) => workload(name, `env:\n  - {name: DB_PASSWORD, value: ${v}}`),
    "env-odd-value": (name, v) => workload(name, `env:\n  - {name: DB_PASSWORD, value: ${JSON.stringify(`a"b ${v}`)}}`),
    "env-key": (name, v) => workload(name, `env:\n  - {name: STRIPE_KEY, value: ${v}}`),
    "env-token-id": (name, v) => workload(name, `env:\n  - {name: VAULT_DEV_ROOT_TOKEN_ID, value: ${v}}`),
    "env-hash": (name, v) => workload(name, `env:\n  - {name: PASSWORD_HASH, value: ${v}}`),
    "argument-joined": (name, v) => workload(name, `args: ["--user=app", "--password=${v}"]`),
    "argument-apart": (name, v) => workload(name, `args: ["--password", "${v}", "--verbose"]`),
    "shell-mysql": (name, v) => workload(name, `command: [sh, -c, "mysql -u root -p${v} < dump.sql"]`),
    "shell-variable": (name, v) => workload(name, `command: [sh, -c, "PGPASSWORD=${v} psql -h db"]`),
    "shell-curl": (name, v) => workload(name, `command: [sh, -c, "curl -u app:${v} https://example.com"]`),
    "probe-command": (name, v) => workload(name, `livenessProbe:\n  exec: {command: [redis-cli, -a, "${v}", ping]}`),
    "probe-plain-header": (name, v) =>
      workload(name, `livenessProbe:\n  httpGet:\n    port: 80\n    httpHeaders: [{name: Authorization, value: ${v}}]`),
    "probe-header": (name, v) =>
      workload(
        name,
        `livenessProbe:\n  httpGet:\n    port: 80\n    httpHeaders: [{name: Authorization, value: "Bearer ${v}"}]`,
      ),
    "image-login": (name, v) => workload(name, "").replace("example.com/main:1", `app:${v}@example.com/main:1`),
  },
  ConfigMap: {
    "last-applied": (name, v) =>
      configMap(
        name,
        "data: {a: b}\n",
        annotated(
          lastApplied,
          applied("Pod", { spec: { containers: [{ env: [{ name: "DB_PASSWORD", value: v }] }] } }),
        ),
      ),
    "key-password": (name, v) => configMap(name, `data:\n  password: ${v}\n`),
    "binary-password": (name, v) => configMap(name, `binaryData:\n  password: ${base64(v)}\n`),
    "key-tls": (name, v) => configMap(name, `data:\n  tls.key: ${v}\n`),
    "key-kubeconfig": (name, v) => configMap(name, `data:\n  kubeconfig: ${v}\n`),
    "text-blank": (name, v) => file(name, `<match>\n  host a\n  password ${v}\n</match>\n`),
    "text-haproxy": (name, v) => file(name, `listen stats\n  stats auth admin:${v}\n`),
    "text-npm-login": (name, v) => file(name, `//registry.example.com/:_auth=${v}\n`),
    "text-wireguard": (name, v) => file(name, `[Peer]\nPresharedKey = ${v}\n`),
    "text-pagerduty": (name, v) => file(name, `pagerduty_configs:\n  - routing_key: ${v}\n`),
    "text-pgbouncer": (name, v) => file(name, `"app" "md5${v}"\n`),
    "text-signature": (name, v) => file(name, `see https://a.blob.core.windows.net/c?sv=1&sig=${v}%3D\n`),
    "text-telegram": (name, v) => file(name, `see https://api.telegram.org/bot123456789:${v}/sendMessage\n`),
    "text-discord": (name, v) => file(name, `see https://discord.com/api/webhooks/123/${v}\n`),
    "text-slack": (name, v) => file(name, `see https://hooks.slack.com/services/T0/B0/${v}\n`),
    "text-yaml": (name, v) => file(name, `db:\n  user: app\n  password: ${v}\n  port: 5432\n`),
    "text-yaml-block": (name, v) => file(name, `db:\n  password: >-\n    ${v}\n  port: 5432\n`),
    "text-json": (name, v) => file(name, JSON.stringify({ db: { user: "app", password: `q"${v}` } }, null, 2)),
    "text-env": (name, v) => file(name, `USER=app\nexport DB_PASSWORD="${v}"\nPORT=1\n`),
    "text-ini": (name, v) => file(name, `[db]\nuser = app\npassword = ${v}\n`),
    "text-properties": (name, v) => file(name, `spring.datasource.user=app\nspring.datasource.password=${v}\n`),
    "text-xml": (name, v) => file(name, `<db>\n  <user>app</user>\n  <password>${v}</password>\n</db>\n`),
    "text-url": (name, v) => file(name, `see postgres://app:${v}@db.example:5432/app\n`),
    "text-url-query": (name, v) => file(name, `see https://example.com/hook?token=${v}&a=b\n`),
    "text-secret": (name, v) =>
      file(name, `apiVersion: v1\nkind: Secret\nmetadata:\n  name: inner\ndata:\n  word: ${base64(v)}\n`),
    "text-netrc": (name, v) => file(name, `machine example.com login app password ${v}\n`),
    "text-npmrc": (name, v) => file(name, `//registry.example.com/:_authToken=${v}\n`),
    "text-private-key": (name, v) => file(name, privateKey(`${v}AAAA`)),
    "text-sql": (name, v) => file(name, `CREATE USER app WITH PASSWORD '${v}';\n`),
    "annotation-named": (name, v) => configMap(name, "data: {a: b}\n", annotated("example.com/api-token", v)),
  },
  Ingress: {
    "ingress-url": (name, v) =>
      object(
        "networking.k8s.io/v1",
        "Ingress",
        name,
        "spec:\n  defaultBackend: {service: {name: web, port: {number: 80}}}\n",
        annotated("nginx.ingress.kubernetes.io/auth-url", `https://app:${v}@auth.example.com/check`),
      ),
  },
  Vault: {
    "custom-token": (name, v) => vault(name, `token: ${v}`),
    "custom-env": (name, v) => vault(name, `env: [{name: DB_PASSWORD, value: ${v}}]`),
    "custom-nested": (name, v) => vault(name, `settings: {auth: {clientSecret: {raw: ${v}}}}`),
  },
};

export const places: readonly Place[] = Object.entries(kinds).flatMap(([kind, byName]) =>
  Object.entries(byName).map(([name, manifest]) => ({
    name,
    kind,
    manifest: (value: string) => manifest(name, value),
  })),
);

/** Path → content of a system's folder in which the secret stands everywhere, in its `version`. */
export const manifestsOf = (folder: string, version: string): { [path: string]: string } =>
  Object.fromEntries(places.map(({ name, manifest }) => [`${folder}/${name}.yaml`, manifest(`${canary}${version}`)]));

/** What cannot be read or is refused before any cluster sees it; the secret stands on the very line. */
export const broken: { readonly [name: string]: string } = {
  "wrong-type": secret("wrong-type", `data:\n  word: [${canary}]\n`),
  "wrong-type-below": secret("wrong-type-below", `data: ${canary}\n`),
  "not-base64": secret("not-base64", `data:\n  word: "${canary}!"\n`),
  "duplicate-key": secret("duplicate-key", `stringData:\n  word: ${canary}1\n  word: ${canary}2\n`),
  "broken-after": secret("broken-after", `stringData:\n  word: ${canary}\n   other: b\n`),
  "unclosed-quote": secret("unclosed-quote", `stringData:\n  word: "${canary}\n`),
  "unknown-tag": secret("unknown-tag", `stringData:\n  word: !${canary} b\n`),
  "unknown-alias": secret("unknown-alias", `stringData:\n  word: *${canary}\n`),
  "misspelt-field": secret("misspelt-field", `dta:\n  word: ${canary}\n`),
  "misspelt-kind": secret("misspelt-kind", `data:\n  word: ${canary}\n`).replace("kind: Secret", "kind: secret"),
  "wrong-kind-of-env": workload("wrong-kind-of-env", `env: {DB_PASSWORD: ${canary}}`),
  "number-wanted": workload("number-wanted", `ports: [{containerPort: "--password=${canary}"}]`),
  "token-too-long": vault("token-too-long", `token: ${canary.repeat(5)}`),
  "broken-json": `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"broken-json"},"stringData":{"word":"${canary}" "a":1}}\n`,
};
