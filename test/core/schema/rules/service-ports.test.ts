import { expect, test } from "vitest";
import { servicePorts } from "../../../../src/core/schema/rules/service-ports.ts";

test("a Service whose clusterIP is left to the server by null may be headless in the cluster, and need no ports", () => {
  const told = (spec: object) => servicePorts.objects?.["core.v1.ServiceSpec"]?.(spec as never);
  expect(told({ clusterIP: null })).toEqual([]);
  expect(told({})).toMatchObject([{ at: [] }]);
});
