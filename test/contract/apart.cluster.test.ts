import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Ask, type Pair, startPair } from "./pair.ts";

/** What docs/embedded-cluster.md lists as apart answers what is said there; and nothing is apart that is not listed. */
let pair: Pair;
beforeAll(async () => {
  pair = await startPair("quiet", "contract-apart");
});
afterAll(() => pair?.stop());

const doc = readFileSync(new URL("../../docs/embedded-cluster.md", import.meta.url), "utf8");
const row = /^\| (.+) \| `(\w+) (\S+)`(?: \(([\w-]+): ([^)]+)\))? \| (\d+) (\w+) \|$/gm;
const listed = [...doc.matchAll(row)].map(([, what, method, path, header, type, code, reason]) => ({
  what: what!,
  ask: {
    method: method!,
    path: path!,
    ...(method !== "GET" && { body: "{}" }),
    ...(header === "Accept" && { accept: type! }),
    ...(header === "Content-Type" && { contentType: type! }),
    ...(header?.startsWith("Impersonate-") && { headers: { [header]: type! } }),
  } satisfies Ask,
  code: Number(code),
  reason: reason!,
}));

test("the whole list is read", () => {
  expect(listed.length).toBe(doc.split("\n").filter((line) => /^\| .* \| \d{3} \w+ \|$/.test(line)).length);
  expect(listed.length).toBeGreaterThan(8);
});

describe.each(listed)("$what", ({ ask, code, reason }) => {
  test("is refused by a Status, where a real server does it", async () => {
    const { real, embedded } = await pair.ask(ask);
    expect(embedded.body).toMatchObject({ kind: "Status", status: "Failure", code, reason });
    expect(embedded.status).toBe(code);
    expect(real.status, JSON.stringify(real.body)).not.toBe(code);
  });
});

interface Listed {
  name: string;
  namespaced: boolean;
}

interface Group {
  name: string;
  versions: { groupVersion: string }[];
}

test("what a real server discovers and this one does not is listed, and refused", async () => {
  const { real, embedded } = await pair.ask({ path: "/apis" });
  // Kubernetes' own groups: definitions of other files' cases come and go meanwhile.
  const paths = ({ body }: Answer) =>
    (body.groups as Group[])
      .filter(({ name }) => !name.includes(".") || name.endsWith(".k8s.io"))
      .flatMap(({ versions }) => versions.map(({ groupVersion }) => `/apis/${groupVersion}`));
  expect(paths(real)).toEqual(expect.arrayContaining(paths(embedded)));
  const left: string[] = [];
  for (const path of ["/api/v1", ...paths(real)]) {
    const answers = await pair.ask({ path });
    const served = new Set(((answers.embedded.body.resources ?? []) as Listed[]).map(({ name }) => name));
    for (const { name, namespaced } of answers.real.body.resources as Listed[]) {
      if (served.has(name)) continue;
      const [plural, sub] = name.split("/");
      const place = `${path}${namespaced ? "/namespaces/default" : ""}/${plural}${sub === undefined ? "" : `/x/${sub}`}`;
      const { embedded: answer } = await pair.ask({ path: place });
      expect([path, name, answer.status, answer.body.reason]).toEqual([path, name, 501, "NotImplemented"]);
      left.push(sub === "status" ? plural! : name);
    }
  }
  expect(left.length).toBeGreaterThan(10);
  expect(left.filter((name) => !doc.includes(`\`${name}\``))).toEqual([]);
});
