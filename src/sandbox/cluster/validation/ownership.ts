import type { KubeObject } from "../../../core/manifest/kube-object.ts";
import type { FieldViolation } from "../status-error.ts";
import { qualifiedName, words } from "./rule.ts";

const standardFinalizers = ["kubernetes", "orphan", "foregroundDeletion"];

/** @param builtIn whether names without a prefix are kept for Kubernetes' own finalizers, as on its own kinds */
export function finalizerViolations(finalizers: readonly string[], builtIn: boolean): FieldViolation[] {
  const at = "metadata.finalizers";
  const found = finalizers.flatMap((it) => qualifiedName(it, at));
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    found.push(words.invalid(at, finalizers, "finalizer orphan and foregroundDeletion cannot be both set"));
  }
  const unqualified = finalizers.flatMap((it, index) => {
    if (!builtIn || it.includes("/") || standardFinalizers.includes(it)) return [];
    const why = "name is neither a standard finalizer name nor is it fully qualified";
    return [words.invalid(`${at}[${index}]`, it, why)];
  });
  return [...found, ...unqualified];
}

type Owners = NonNullable<KubeObject["metadata"]["ownerReferences"]>;

export function ownerViolations(owners: Owners): FieldViolation[] {
  const list = "metadata.ownerReferences";
  let first: Owners[number] | undefined;
  return owners.flatMap((owner, index) => {
    const at = `${list}[${index}]`;
    const { apiVersion = "", kind, name, controller } = owner;
    const found = (["apiVersion", "kind", "name", "uid"] as const)
      .filter((part) => !owner[part])
      .map((part) => words.required(`${at}.${part}`, "must not be empty"));
    if (apiVersion.split("/").length > 2 || apiVersion.endsWith("/")) {
      found.push(words.invalid(`${at}.apiVersion`, apiVersion, "must be <group>/<version> or <version>"));
    }
    if (apiVersion === "v1" && kind === "Event") {
      found.push(words.invalid(at, owner, "/v1, Kind=Event is disallowed from being an owner"));
    }
    if (controller === true && first !== undefined) {
      const both = `${first.kind}/${first.name} and ${kind}/${name}`;
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${both}`;
      found.push(words.invalid(list, owners, why));
    } else if (controller === true) first = owner;
    return found;
  });
}
