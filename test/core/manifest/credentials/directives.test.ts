import { expect, test } from "vitest";
import { withoutCredentials, withoutCredentialsInWords } from "../../../../src/core/manifest/credentials-in-text.ts";

const canary = "hunter2Xq9";

test.each([
  [
    "Fluentd's",
    "<match>\n  aws_sec_key CANARY\n  password CANARY\n</match>",
    "<match>\n  aws_sec_key MASKED\n  password MASKED\n</match>",
  ],
  ["OpenLDAP's", "rootdn cn=a\nrootpw CANARY\n", "rootdn cn=a\nrootpw MASKED\n"],
  ["a hash of OpenLDAP's", "rootpw {SSHA}CANARY", "rootpw MASKED"],
  ["Apache's", 'AuthLDAPBindPassword "CANARY CANARY"', 'AuthLDAPBindPassword "MASKED"'],
  ["with a note behind it", "bindpw CANARY # for x", "bindpw MASKED # for x"],
  ["one of nginx'", 'smtp_auth_password "CANARY";', 'smtp_auth_password "MASKED";'],
  ["in lines of Windows", "rootpw CANARY\r\nx y\r\n", "rootpw MASKED\r\nx y\r\n"],
  ["a shell's", "setenv DB_PASSWORD CANARY", "setenv DB_PASSWORD MASKED"],
  ["an image's", "ENV DB_PASSWORD CANARY", "ENV DB_PASSWORD MASKED"],
  ["Redis'", "port 1\nmasterauth CANARY\n# requirepass CANARY\n", "port 1\nmasterauth MASKED\n# requirepass MASKED\n"],
  ["in quotes", "# requirepass 'CANARY CANARY'\n", "# requirepass MASKED\n"],
  ["with a quote in it", 'login a password a"CANARY b', "login a password MASKED b"],
  ["of a user of Redis'", "user default on >CANARY ~* +@all", "user default on >MASKED ~* +@all"],
  ["of HAProxy's page", "stats auth admin:CANARY", "stats auth admin:MASKED"],
  ["of HAProxy's users", "user a insecure-password CANARY", "user a insecure-password MASKED"],
  ["PgBouncer's users", '"app" "md5CANARY"\n"b" "CANARY"\n', '"app" "MASKED"\n"b" "MASKED"\n'],
  ["Postgres' password file", "db:5432:*:app:CANARY\n*:*:*:*:CANARY\n", "db:5432:*:app:MASKED\n*:*:*:*:MASKED\n"],
  ["npm's login", "//r.example/:_auth=CANARY", "//r.example/:_auth=MASKED"],
  ["npm's token", "//r.example/:_authToken=CANARY", "//r.example/:_authToken=MASKED"],
  ["WireGuard's", "PresharedKey = CANARY\nPublicKey = open", "PresharedKey = MASKED\nPublicKey = open"],
  ["PagerDuty's", "pagerduty_configs:\n- routing_key: CANARY", "pagerduty_configs:\n- routing_key: MASKED"],
  ["Grafana's", "admin_user = a\nadmin_password = CANARY", "admin_user = a\nadmin_password = MASKED"],
  ["a connection string", "Server=a;Password=CANARY;Encrypt=true", "Server=a;Password=MASKED;Encrypt=true"],
  [
    "of a Secret to be made",
    "create secret generic a --from-literal=b=CANARY",
    "create secret generic a --from-literal=b=MASKED",
  ],
  ["a nginx header's", "proxy_set_header Authorization CANARY;", "proxy_set_header Authorization MASKED;"],
  ["SQL's for a user", "SET PASSWORD FOR a = 'CANARY'", "SET PASSWORD FOR a = 'MASKED'"],
  ["SQL's in double quotes", 'IDENTIFIED BY "CANARY"', 'IDENTIFIED BY "MASKED"'],
])("a credential that only a blank or its place tells is hidden: %s", (_, text, told) => {
  expect(withoutCredentials(text.replaceAll("CANARY", canary))).toBe(told.replaceAll("MASKED", "********"));
});

test.each([
  "the passwords\npassword must be set\ntoken validation.\n",
  "Password policy\nSecrets management\n",
  "password {\n  length 8\n}",
  "password required pam_unix.so",
  "the user changes password every week",
  "user nginx;",
  "2001:4860:4860:0:0:0:0:8888",
  "app:5432:80:90:100",
  '"$command" "$arguments"',
  'map "~x" "y";',
  "read token",
  "password true",
  "location / {\n  proxy_pass http://web:8080;\n}",
  "    fastcgi_pass unix:/run/php/php.sock;",
  "ProxyPass http://web:8080/",
  "token $" + "{TOKEN}",
])("what reads like it and is none stays: %s", (text) => {
  expect(withoutCredentials(text)).toBe(text);
});

test("so it is in what a program says of itself, in which two words are a sentence", () => {
  const words = (password: string) => `credential expired\nmachine a login b password ${password}`;
  expect(withoutCredentialsInWords(words(canary))).toBe(words("********"));
});

// One that takes the square of its length would not end within the runner's limit.
test("hostile texts of a megabyte end", () => {
  const lines = [
    "\n",
    "password ",
    "password x;",
    "user a >",
    "stats auth a",
    '"a" "',
    "*:*:",
    "a.g:1234:b:",
    '--from-literal="',
  ];
  const others = [
    "AKIAIOSFODNN7EXAMPLE, ",
    "123456789:AA",
    "&sig",
    "jdbc:oracle:thin:a/",
    "$2a$",
    "a_key=",
    'A_KEY="/etc/',
  ];
  for (const part of [...lines, ...others]) {
    expect(typeof withoutCredentials(`password ${part.repeat(1_000_000 / part.length)}`)).toBe("string");
  }
  for (const part of ["got &{", "got &{}\n", 'env[a].value: Invalid value: "\\']) {
    expect(typeof withoutCredentialsInWords(part.repeat(1_000_000 / part.length))).toBe("string");
  }
}, 60_000);
