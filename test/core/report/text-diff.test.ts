import { expect, test } from "vitest";
import type { Json } from "../../../src/core/manifest/kube-object.ts";
import { diffLines } from "../../../src/core/report/text-diff.ts";

const diff = (before: Json | undefined, after: Json | undefined) =>
  diffLines({
    path: 'data["config.json"]',
    cause: "pull-request",
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  })?.filter((line) => /^[+-]/.test(line));

const settings = (level: string) => ({ server: { port: 8080 }, log: { level }, features: ["a", "b"] });

test("of JSON in one line only the value that changes is told, not the whole line twice", () => {
  const [before, after] = [settings("info"), settings("debug")].map((value) => JSON.stringify(value));
  expect(diff(before, after)).toEqual(['-    "level": "info"', '+    "level": "debug"']);
  expect(diff(undefined, before)).toContain('+    "level": "info"');
});

test("JSON that would not come back the same is told as it stands", () => {
  const exact = (id: string) => `{"id":${id},"more":1}`;
  expect(diff(exact("12345678901234567890"), exact("12345678901234567891"))).toEqual([
    `-${exact("12345678901234567890")}`,
    `+${exact("12345678901234567891")}`,
  ]);
  expect(diff('{"a":1,"a":2}', '{"a":1}')).toEqual(['-{"a":1,"a":2}', '+{"a":1}']);
  expect(diff('{"a": 1}', '{"a":1}')).toEqual(['-{"a": 1}', '+{"a":1}']);
  expect(diff("{broken", "{broken too")).toEqual(["-{broken", "+{broken too"]);
});
