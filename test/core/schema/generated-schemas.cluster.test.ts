import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { schemasOf } from "../../../scripts/kubernetes-schemas/from-server.ts";
import { type ControlPlane, startControlPlane } from "../../harness/control-plane.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ controllers: false });
});
afterAll(() => plane.stop());

test("the schemas that are shipped are what the real API server says of itself, to the letter", async () => {
  const { files } = await schemasOf(plane);
  for (const [name, text] of Object.entries(files)) {
    const shipped = readFileSync(new URL(`../../../schemas/kubernetes/${name}`, import.meta.url), "utf8");
    // Line by line: one entry each, and a difference names it.
    expect(shipped.split("\n"), name).toEqual(text.split("\n"));
  }
});
