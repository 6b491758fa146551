import { afterAll, beforeAll, describe, test } from "vitest";
import { type Manifest, manifestsOfEveryKind } from "./manifests.ts";
import { patches } from "./media-types.ts";
import { type Pair, startPair } from "./pair.ts";

/** Objects of every kind come back with the same defaults, in the same words, owned by the same managers. */
let pair: Pair;
const namespace = "contract-defaults";
beforeAll(async () => {
  pair = await startPair("quiet", namespace);
});
afterAll(() => pair?.stop());

const manifests = manifestsOfEveryKind(namespace).map((it): [string, Manifest] => [it.title, it]);

describe.each(["created", "applied"])("an object that is %s", (how) => {
  test.each(manifests)("comes back with the same defaults and owners: %s", async (_, { path, body }) => {
    const applied = `${path}/${body.metadata.name}?fieldManager=me&force=true&dryRun=All`;
    await pair.same(
      how === "created"
        ? { method: "POST", path: `${path}?fieldManager=me&dryRun=All`, body }
        : { method: "PATCH", path: applied, body, contentType: patches.apply },
    );
  });
});
