import { Agent, request } from "node:https";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patches } from "./media-types.ts";
import { type Pair, type Side, startPair } from "./pair.ts";

/** What a request's body, its media type and its query are read as. */
let pair: Pair;
const namespace = "contract-bodies";
const maps = `/api/v1/namespaces/${namespace}/configmaps`;
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
  await pair.same({ method: "POST", path: maps, body: { metadata: { name: "kept" }, data: { a: "1" } } });
});
afterAll(() => pair?.stop());

const yaml = (head: string, rest = "") => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${head}}\n${rest}`;
const apply = (path: string, body: unknown) => ({ method: "PATCH", path, body, contentType: patches.apply });

test.each<[string, string]>([
  ["a word that YAML 1.1 takes for true", yaml("words", "data: {a: on}\n")],
  ["words that are text to kubectl", yaml("text", "data: {a: 12:30:45, b: 2001-01-01, c: 'on', d: ~x}\n")],
  ["a number with underscores", yaml("underscores", "data: {a: 1_000}\n")],
  ["an alias", yaml("alias, labels: &it {a: b}", "data: *it\n")],
  ["a key that is merged in", yaml("merged", "data: {<<: {a: b}, c: d}\n")],
  ["a second document, of which only the first counts", yaml("two", "---\nfoo: bar\n")],
  ["a second document that is no YAML", yaml("broken", "---\nfoo: [\n")],
  ["a document with its mark before it", `---\n${yaml("marked")}`],
  ["nothing", ""],
  ["null", "null"],
  ["a comment alone", "# nothing\n"],
  ["an object without fields", "{}"],
  ["a text", "foo"],
  ["no YAML", "a: ["],
  ["JSON", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"json"},"data":{"a":"on"}}'],
  ["aliases that stand for more than anybody means", bomb()],
])("YAML is read as kubectl reads it: %s", async (_, body) => {
  await pair.same({ method: "POST", path: `${maps}?dryRun=All`, body, contentType: "application/yaml" });
  const name = /name"?: ?"?(\w+)/.exec(body)?.[1] ?? "none";
  await pair.same(apply(`${maps}/${name}?fieldManager=me&dryRun=All`, body));
});

/** Nine lists of nine aliases each of the one before. */
function bomb(): string {
  const list = (name: string, item: string) => `  ${name}: &${name} [${Array(9).fill(item).join(", ")}]\n`;
  const names = [..."abcdefghi"];
  const lists = names.map((name, index) => list(name, index === 0 ? "x" : `*${names[index - 1]}`));
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bomb\ndata:\n${lists.join("")}`;
}

test("numbers of YAML: 0644 and 0o644 are octal", async () => {
  const body = `apiVersion: apps/v1
kind: Deployment
metadata: {name: octal}
spec:
  replicas: 0o3
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers: [{name: c, image: i}]
      volumes: [{name: v, secret: {secretName: s, defaultMode: 0644}}]
`;
  await pair.same(apply(`${deployments}/octal?fieldManager=me&dryRun=All`, body));
  await pair.same({
    method: "POST",
    path: `${deployments}?dryRun=All`,
    body,
    contentType: "application/yaml",
  });
});

test.each<[string, unknown]>([
  ["null", "null"],
  ["a text", '"x"'],
  ["two objects", `${JSON.stringify({ metadata: { name: "one" } })}${JSON.stringify({ metadata: { name: "two" } })}`],
  ["something after the object", `${JSON.stringify({ metadata: { name: "one" } })} x`],
  ["nothing", ""],
])("a body of JSON that is no object: %s", async (_, body) => {
  await pair.same({ method: "POST", path: `${maps}?dryRun=All`, body });
});

test.each([
  ";;",
  "application/json;",
  "application/json; charset",
  "application/json; charset=utf-8",
  "Application/JSON; charset=latin1",
  "application",
  "application/json, text/plain",
  "*/*",
  "application/cbor",
  "application/xml; charset=utf-8",
])("a body of the media type %s", async (contentType) => {
  const body = { metadata: { name: "typed" } };
  await pair.same({ method: "POST", path: `${maps}?dryRun=All`, body, contentType });
});

test.each([
  "Application/merge-patch+json",
  "application/merge-patch+json; charset",
  "application/merge-patch+json ;a",
  ";application/merge-patch+json",
  "application/json",
  "application/apply-patch+json",
  "application/apply-patch+cbor",
])("a patch of the media type %s", async (contentType) => {
  await pair.same({ method: "PATCH", path: `${maps}/kept?dryRun=All&fieldManager=me`, body: "{}", contentType });
});

test.each([
  "dryRun=",
  "dryRun=&dryRun=All",
  "dryRun=all",
  "fieldManager=%01",
  "fieldManager=a%C2%85",
  "fieldValidation=",
])("an odd query of a write: %s", async (query) => {
  const body = { metadata: { name: "kept" } };
  await pair.same({ method: "POST", path: `${maps}?${query}`, body: { metadata: { name: "kept" } } });
  await pair.same({ method: "PUT", path: `${maps}/kept?${query}`, body });
  await pair.same({ method: "PATCH", path: `${maps}/kept?${query}`, body: {}, contentType: patches.merge });
  if (!query.startsWith("dryRun")) return;
  await pair.same({ method: "DELETE", path: `${maps}/kept?${query}` });
  await pair.same({ method: "DELETE", path: `${maps}?labelSelector=none&${query}` });
});

test("an object that is applied has its name, unless it is there already", async () => {
  const config = { apiVersion: "v1", kind: "ConfigMap" };
  for (const metadata of [undefined, {}, { name: "" }, { generateName: "new-" }, { name: "other" }]) {
    await pair.same(apply(`${maps}/new?fieldManager=me`, { ...config, metadata }));
    await pair.same(apply(`${maps}/kept?fieldManager=me&dryRun=All`, { ...config, metadata, data: { b: "2" } }));
  }
  await pair.same({ path: `${maps}/new` });
});

test("a body that is too large", async () => {
  const body = { metadata: { name: "large" }, data: { a: "x".repeat(3_300_000) } };
  await pair.same({ method: "POST", path: maps, body });
});

test("a connection goes on after a body that was too large", async () => {
  const answered = async (side: Side) => {
    const { url, ca, token } = pair.access[side];
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
    const ask = (method: string, body?: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const outgoing = request(new URL(maps, url), { method, agent, headers, timeout: 10_000 }, (answer) => {
          answer.resume().on("end", () => resolve(answer.statusCode));
        });
        outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within 10 s"))).on("error", reject);
        outgoing.end(body);
      });
    const large = JSON.stringify({ metadata: { name: "large" }, data: { a: "x".repeat(3_300_000) } });
    const codes = [await ask("POST", large), await ask("GET")];
    agent.destroy();
    return codes;
  };
  expect(await answered("embedded")).toEqual(await answered("real"));
});
