import type { Json, KubeObject } from "../manifest/kube-object.ts";
import { equalJson } from "./equal.ts";
import { meets, type Segment, showPath, valueAt } from "./field-path.ts";
import type { SchemaPlace } from "./list-keys.ts";
import { isNamed } from "./named.ts";
import { withoutServerFields } from "./server-fields.ts";
import { type Difference, threeWayDifferences } from "./three-way.ts";

/** Whether a field is just what a manifest says of it; not where the manifest says nothing. */
export type AsSaid = (path: readonly Segment[]) => boolean;

/** Compares a manifest with an object that is, or would be, in the cluster; once, and not before somebody asks. */
export function asSaidBy(manifest: KubeObject, object: KubeObject, schema: SchemaPlace | undefined): AsSaid {
  let unlike: string[] | undefined;
  const compare = (): string[] => {
    const [said, is] = [manifest, object].map((one) => withoutServerFields(one) as Json);
    const differences = threeWayDifferences(said, is, is, schema).filter(isUnlike);
    return differences.map(({ path }) => showPath(path));
  };
  return (path) => {
    if (!isNamed(manifest as Json, path)) return false;
    const [said, is] = [manifest, object].map((one) => valueAt(one as Json, path));
    // A mapping or list that holds more than the manifest says is what merging empties.
    if (typeof is === "object" && is !== null && !equalJson(said, is)) return false;
    unlike ??= compare();
    return !meets(unlike, path);
  };
}

/** Of what the manifest leaves out, only an item of a value that is applied as a whole says that it is something else. */
function isUnlike({ path, live: said, merge: is, order }: Difference): boolean {
  if (order === true) return false;
  if (said === undefined) return path.at(-1)?.type === "index";
  return is !== undefined || said !== null;
}
