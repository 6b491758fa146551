import { describe, expect, test } from "vitest";
import {
  withoutCredentialArguments,
  withoutCredentials,
  withoutCredentialsInWords,
} from "../../../src/core/manifest/credentials-in-text.ts";
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
    [
      "a block of YAML",
      `db:\n  password: >-\n    ${canary}\n\n    ${canary}\n  host: a`,
      "db:\n  password: >-\n    ********\n  host: a",
    ],
    ["a block in a list", `- token: |\n    ${canary}\n- x`, "- token: |\n    ********\n- x"],
    ["a value that goes on", `password: a\n  ${canary}\nport: 1`, "password: ********\nport: 1"],
    ["quotes over two lines", `password: "a\n  ${canary}"\nport: 1`, 'password: "********"\nport: 1'],
    ["lines that a backslash joins", `password=a\\\n  ${canary}\nport=1`, "password=********\nport=1"],
    ["triple quotes", `password = """\n${canary}\n"""\nport = 1`, 'password = """********"""\nport = 1'],
    [
      "a subtree",
      `credentials:\n  id: ${canary}\n  more:\n  - ${canary}\nport: 1`,
      "credentials:\n  id: ********\n  more:\n  - ********\nport: 1",
    ],
    ["a list at its key's column", `secrets:\n- ${canary}\nport: 1`, "secrets:\n- ********\nport: 1"],
    [
      "a subtree of JSON",
      `{"credentials": {"a": "${canary}", "b": [7, true]}, "port": 1}`,
      '{"credentials": {"a": "********", "b": [********, true]}, "port": 1}',
    ],
    ["JSON on lines of its own", `{"token":\n  "${canary}",\n"n": 1}`, '{"token":\n  "********",\n"n": 1}'],
    ["a list in flow style", `password: [${canary} ${canary}, "x"]`, 'password: [********, "********"]'],
    ["a mapping in flow style", `{user: a, password: b ${canary}, port: 1}`, "{user: a, password: ********, port: 1}"],
    [
      "a file inside JSON",
      JSON.stringify({ "a.ini": `[db]\npassword = ${canary} x\nport=80\n` }),
      '{"a.ini":"[db]\\npassword = ********\\nport=80\\n"}',
    ],
    [
      "a value of a name, as a block",
      `- name: API_TOKEN\n  value: |\n    ${canary}\n- name: b`,
      "- name: API_TOKEN\n  value: |\n    ********\n- name: b",
    ],
    [
      "a Secret",
      `kind: Secret\ndata:\n  name: ${canary}\n  b: |\n    ${canary}\n---\nkind: ConfigMap\ndata:\n  c: d`,
      "kind: Secret\ndata:\n  name: ********\n  b: |\n    ********\n---\nkind: ConfigMap\ndata:\n  c: d",
    ],
    ["a Secret that says so last", `data:\n  x: ${canary}\nkind: Secret`, "data:\n  x: ********\nkind: Secret"],
    [
      "a Secret in JSON",
      `{"kind":"Secret","data":{"name":"${canary}"}}`,
      '{"kind":"Secret","data":{"name":"********"}}',
    ],
    ["a Secret's text", `stringData: {name: ${canary}}`, "stringData: {name: ********}"],
  ])("over more lines than one, or deeper: %s", (_, text, told) => {
    expect(withoutCredentials(text)).toBe(told);
    expect(withoutCredentials(told)).toBe(told);
  });

  test.each([
    ["DB_PASS=V", "DB_PASS=M"],
    ["pass=V", "pass=M"],
    ["adminPass: V", "adminPass: M"],
    ["pwd: V", "pwd: M"],
    ["PASSWORD_2=V", "PASSWORD_2=M"],
    ["password.txt: V", "password.txt: M"],
    ['password := "V"', 'password := "M"'],
    ["'password' => 'V'", "'password' => 'M'"],
    ["password     = V", "password     = M"],
    ["password = a V", "password = M"],
    ["password=a]V", "password=M"],
    ["password={V", "password=M"],
    ["password=#V", "password=M"],
    ["password: | V", "password: M"],
    ["password=a\\V", "password=M"],
    ['password=a"V', "password=M"],
    ["password: it's V", "password: M"],
    ['password: "a\\"V"', 'password: "M"'],
    ["# password: a V", "# password: M"],
    ["export DB_PASSWORD='a V'", "export DB_PASSWORD='M'"],
    ['config["password"] = "V"', 'config["password"] = "M"'],
    ["Server=a;Password=V;Database=b", "Server=a;Password=M;Database=b"],
    ["requirepass V", "requirepass M"],
    ["define('DB_PASSWORD', 'V');", "define('DB_PASSWORD', 'M');"],
    ['os.environ.setdefault("API_TOKEN",\n  "V")', 'os.environ.setdefault("API_TOKEN",\n  "M")'],
    ["proxy_set_header X-Api-Key V;", "proxy_set_header X-Api-Key M;"],
    ["SetEnv DB_PASSWORD V", "SetEnv DB_PASSWORD M"],
    ["define( 'DB_PASSWORD', 'V' );", "define( 'DB_PASSWORD', 'M' );"],
    ["define(\n  'DB_PASSWORD',\n  'V'\n);", "define(\n  'DB_PASSWORD',\n  'M'\n);"],
    ['RequestHeader set X-Api-Key "V"', 'RequestHeader set X-Api-Key "M"'],
    ["http-request set-header X-Api-Key V", "http-request set-header X-Api-Key M"],
    ["PW=$(cat <<EOF\nV\nEOF\n)", "PW=$(cat <<EOF\nM\nEOF\n)"],
    ['PW="$(cat <<EOF\nV\nEOF\n)"', 'PW="$(cat <<EOF\nM\nEOF\n)"'],
    ["password = <<EOT # note\nV\nEOT", "password = <<EOT # note\nM\nEOT"],
    ["$password = <<<'END-IT'\nV\nEND-IT;", "$password = <<<'END-IT'\nM\nEND-IT;"],
    ["psk=V", "psk=M"],
    ["password = <<-EOT\n  a\n  V\n  EOT\nport = 1", "password = <<-EOT\nM\n  EOT\nport = 1"],
    ['wifi_psk: "V"', 'wifi_psk: "M"'],
    ["machine a login b password V", "machine a login b password M"],
    ["<password>V</password>", "<password>M</password>"],
    ["<credentials><a>V</a></credentials>", "<credentials>M</credentials>"],
    ['<db password="V"/>', '<db password="M"/>'],
    ['<password value="V"/>', '<password value="M"/>'],
    ['<add key="DbPassword" value="V"/>', '<add key="DbPassword" value="M"/>'],
    [`{"auths":{"a":{"auth":"${btoa("a:b")}"}}}`, '{"auths":{"a":{"auth":"M"}}}'],
    [`"auth": "${btoa("a:b-c-d")}"`, '"auth": "M"'],
    ["postgres://u:a/V@db/x", "postgres://u:M@db/x"],
    ["postgres://u:1/V@db:5432/x", "postgres://u:M@db:5432/x"],
    ["postgres://u:a@V@db/x", "postgres://u:M@db/x"],
    ["postgres://u:a:V@db/x", "postgres://u:M@db/x"],
    ["redis://:V@db", "redis://:M@db"],
    ["https://V@github.com/a", "https://M@github.com/a"],
    ["root:V@tcp(db:3306)/x", "root:M@tcp(db:3306)/x"],
    ["image: app:V@r.example/web:1.2", "image: app:M@r.example/web:1.2"],
    ["lookup app:V@r.example: no such host", "lookup app:M@r.example: no such host"],
    ["CREATE USER app WITH PASSWORD 'V';", "CREATE USER app WITH PASSWORD 'M';"],
    ["ALTER USER a IDENTIFIED WITH native BY 'a''V' x", "ALTER USER a IDENTIFIED WITH native BY 'M x"],
    ["SET PASSWORD FOR a = PASSWORD('V')", "SET PASSWORD FOR a = PASSWORD('M')"],
    ["psql -c \"ALTER ROLE a PASSWORD 'V'\"", "psql -c \"ALTER ROLE a PASSWORD 'M'\""],
  ])("in every notation: %s", (text, told) => {
    expect(withoutCredentials(text.replace("V", canary))).toBe(told.replace("M", "********"));
  });

  test.each([
    ["curl -u user:V https://a.example", "curl -u user:M https://a.example"],
    ["curl --user a:V b", "curl --user a:M b"],
    ["curl -ua:V b", "curl -ua:M b"],
    ['sh -c "mysql --password V"', 'sh -c "mysql --password M"'],
    ["mysql -pV db", "mysql -pM db"],
    ["mysql -p'V x' db", "mysql -pM db"],
    ["redis-cli -a V ping", "redis-cli -a M ping"],
    ["docker login -u a -p V b", "docker login -u a -p M b"],
    ["serve --token V --port 80", "serve --token M --port 80"],
    ["serve --token 'a V' x", "serve --token 'M' x"],
    ["serve --token \\\n  V x", "serve --token \\\n  M x"],
    ["args:\n- --password\n- V\n- x", "args:\n- --password\n- M\n- x"],
    ['args: ["--password", "V"]', 'args: ["--password", "M"]'],
    ["args: [--password, V]", "args: [--password, M]"],
    ['command: ["redis-cli", "-a", "V"]', 'command: ["redis-cli", "-a", "M"]'],
  ])("in a command line: %s", (text, told) => {
    expect(withoutCredentials(text.replace("V", canary))).toBe(told.replace("M", "********"));
  });

  test.each([
    ["Slack's app", "xapp-1-A0B1C2-123-abcdef"],
    ["Slack's bot", "xoxb-1234567890-abcdef"],
    ["GitHub's app", `ghs_${"a1B2".repeat(9)}`],
    ["GitHub's fine-grained", `github_pat_${"a1B2".repeat(9)}`],
    ["GitLab's", `glpat-${"a1B2".repeat(5)}`],
    ["Vault's", `hvs.${"a1B2".repeat(9)}`],
    ["SendGrid's", `SG.${"a1".repeat(11)}.${"b2".repeat(21)}`],
    ["Stripe's", `sk_live_${"a1B2".repeat(6)}`],
    ["npm's", `npm_${"a1B2".repeat(9)}`],
    ["an encrypted web token", `eyJhbGciOiJkaXIi..bbbb.cccc.${canary}`],
    ["a private key in base64", btoa(`-----BEGIN RSA PRIVATE KEY-----\n${canary}`)],
  ])("by its form, wherever it stands: %s", (_, value) => {
    expect(withoutCredentials(`a ${value} b`)).toBe("a ******** b");
  });

  test.each([
    "image: registry.example/shop/web:1.2",
    "image: registry.example:5000/shop/web:1.2@sha256:0a1b2c",
    "web:1.2@sha256:0a1b2c",
    "mail mailto:a@shop.example: it is read",
    "ordered by 'name'",
    "secretName: tls",
    '{"name":"PORT","value":"80"}',
    "spec.password: Required value: must be set",
    "spec.secret: Forbidden: may not be set",
    "password:\n  from: file",
    "secret: {name: a}",
    "passive: true",
    "compass: x",
    "author: x",
    "tokenizer: y",
    "pass-through: z",
    "key: value",
    "passwordSecretRef:\n  name: a\n  key: b",
    "tokenExpirationSeconds: 3600",
    "automountServiceAccountToken: false",
    "maxTokens: 4096",
    "existingSecret: shop",
    "imagePullSecrets:\n- name: registry",
    "- secret:\n    secretName: tls\n    items:\n    - key: a\n      path: b",
    "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {name: a, key: b}",
    "properties:\n  password:\n    type: string\n    description: how it must look",
    `password: $\{DB_PASSWORD}`,
    "url: $(DB_TOKEN)",
    "image: ghcr.io/acme/token:1.2",
    "arn:aws:secretsmanager:eu:1:secret:db",
    "docker run -u 1000:1000 -p 80:80 web",
    "auth: basic",
    "git+ssh://git@github.com/a",
    "https://git@github.com/a",
    "https://medium.com/@somebody/a",
    "oci://registry:5000/a@sha256:abc",
    "put the <token> there, and </x>",
    "the token of the bucket is checked",
    "https://a.example:8443/path@2",
    "topologyKey: kubernetes.io/hostname",
    "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "server { listen 80; location / { root /usr/share; } }",
  ])("and what is none stays: %s", (text) => {
    expect(withoutCredentials(text)).toBe(text);
  });

  test.each([
    ["a missing namespace", 'token: namespaces "x" not found'],
    ["a field that is none", "errors:\n  .spec.secret: field not declared in schema\n  .spec.token: expected string"],
    ["a right", 'User "system:serviceaccount:secret:token" cannot get resource "secrets" in API group ""'],
    ["a quota", "exceeded quota: a, requested: count/secrets=1, used: count/secrets=3, limited: count/secrets=3"],
    ["a name that is there already", 'create my-secret: secrets "token" already exists'],
  ])("the API server's own words about %s stay readable, since what we say of them hangs on them", (_, words) => {
    expect(withoutCredentialsInWords(words)).toBe(words);
  });

  test("what the API server's words quote, or a webhook's, is hidden as elsewhere", () => {
    const words = `denied: password: ${canary} is short, {"apiKey":"a ${canary}"}, data[token]: Invalid value: "${canary}"`;
    expect(withoutCredentialsInWords(words)).toBe(
      'denied: password: ******** is short, {"apiKey":"********"}, data[token]: Invalid value: ********',
    );
  });

  // One that takes the square of its length would not end within the runner's limit.
  test("hostile texts end", () => {
    const parts = ["a", "password", "password=", "a://", "://x:", "://x:@", "eyJ", "-eyJ", ".eyJaaaaaaaa", "sk-"];
    const quotes = ['"\\', '"', "'", "token='", 'token="', 'token="\\"', 'token: Invalid value: "', 'token=a"b" '];
    const names = ['name: "token",', "name: aaaatoken\\n", "name: token\n", "token=,", "token:  ", "a=1,password="];
    const blocks = ["token:\n", "token: |\n", "token:\n  a: ", "- ", "---\n", "token: {", "token=[ ", "[", "{"];
    const others = [
      "-----BEGIN PRIVATE KEY-----",
      "<token>",
      "</token><token>",
      "--token ",
      "mysql -px",
      "a:@tcp(",
      "a:b@c.d",
      "by '",
    ];
    for (const part of [...parts, ...quotes, ...names, ...blocks, ...others]) {
      const text = part.repeat(Math.ceil(200_000 / part.length));
      expect(typeof withoutCredentials(text)).toBe("string");
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
  const rules = { ignore: [], manager: "trueup", behind: "drift" } as const;
  const changes = objectChanges({ live, base: live, merge }, rules, { ofKind: () => undefined });
  expect(changes.length).toBeGreaterThanOrEqual(8);
  expect(JSON.stringify(changes)).not.toContain(canary);
  expect(JSON.stringify(changes)).toContain("********");
});

test("of the arguments that follow a command, the one alone that changed is hidden by what stands in front of it", () => {
  expect(withoutCredentialArguments(["-a", canary], ["/usr/bin/redis-cli"])).toEqual(["-a", "********"]);
  expect(withoutCredentialArguments([`-p${canary}`], ["mysql"])).toEqual(["-p********"]);
  expect(withoutCredentialArguments(["-u", `a:${canary}`, "-u", "1000:1000"])).toEqual([
    "-u",
    "a:********",
    "-u",
    "1000:1000",
  ]);
});

test("nor does a finding quote one", () => {
  expect(shown(`postgres://a:${canary}@db`)).toBe('the text "postgres://a:********@db"');
});
