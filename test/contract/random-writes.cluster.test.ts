import { readFileSync } from "node:fs";
import fc, { type Arbitrary } from "fast-check";
import { load } from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Pair, startPair } from "./pair.ts";
import { type Config, configMap, deployment, service, shape, widget, widgetSchema } from "./random-configs.ts";
import { randomWrite, requestOf } from "./random-writes.ts";

/**
 * Random writes of several managers to one object lead to the same object with the same owners on both servers, or to
 * the same refusal, step by step. A sequence that does not is shrunk to the shortest that still fails.
 */
let pair: Pair;
const namespace = "contract-random";

/** Another seed tries other sequences; a failure names the seed and the path that repeat it. */
const seed = Number(process.env.TRUEUP_CONTRACT_SEED ?? 1);
const runs = Number(process.env.TRUEUP_CONTRACT_RUNS ?? 20);

const widgets = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.random.example.com" },
  spec: {
    group: "random.example.com",
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: widgetSchema } }],
  },
};
const shapes = load(readFileSync("src/sandbox/seed/shape-crd.yaml", "utf8"));

beforeAll(async () => {
  pair = await startPair("quiet", namespace);
  const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  for (const body of [widgets, shapes]) await pair.ask({ method: "POST", path: definitions, body });
  for (const [, path] of kinds.slice(3)) await pair.eventuallySame({ path }, ({ status }) => status === 200);
});
afterAll(() => pair?.stop());

const kinds: [kind: string, path: string, config: Arbitrary<Config>][] = [
  ["ConfigMap", `/api/v1/namespaces/${namespace}/configmaps`, configMap],
  ["Service", `/api/v1/namespaces/${namespace}/services`, service],
  ["Deployment", `/apis/apps/v1/namespaces/${namespace}/deployments`, deployment],
  ["Widget", `/apis/random.example.com/v1/namespaces/${namespace}/widgets`, widget],
  ["Shape", `/apis/demo.trueup.dev/v1/namespaces/${namespace}/shapes`, shape],
];

test.each(kinds)(
  `random writes to a %s end as on a real server (seed ${seed}, ${runs} sequences)`,
  async (kind, path, config) => {
    let sequences = 0;
    const property = fc.asyncProperty(
      fc.array(randomWrite(kind, config), { minLength: 1, maxLength: 16 }),
      async (writes) => {
        sequences += 1;
        const name = `${kind.toLowerCase()}-${sequences}`;
        for (const write of writes) {
          const live = await pair.ask({ path: `${path}/${name}` });
          await pair.same((side) =>
            requestOf(write, `${path}/${name}`, name, live[side].status === 200 ? live[side].body : undefined),
          );
          await pair.same({ path: `${path}/${name}` });
        }
      },
    );
    await fc.assert(property, { seed, numRuns: runs, interruptAfterTimeLimit: 50_000, includeErrorInReport: true });
    expect(sequences).toBe(runs);
  },
);
