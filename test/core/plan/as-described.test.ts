import { expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../src/core/manifest/kube-object.ts";
import { asDescribed } from "../../../src/core/plan/as-described.ts";
import { createSchemaPlaces } from "../../../src/core/plan/list-keys.ts";
import { loadKubernetesSchemas } from "../../../src/render/kubernetes-schemas.ts";

const schemas = createSchemaPlaces(loadKubernetesSchemas().definitions);
const of = (kind: string, content: JsonObject): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "web" },
  ...content,
});

test("of what two manifests say alike the server's word counts, so that no default of its own becomes a change", () => {
  const port = { port: 80, protocol: "TCP", targetPort: 80, nodePort: 30000 };
  const described = asDescribed(
    of("Service", { spec: { ports: [{ port: 80 }, { port: 90, name: "more" }], type: "No" } }),
    {
      manifest: of("Service", { spec: { ports: [{ port: 80 }, { port: 81 }], sessionAffinity: "None" } }),
      result: of("Service", {
        spec: { ports: [port, { ...port, port: 81 }], sessionAffinity: "None", clusterIP: "10.0.0.1" },
      }),
    },
    schemas.ofKind("v1", "Service"),
  );
  expect(described).toEqual(
    of("Service", { spec: { ports: [port, { port: 90, name: "more" }], type: "No", clusterIP: "10.0.0.1" } }),
  );
});

test("items that go by their place, members of sets and what is new as a whole are as the manifest has them", () => {
  const pod = (containers: JsonObject[], finalizers: string[] = []) => {
    const { metadata, ...rest } = of("Pod", { spec: { containers } });
    return { ...rest, metadata: { ...metadata, finalizers } } as KubeObject;
  };
  const envFrom = (...names: string[]) => names.map((name) => ({ configMapRef: { name } }));
  const schema = schemas.ofKind("v1", "Pod");
  const manifest = pod([{ name: "a", envFrom: envFrom("x", "y", "z") }], ["kept/one", "gone/one"]);
  const refused = pod(
    [
      { name: "a", envFrom: envFrom("other"), resources: { limits: { cpu: "2" } } },
      { name: "b", args: ["-v"] },
    ],
    ["kept/one", "new/one"],
  );
  expect(asDescribed(refused, { manifest, result: manifest }, schema)).toEqual(refused);
  // What it was made of stays as it is.
  expect(manifest).toEqual(pod([{ name: "a", envFrom: envFrom("x", "y", "z") }], ["kept/one", "gone/one"]));
});
