import { readFileSync } from "node:fs";
import type { Definitions } from "../../../../src/sandbox/cluster/apply/type-schema.ts";

const file = new URL("../../../../schemas/kubernetes/definitions.json", import.meta.url);

/** The definitions that the embedded cluster works with. */
export const definitions: Definitions = (JSON.parse(readFileSync(file, "utf8")) as { definitions: Definitions })
  .definitions;
