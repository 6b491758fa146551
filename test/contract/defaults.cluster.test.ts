import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { loadKubernetesSchemas } from "../../src/render/kubernetes-schemas.ts";
import { type Pair, startPair } from "./pair.ts";

/** Objects of every kind come back with the same defaults, in the same words, owned by the same managers. */
let pair: Pair;
const namespace = "contract-defaults";
beforeAll(async () => {
  pair = await startPair("quiet", namespace);
});
afterAll(() => pair?.stop());

/** What has cases of its own: custom resources (definitions), and what is not served (`docs/embedded-cluster.md`). */
const elsewhere = new Set(["example.com/v1 Shape", "autoscaling/v1 HorizontalPodAutoscaler"]);
const { resources } = loadKubernetesSchemas();
const manifests = loadAll(readFileSync(new URL("../agreement/manifests/many-kinds.yaml", import.meta.url), "utf8"))
  .filter((object): object is KubeObject => typeof object === "object" && object !== null)
  .filter(({ apiVersion, kind }) => !elsewhere.has(`${apiVersion} ${kind}`));

describe.each(["created", "applied"])("an object that is %s", (how) => {
  test.each(manifests.map((object): [string, KubeObject] => [`${object.kind} ${object.metadata.name}`, object]))(
    "comes back with the same defaults and owners: %s",
    async (_, object) => {
      const slash = object.apiVersion.indexOf("/");
      const [group, version] = [object.apiVersion.slice(0, Math.max(slash, 0)), object.apiVersion.slice(slash + 1)];
      const row = resources.find((it) => it.group === group && it.version === version && it.kind === object.kind);
      expect(row).toBeDefined();
      const { namespaced, plural } = row!;
      const body = structuredClone(object);
      if (namespaced) body.metadata.namespace = namespace;
      // The admission plugin that says so is off where no controller makes service accounts.
      if (object.kind === "Pod") Object.assign(body.spec as object, { serviceAccountName: "default" });
      if (object.kind === "Event") body.involvedObject = { ...(body.involvedObject as object), namespace };
      const within = namespaced ? `/namespaces/${namespace}` : "";
      const path = `${slash < 0 ? "/api" : "/apis"}/${object.apiVersion}${within}/${plural}`;
      await pair.same(
        how === "created"
          ? { method: "POST", path: `${path}?fieldManager=me&dryRun=All`, body }
          : {
              method: "PATCH",
              path: `${path}/${body.metadata.name}?fieldManager=me&force=true&dryRun=All`,
              body,
              contentType: "application/apply-patch+yaml",
            },
      );
    },
  );
});
