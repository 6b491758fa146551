import { expect, test } from "vitest";
import { remembering } from "../../../src/bot/desired/remembering.ts";
import type { Mirror } from "../../../src/git/mirror.ts";

// Only a mirror's identity counts here.
const mirror = (): Mirror => ({ url: "https://example.org/" }) as Mirror;

test("the same is read once for each repository, however many ask at once", async () => {
  let reads = 0;
  const read = remembering(10, async (_mirror, sha: string) => `${sha} ${++reads}`);
  const [one, other] = [mirror(), mirror()];
  expect(await Promise.all([read(one, "a"), read(one, "a"), read(other, "a")])).toEqual(["a 1", "a 1", "a 2"]);
});

test("a failure is not kept, and the oldest makes room", async () => {
  let reads = 0;
  const read = remembering(2, async (_mirror, sha: string) => {
    if (++reads === 1) throw new Error("unreachable");
    return sha;
  });
  const one = mirror();
  await expect(read(one, "a")).rejects.toThrow("unreachable");
  for (const sha of ["a", "b", "c", "a"]) await read(one, sha);
  expect(reads).toBe(5);
  await read(one, "c");
  expect(reads).toBe(5);
});
