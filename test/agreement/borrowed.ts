import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { drawn, places, randomBy, withValue } from "./slips.ts";

/** Texts and numbers that are good in one place and bad in another. */
const texts = [
  "",
  "a",
  "A1",
  "1",
  "-5",
  "a.b",
  "a/b",
  "/a",
  "a:b",
  "x_y",
  "*",
  "..",
  "100%",
  "150%",
  "1.5",
  "10m",
  "1Ki",
];
const moreTexts = [
  "http",
  "https://x.y/z",
  "010.0.0.1",
  "::1",
  "10.0.0.1/8",
  "@daily",
  "* * * * *",
  "0 0 31 2 *",
  "a b",
  "ä",
];
const numbers = [0, 1, 2, 5, 60, 100, 101, 255, 256, 511, 512, 600, 3_600, 3_601, 65_535, 65_536, 86_400, -1, 0.5];

/**
 * Manifests in which one value comes from elsewhere: from the same field of another one, or one that is right somewhere. Many
 * of them are as valid as before, at the edges of rules that slips never come near.
 */
export function borrowed(manifests: readonly KubeObject[], count: number, seed: number): unknown[] {
  const all = manifests.flatMap((object) =>
    places(object).flatMap(([steps, value]) => (isIdentity(steps) ? [] : [{ object, steps, value }])),
  );
  const byField = Map.groupBy(all, ({ steps, value }) => `${fieldOf(steps)} ${kindOf(value)}`);
  const random = randomBy(seed);
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  return drawn(all, count, seed).map(({ object, steps, value }) => {
    const alike = () => oneOf(byField.get(`${fieldOf(steps)} ${kindOf(value)}`)!).value;
    const other = (): unknown => {
      if (typeof value === "string") return random() < 0.5 ? alike() : oneOf([...texts, ...moreTexts]);
      if (typeof value === "number") return random() < 0.3 ? alike() : oneOf(numbers);
      if (typeof value === "boolean") return !value;
      // Two ways to be at once, or two lists in one.
      if (Array.isArray(value)) return random() < 0.5 ? alike() : [...value, ...(alike() as unknown[])];
      return random() < 0.5 ? alike() : { ...(value as object), ...(alike() as object) };
    };
    return withValue(object, steps, other());
  });
}

/** What says which object it is stays, or it could not be sent where it belongs. */
function isIdentity([first, second, ...more]: readonly string[]): boolean {
  if (first === undefined || first === "apiVersion" || first === "kind") return true;
  return (
    first === "metadata" && more.length === 0 && (second === undefined || second === "name" || second === "namespace")
  );
}

function fieldOf(steps: readonly string[]): string {
  return steps.findLast((step) => !/^\d+$/.test(step)) ?? "";
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
}
