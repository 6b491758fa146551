import type { AdoptedChange } from "../../../src/core/adopt/adopt-changes.ts";
import type { Json, ObjectRef } from "../../../src/core/manifest/kube-object.ts";
import type { Segment } from "../../../src/core/plan/field-path.ts";

/** A file, what is live otherwise, and the lines of the commit that adopts it. */
export interface Drifted {
  name: string;
  file?: string;
  content: string;
  object: ObjectRef;
  changes: AdoptedChange[];
  diff: string[];
}

/** Text is a field, a number a place in a list, a mapping the keys of an item. */
export type Step = string | number | { [key: string]: Json };

export function at(...steps: Step[]): Segment[] {
  return steps.map((step): Segment => {
    if (typeof step === "string") return { type: "field", name: step };
    return typeof step === "number" ? { type: "index", index: step } : { type: "key", keys: step, index: 0 };
  });
}

export const set = (to: Json, ...steps: Step[]): AdoptedChange => ({ path: at(...steps), to });
export const gone = (...steps: Step[]): AdoptedChange => ({ path: at(...steps) });

export const ref = (apiVersion: string, kind: string, name: string, namespace?: string): ObjectRef => ({
  apiVersion,
  kind,
  name,
  ...(namespace === undefined ? {} : { namespace }),
});

/** A file whose changed lines stand in it as in a patch, each line behind a blank, a `-` or a `+`. */
export function patched(
  name: string,
  object: ObjectRef,
  changes: AdoptedChange[],
  patch: string,
  file = "app/all.yaml",
): Drifted {
  const lines = patch.replace(/^\n/, "").split("\n");
  const diff = lines.filter((line) => /^[-+]/.test(line));
  const content = lines.filter((line) => !line.startsWith("+")).map((line) => line.slice(1));
  return { name, file, object, changes, content: content.join("\n"), diff };
}
