import { expect, test } from "vitest";
import { pointerOfField } from "../../../src/core/schema/server-field.ts";

const object = {
  metadata: { labels: { "example.com/a.b": "c" } },
  spec: {
    selector: { matchLabels: { "app.kubernetes.io/name": "web" } },
    containers: [
      { name: "one", ports: [{ containerPort: 80 }] },
      { name: "two", ports: [{ containerPort: 81, protocol: "UDP" }] },
    ],
    capacity: { storage: "1Gi" },
  },
};

test.each([
  ["spec.containers[1].name", "/spec/containers/1/name"],
  [".spec.containers", "/spec/containers"],
  ["spec.capacity[storage]", "/spec/capacity/storage"],
  ["metadata.labels[example.com/a.b]", "/metadata/labels/example.com~1a.b"],
  ["spec.selector.matchLabels.app.kubernetes.io/name", "/spec/selector/matchLabels/app.kubernetes.io~1name"],
  [
    'spec.containers[name="two"].ports[containerPort=81,protocol="UDP"].hostPort',
    "/spec/containers/1/ports/0/hostPort",
  ],
  ['spec.containers[name="one"].ports[containerPort=80,protocol="TCP"]', "/spec/containers/0/ports/0"],
  ['spec.containers[name="three"].image', "/spec/containers"],
  ["spec.missing.below", "/spec/missing/below"],
  ["<nil>", ""],
  ["", ""],
])("what a server calls %j lies at %j", (field, pointer) => {
  expect(pointerOfField(object, field)).toBe(pointer);
});
