import { readFileSync } from "node:fs";
import type { Json } from "../../../core/manifest/kube-object.ts";

/** What JSON does not tell of a struct in Go; see `schemas/kubernetes/README.md`. */
export interface GoType {
  readonly numbers?: { readonly [number: string]: string };
  readonly pointers?: readonly string[];
  readonly unset?: { readonly [field: string]: Json };
}

/** By the name of the struct's definition. */
export interface GoTypes {
  readonly [definition: string]: GoType;
}

/** Reads `schemas/kubernetes/go-types.json`. Call it once and keep the result. */
export function loadGoTypes(): GoTypes {
  const file = new URL("../../../../schemas/kubernetes/go-types.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).types;
}
