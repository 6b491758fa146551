import { structuredPatch } from "diff";
import { expect, test } from "vitest";
import { adoptChanges } from "../../../src/core/adopt/adopt-changes.ts";
import type { Json, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { refOf } from "../../../src/core/manifest/kube-object.ts";
import { readManifestFile } from "../../../src/core/manifest/read-manifests.ts";
import type { Segment } from "../../../src/core/plan/field-path.ts";
import { oddYaml } from "./odd-yaml.ts";
import { type Chance, chance } from "./random.ts";

const texts = [
  ...'yes,1e3,0o17,null,2024-01-01,12:30,~,true,0644,1.10,=,<<,- a,a: b,a #b,#x,*x,&y,!z,%w,@v,`u,[,{a},it\'s,"q",a\\b'.split(
    ",",
  ),
  "plain words here",
  "nginx:1.27.3",
  "registry.example.com/team/app@sha256:0123456789abcdef",
  "",
  " leading",
  "trailing ",
  "two\nlines",
  "a script\n\nif true; then\n  echo 'hi'\nfi\n",
  "keep\n\n\n",
  "  margin\nfirst\n",
  "tab\there",
  "ünïcödé ☸ 🚢",
  "bell\u0007, nel\u0085, bom\uFEFF",
  "x".repeat(300),
];
const names = ["app", "replicas", "image", "example.com/team", "on", "1", "a b", "limits", "config.yaml", "x: y"];

function someValue(random: Chance, depth: number): Json {
  const kind = random.number(depth > 3 ? 5 : 8);
  if (kind < 3) return random.pick(texts);
  if (kind === 3) return random.pick([0, 1, -5, 420, 8080, 0.5, 1e21]);
  if (kind === 4) return random.pick([true, false, null]);
  if (kind === 5) return Array.from({ length: random.number(4) }, () => someValue(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: random.number(5) }, () => [random.pick(names), someValue(random, depth + 1)]),
  );
}

function someObject(random: Chance, number: number): KubeObject {
  const spec = Object.fromEntries(names.slice(0, 3 + random.number(5)).map((name) => [name, someValue(random, 0)]));
  return {
    apiVersion: "example.com/v1",
    kind: "Thing",
    metadata: { name: `thing-${number}`, labels: { app: "web", tier: "front" } },
    spec,
    list: Array.from({ length: 1 + random.number(3) }, (_, at) => ({
      name: `item-${at}`,
      value: someValue(random, 2),
    })),
  };
}

interface Drift {
  path: Segment[];
  /** Undefined for what is new. */
  from?: Json;
  to?: Json;
  result: Json;
}

/** One change somewhere below `value`, and the whole value after it. */
function drift(value: Json, random: Chance, path: Segment[] = []): Drift {
  const field = (name: string): Segment => ({ type: "field", name });
  const index = (at: number): Segment => ({ type: "index", index: at });
  const kind = random.number(6);
  if (Array.isArray(value)) {
    if (value.length === 0 || kind === 0) {
      const to = someValue(random, 3);
      return { path: [...path, index(value.length)], to, result: [...value, to] };
    }
    const at = random.number(value.length);
    if (kind === 1) return { path: [...path, index(at)], from: value[at]!, result: value.toSpliced(at, 1) };
    const inner = drift(value[at]!, random, [...path, index(at)]);
    return { ...inner, result: value.with(at, inner.result) };
  }
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value);
    const name = random.pick(keys.length === 0 || kind === 0 ? names : keys);
    const from = value[name];
    if (from === undefined) {
      const to = someValue(random, 3);
      return { path: [...path, field(name)], to, result: { ...value, [name]: to } };
    }
    if (kind === 1) {
      const { [name]: _, ...result } = value;
      return { path: [...path, field(name)], from, result };
    }
    const inner = drift(from, random, [...path, field(name)]);
    return { ...inner, result: { ...value, [name]: inner.result } };
  }
  const to = someValue(random, 4);
  return { path, from: value, to, result: to };
}

const isSimple = (value: Json | undefined): boolean =>
  value !== undefined && (value === null || typeof value !== "object") && !String(value).includes("\n");
const commentsOf = (text: string): string[] => text.match(/# (?:comment \d+|next)/g) ?? [];

const seeds = 300;

test("of 300 random drifts in oddly written files each is written, and nothing else is touched", () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const random = chance(seed);
    const meant = Array.from({ length: 1 + random.number(3) }, (_, number) => someObject(random, number));
    const content = oddYaml(meant as Json[], random);
    const objects = readManifestFile({ path: "a.yaml", content }).objects.map((one) => one.object);
    expect(objects, content).toHaveLength(meant.length);
    const which = random.number(objects.length);
    const part = random.pick(["spec", "list"]);
    const object = objects[which]!;
    const { path, from, to, result } = drift(object[part] as Json, random, [{ type: "field", name: part }]);
    const change = to === undefined ? { path } : { path, to };
    const told = adoptChanges({ file: "a.yaml", content, object: refOf(object), changes: [change] });
    const text = told.content ?? content;
    const context = `seed ${seed}, ${JSON.stringify(change)}\n${content}\n=>\n${text}`;
    expect(told.refused, context).toEqual([]);

    const after = readManifestFile({ path: "a.yaml", content: text }).objects.map((one) => one.object);
    expect(after, context).toEqual(objects.with(which, { ...object, [part]: result } as KubeObject));
    expect(text.startsWith("\uFEFF"), context).toBe(content.startsWith("\uFEFF"));
    // Where the last lines go, a blank one above them may be the last.
    if (to !== undefined) expect(text.endsWith("\n"), context).toBe(content.endsWith("\n"));
    const lines = structuredPatch("", "", content, text, "", "", { context: 0 }).hunks.flatMap((hunk) => hunk.lines);
    const gone = lines.filter((line) => line.startsWith("-"));
    const come = lines.filter((line) => line.startsWith("+"));
    expect(/(?<!\r)\n/.test(text) && /\r\n/.test(text), context).toBe(false);
    if (isSimple(from) && isSimple(to)) {
      expect([gone.length, come.length], context).toEqual(text === content ? [0, 0] : [1, 1]);
    }
    // The last line too when it is another one now, and had no line break before.
    if (to === undefined) expect(come.length, context).toBeLessThanOrEqual(text.endsWith("\n") ? 1 : 2);
    // What goes takes its own comments with it, and the lines that it stood on.
    if (to !== undefined && (from === undefined || isSimple(from))) {
      expect(commentsOf(text), context).toEqual(commentsOf(content));
    } else
      expect(commentsOf(text), context).toEqual(
        expect.arrayContaining(
          commentsOf(
            content
              .split("\n")
              .filter((line) => !gone.includes(`-${line}`))
              .join("\n"),
          ),
        ),
      );
  }
});

test("two drifts of one object are written at once", () => {
  for (let seed = 10_001; seed <= 10_000 + seeds; seed++) {
    const random = chance(seed);
    const content = oddYaml([someObject(random, 0), someObject(random, 1)] as Json[], random);
    const objects = readManifestFile({ path: "a.yaml", content }).objects.map((one) => one.object);
    const object = objects[1]!;
    const drifts = ["list", "spec"].map((part) => ({
      part,
      ...drift(object[part] as Json, random, [{ type: "field", name: part }]),
    }));
    const changes = drifts.map(({ path, to }) => (to === undefined ? { path } : { path, to }));
    const told = adoptChanges({ file: "a.yaml", content, object: refOf(object), changes });
    const context = `seed ${seed}, ${JSON.stringify(changes)}\n${content}\n=>\n${told.content}`;
    expect(told.refused, context).toEqual([]);
    const after = readManifestFile({ path: "a.yaml", content: told.content ?? content }).objects;
    const expected = { ...object, ...Object.fromEntries(drifts.map(({ part, result }) => [part, result])) };
    expect(
      after.map((one) => one.object),
      context,
    ).toEqual([objects[0], expected]);
  }
});
