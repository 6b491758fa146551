import { expect, test } from "vitest";
import type { Json, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { withLiveIgnored } from "../../../src/core/plan/ignored-fields.ts";

const deployment = (replicas: number | undefined, containers: Json[]): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec: { ...(replicas === undefined ? {} : { replicas }), template: { spec: { containers } } },
});
const container = (name: string, image: string): Json => ({ name, image });

test("an ignored field is applied as it is live, and everything else as Git says", () => {
  const desired = deployment(3, [container("web", "web:2")]);
  const live = deployment(9, [container("web", "web:1")]);
  const ignore = [{ kind: "Deployment", paths: ["/spec/replicas"] }];
  expect(withLiveIgnored(desired, live, ignore)).toEqual(deployment(9, [container("web", "web:2")]));
  expect(desired).toEqual(deployment(3, [container("web", "web:2")]));
});

test("a container is found by its name, wherever it stands in either list", () => {
  const desired = deployment(3, [container("web", "web:2"), container("side", "side:2")]);
  const live = deployment(3, [container("side", "side:1"), container("injected", "x"), container("web", "web:1")]);
  const ignore = [{ paths: ["/spec/template/spec/containers/side/image"] }];
  expect(withLiveIgnored(desired, live, ignore)).toEqual(
    deployment(3, [container("web", "web:2"), container("side", "side:1")]),
  );
});

test("a star stands for every item", () => {
  const desired = deployment(3, [container("web", "web:2"), container("side", "side:2")]);
  const live = deployment(3, [container("web", "web:1"), container("side", "side:1")]);
  const ignore = [{ paths: ["/spec/template/spec/containers/*/image"] }];
  expect(withLiveIgnored(desired, live, ignore)).toEqual(live);
});

test("an ignored field that is live nowhere is not made; one that Git does not name is not taken over", () => {
  const ignore = [{ paths: ["/spec/replicas"] }];
  expect(withLiveIgnored(deployment(3, []), deployment(undefined, []), ignore)).toEqual(deployment(undefined, []));
  expect(withLiveIgnored(deployment(undefined, []), deployment(3, []), ignore)).toEqual(deployment(undefined, []));
});

test("rules for another kind or name are none", () => {
  const ignore = [
    { kind: "StatefulSet", paths: ["/spec/replicas"] },
    { kind: "Deployment", name: "other", paths: ["/spec/replicas"] },
    { namespace: "elsewhere", paths: ["/spec/replicas"] },
  ];
  expect(withLiveIgnored(deployment(3, []), deployment(9, []), ignore)).toEqual(deployment(3, []));
});
