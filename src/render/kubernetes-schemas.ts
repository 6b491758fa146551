import { readFileSync } from "node:fs";
import type { KubernetesSchemas } from "../core/schema/kubernetes-schemas.ts";

/**
 * Reads `schemas/kubernetes/` (about 300 KB), which lies beside the sources and beside the built program alike.
 * Call it once and keep the result.
 */
export function loadKubernetesSchemas(): KubernetesSchemas {
  const { kubernetes, definitions } = read("definitions.json");
  const { groups, resources } = read("resources.json");
  return { version: kubernetes, definitions, groups, resources };
}

function read(name: string) {
  return JSON.parse(readFileSync(new URL(`../../schemas/kubernetes/${name}`, import.meta.url), "utf8"));
}
