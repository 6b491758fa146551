import { expect, test } from "vitest";
import { GiveBack, withHolders } from "../../../src/agent/cluster/holders.ts";
import type { KubeObject, ManagedFieldsEntry } from "../../../src/core/manifest/kube-object.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";

const entry = (manager: string, subresource?: string, time = "2026-11-28T12:00:00Z"): ManagedFieldsEntry => ({
  ...{ manager, operation: "Update", apiVersion: "v1", fieldsType: "FieldsV1", time },
  fieldsV1: { "f:data": { [`f:${manager}`]: {} } },
  ...(subresource === undefined ? {} : { subresource }),
});

test("who held what has it back although a controller writes the status all the time", async () => {
  const object = (version: number, managedFields: ManagedFieldsEntry[]): KubeObject => ({
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    metadata: { name: "web", uid: "1", resourceVersion: String(version), managedFields },
  });
  const theirs = [entry("kubectl-edit")];
  let now = object(1, [...theirs, entry("kube-controller-manager", "status")]);
  const before = now;
  let isBusy = true;
  const kube = {
    get: async () => now,
    async patch(_ref: unknown, patch: { metadata: { managedFields: ManagedFieldsEntry[] } }) {
      const { managedFields } = patch.metadata;
      if (now !== before && isBusy) {
        isBusy = false;
        throw new KubeError(409, "Conflict", "somebody was faster", []);
      }
      now = object(Number(now.metadata.resourceVersion) + 1, managedFields);
      return now;
    },
  } as unknown as KubeClient;
  const later = entry("kube-controller-manager", "status", "2026-11-28T12:00:01Z");
  const applied = withHolders(kube, before, [entry("trueup")], async (recorded) => {
    now = object(Number(recorded.metadata.resourceVersion) + 1, [entry("trueup"), later]);
    throw new GiveBack();
  });
  await expect(applied).rejects.toBeInstanceOf(GiveBack);
  expect(now.metadata.managedFields).toEqual([...theirs, later]);
});
