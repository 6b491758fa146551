import { isBelowCredential, namesCredential } from "./credentials/names.ts";

/**
 * What a finding or a plan must not quote: whatever a Secret carries, and what stands under a name that says it is a
 * credential. One rule for all, so that no two places differ about it.
 */

/** A Secret's parts that tell nothing; all others are taken for its contents, misspelt ones (`dta:`) too. */
const openSecretFields = new Set(["apiVersion", "kind", "type", "immutable"]);

/**
 * Whether the value at `path` of a manifest, of whatever shape, must not be quoted.
 *
 * @param path field names and list indexes from the document, a list of objects included
 */
export function isConfidential(document: unknown, path: readonly string[]): boolean {
  if (isBelowCredential(path)) return true;
  let place = document;
  for (const [depth, step] of path.entries()) {
    if (step === "stringData") return true;
    if (typeof place !== "object" || place === null) return false;
    const { kind, name } = place as { kind?: unknown; name?: unknown };
    const rest = path.slice(depth);
    if ((isKind(kind, "secret") || isKind(kind, "secrets")) && !isOpen(rest)) return true;
    if (isKind(kind, "secretlist") && rest.length > 2 && !isOpen(rest.slice(2))) return true;
    if (isKind(kind, "configmap") && rest[0] === "data" && namesCredential(rest[1])) return true;
    if (step === "value" && namesCredential(name)) return true;
    place = (place as { [step: string]: unknown })[step];
  }
  return false;
}

/** In any case of letters, as a plural too: a misspelt kind is no reason to show what it hides. */
function isKind(kind: unknown, wanted: string): boolean {
  return typeof kind === "string" && kind.toLowerCase() === wanted;
}

/** Tools keep copies of the whole manifest in annotations, so a Secret's are no safer than its data. */
function isOpen([first, second]: readonly string[]): boolean {
  if (first === "metadata") return second !== undefined && second !== "annotations";
  return first === undefined || openSecretFields.has(first);
}
