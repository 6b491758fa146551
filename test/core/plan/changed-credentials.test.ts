import { expect, test } from "vitest";
import type { Json, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { withChangesMarked, withoutMarks } from "../../../src/core/plan/changed-credentials.ts";
import { createSchemaPlaces } from "../../../src/core/plan/list-keys.ts";
import { objectChanges } from "../../../src/core/plan/object-changes.ts";
import type { FieldChange } from "../../../src/core/plan/plan.ts";
import { diffLines } from "../../../src/core/report/text-diff.ts";

const schemas = createSchemaPlaces({});

function changeOf(before: string, after: string, base?: string): FieldChange {
  const states = [before, base ?? before, after].map(
    (text): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: { text } }),
  );
  const [live, ofBase, merge] = states as [KubeObject, KubeObject, KubeObject];
  const found = objectChanges(
    { live, base: ofBase, merge },
    { ignore: [], manager: "trueup", behind: "drift" },
    schemas,
  );
  expect(found).toHaveLength(1);
  expect(JSON.stringify(found)).not.toContain("canary");
  return found[0]!;
}

/** What a reader sees of it, without the lines that stay. */
const shown = (before: string, after: string) =>
  diffLines(changeOf(before, after))!.filter((line) => /^[+-]/.test(line));

const key = (name: string, lines: number) =>
  ["-----BEGIN PRIVATE KEY-----", ...Array(lines).fill(`${name}canary`), "-----END PRIVATE KEY-----"].join("\n    ");

test.each([
  {
    of: "redis",
    text: (credential: string, port: number) => `maxmemory 1gb\nrequirepass ${credential}\nport ${port}\n`,
    told: ["-requirepass ********", "-port 1", "+requirepass ******** (changed)", "+port 2"],
  },
  {
    of: "Prometheus",
    text: (credential: string, port: number) =>
      `remote_write:\n- url: http://a:${port}\n  basic_auth:\n    username: u\n    password: ${credential}\n`,
    told: ["-- url: http://a:1", "+- url: http://a:2", "-    password: ********", "+    password: ******** (changed)"],
  },
  {
    of: "nginx",
    text: (credential: string, port: number) =>
      `server {\n  listen ${port};\n  proxy_set_header Authorization "Bearer ${credential}abcdefghijk";\n}\n`,
    told: [
      "-  listen 1;",
      '-  proxy_set_header Authorization "Bearer ********";',
      "+  listen 2;",
      '+  proxy_set_header Authorization "Bearer ******** (changed)";',
    ],
  },
  {
    of: "JSON",
    text: (credential: string, port: number) => JSON.stringify({ db: { password: credential }, port }, null, 2),
    told: ['-    "password": "********"', '+    "password": "******** (changed)"', '-  "port": 1', '+  "port": 2'],
  },
  {
    of: "JSON in one line",
    text: (credential: string, port: number) => JSON.stringify({ all: [{ token: credential, port }], port }),
    told: [
      '-      "token": "********",',
      '-      "port": 1',
      '+      "token": "******** (changed)",',
      '+      "port": 2',
      '-  "port": 1',
      '+  "port": 2',
    ],
  },
])("of a text of $of that changes elsewhere too, a changed credential shows, and nothing of it", ({ text, told }) => {
  expect(shown(text("canary-old", 1), text("canary-longer-and-new", 2))).toEqual(told);
  const same = shown(text("canary-old", 1), text("canary-old", 2));
  expect(same.join("\n")).not.toContain("***");
  expect(same).toEqual(told.filter((line) => !line.includes("***")));
});

test("of several keys in a text the one that changes is marked, however many lines each has", () => {
  const text = (one: string, lines: number, port: number) =>
    `tls:\n  key: |\n    ${key(one, lines)}\nother:\n  key: |\n    ${key("y", 4)}\npassword: canary\nport: ${port}\n`;
  const told = ["-    ********", "+    ******** (changed)", "-port: 1", "+port: 2"];
  expect(shown(text("a", 3, 1), text("b", 3, 2))).toEqual(told);
  expect(shown(text("a", 3, 1), text("b", 5, 2))).toEqual(told);
  expect(shown(text("a", 3, 1), text("a", 3, 2))).toEqual(["-port: 1", "+port: 2"]);
});

test("credentials that change places are told, and one that only moves is not", () => {
  const users = (one: string, other: string) => `a:\n  password: ${one}\nb:\n  password: ${other}\n`;
  const changed = "+  password: ******** (changed)";
  const swapped = shown(`${users("canary1", "canary2")}port: 1\n`, `${users("canary2", "canary1")}port: 2\n`);
  expect(swapped.filter((line) => line === changed)).toHaveLength(2);
  expect(shown(users("canary1", "canary2"), `port: 1\n${users("canary1", "canary2")}`)).toEqual(["+port: 1"]);
  const list = (...all: string[]) => `passwords:\n${all.map((one) => `- canary${one}\n`).join("")}`;
  expect(shown(list("a", "b", "c"), list("b", "c"))).toEqual(["-- ********"]);
  expect(shown(list("a", "b"), list("b", "c", "d"))).toContain("+- ******** (changed)");
});

test("a text of which only a credential changes reads the same on both sides", () => {
  const { before, after } = changeOf("port 1\nrequirepass canary1\n", "port 1\nrequirepass canary2\n");
  expect(after).toBe(before);
});

test("in a list or a mapping that is one value, the credential that changes is marked", () => {
  const users = (password: string, shown: boolean, ...more: Json[]) => [
    { user: more.length, password: shown ? "********" : password },
    ...more,
  ];
  const args = (password: string, port: number) => [`--password=${password}`, `--port=${port}`];
  expect(
    withChangesMarked(
      {
        clear: { args: args("a", 1), users: users("a", false) },
        shown: { args: args("********", 1), users: users("a", true) },
      },
      {
        clear: { args: args("b", 2), users: users("b", false, "c") },
        shown: { args: args("********", 2), users: users("b", true, "c") },
      },
    ),
  ).toEqual({
    args: ["--password=******** (changed)", "--port=2"],
    users: [{ user: 1, password: "******** (changed)" }, "c"],
  });
});

test("what was drifted is marked against what Git has, and that against what is live", () => {
  const text = (credential: string, port: number) => `requirepass ${credential}\nport ${port}\n`;
  const told = changeOf(text("canary-live", 9), text("canary-new", 2), text("canary-git", 1));
  expect(told).toMatchObject({
    before: "requirepass ********\nport 9\n",
    base: "requirepass ******** (changed)\nport 1\n",
    after: "requirepass ******** (changed)\nport 2\n",
  });
  expect(withoutMarks(told.base!)).toBe("requirepass ********\nport 1\n");
});

test("a large text is looked through at once", () => {
  const large = (credential: string, port: number) => {
    const tokens = Array.from({ length: 20_000 }, (_, index) => `- ${credential}${index}\n`);
    return `tokens:\n${tokens.join("")}${"\n".repeat(200_000)}port: ${port}\n`;
  };
  const [before, after] = [large("canary", 1), large("canary-", 2)];
  const masked = (text: string) => text.replaceAll(/canary.*/g, "********");
  const began = performance.now();
  const shown = withChangesMarked({ clear: before, shown: masked(before) }, { clear: after, shown: masked(after) });
  expect(performance.now() - began).toBeLessThan(5_000);
  expect((shown as string).match(/\(changed\)/g)).toHaveLength(20_000);
});
