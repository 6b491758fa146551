import { expect, test } from "vitest";
import { didYouMean } from "../../../src/core/schema/did-you-mean.ts";

test.each([
  ["replica", ["replicas", "revisionHistoryLimit"], "replicas"],
  ["imagePullPolcy", ["image", "imagePullPolicy", "imagePullSecrets"], "imagePullPolicy"],
  ["Replicas", ["replicas"], "replicas"],
  ["nmae", ["name", "image"], "name"],
  ["surprise", ["name", "image", "ports"], undefined],
  ["a", ["b", "xyz"], undefined],
  ["x".repeat(100_000), ["x"], undefined],
])("%#: the name that was meant is found, or none", (word, candidates, meant) => {
  expect(didYouMean(word, candidates)).toBe(meant);
});
