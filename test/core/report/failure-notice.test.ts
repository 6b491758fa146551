import { expect, test } from "vitest";
import { failureNotice } from "../../../src/core/report/failure-notice.ts";
import { refusalsIn } from "../../../src/core/report/refusals.ts";
import type { RolloutOfSystem, RolloutReport } from "../../../src/core/report/report.ts";
import { hostile, notInert } from "./hostile.ts";
import { point } from "./planned.ts";

const rollout = (...systems: Partial<RolloutOfSystem>[]): RolloutReport => ({
  stage: "rollout",
  sha: point.baseSha,
  branch: "main",
  systems: systems.map((one) => ({ system: "shop", cluster: "prod-eu", state: "failed", ...one })),
});

test("whoever merged is mentioned with what failed, and how to go back", () => {
  expect(failureNotice(rollout({ message: "image `web:bad` cannot be pulled" }), "octavia")).toBe(
    "@octavia: `shop` **failed**: image `web:bad` cannot be pulled\n\n`77ab01c` is not wholly live; the comment above tells all of it. `/trueup rollback` opens a pull request back.",
  );
});

test("of what the cluster refuses the object is named, and not its words, which the comment above has", () => {
  const reason = 'pods "web-1" is forbidden: violates PodSecurity "restricted:latest"';
  const refusals = refusalsIn([
    { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "web-1", action: "invalid", reason },
  ]);
  const notice = failureNotice(rollout({ message: `the cluster refuses Pod web-1: ${reason}`, refusals }), "octavia");
  expect(notice).toContain("@octavia: `shop` **failed**: the cluster refuses `Pod` `shop/web-1`: Pod Security\n");
});

test("where systems run on more than one cluster, each is told with its own", () => {
  const text = failureNotice(rollout({ message: "no" }, { cluster: "prod-us", message: "no" }), "octavia");
  expect(text).toContain("@octavia: `shop` on `prod-eu` **failed**: no  \n`shop` on `prod-us` **failed**: no\n");
});

test("what is held is told without the way back, which would not help", () => {
  expect(failureNotice(rollout({ state: "held", message: "3 deletions" }), "octavia")).not.toContain("rollback");
});

test("what is held is told with the first object's name, and what lets it go", () => {
  const held = ["data", "more"].map((name) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name }));
  const text = failureNotice(
    rollout({ state: "held", message: "its kind is protected", held, approvers: [] }),
    "octavia",
  );
  expect(text).toContain("`shop` **held**: `ConfigMap` `shop/data` and 1 more: its kind is protected\n");
  expect(text).toContain("`/trueup approve-delete 77ab01c");
});

test("nobody is notified of what goes well", () => {
  expect(failureNotice(rollout({ state: "healthy" }, { state: "deploying" }), "octavia")).toBeUndefined();
});

test.each(hostile)("only whoever merged is mentioned, whatever a cluster says: %j", (text) => {
  const held = [{ apiVersion: text, kind: text, namespace: text, name: text }];
  const systems = Array.from({ length: 9 }, () => ({
    system: text,
    cluster: text,
    message: text,
    held,
    approvers: [text],
  }));
  const notice = failureNotice(rollout(...systems), "octavia")!;
  expect(notice).toContain("and 4 more");
  expect(notice.startsWith("@octavia: ")).toBe(true);
  expect(notInert(notice.slice("@octavia: ".length))).toEqual([]);
});

test("nobody is mentioned by what is no login", () => {
  for (const login of [undefined, "a b", "acme/ops", "-", "x\n@y"]) {
    expect(failureNotice(rollout({ message: "no" }), login)).not.toContain("@");
  }
});
