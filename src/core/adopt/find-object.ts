import { groupOf, type KubeObject, nameInNamespace, type ObjectRef, refOf, titleOf } from "../manifest/kube-object.ts";
import { objectShapeProblem } from "../manifest/object-shape.ts";
import { quoted } from "../manifest/quoted.ts";
import { unrolled } from "../manifest/read-manifests.ts";
import { pointerTokens } from "../schema/field-path.ts";
import type { Place } from "./edit.ts";
import { Refusal } from "./refusal.ts";
import type { DocumentText } from "./split-documents.ts";

/** An object in one of a file's documents. */
export interface FoundObject {
  document: DocumentText;
  object: KubeObject;
  /** In its document. */
  place: Place;
  /** Of all objects of the file. */
  number: number;
}

/**
 * The one object of a file that `ref` names.
 * @param ref with the namespace that it is applied to, which the file may leave to its system
 */
export function findObject(documents: readonly DocumentText[], ref: ObjectRef): FoundObject | Refusal {
  let number = 0;
  const found: FoundObject[] = [];
  for (const document of documents) {
    for (const { value, pointer } of unrolled(document.value)) {
      if (objectShapeProblem(value) !== undefined) continue;
      const object = value as KubeObject;
      if (isNamed(object, ref)) {
        const place = placeIn(document.value, pointer);
        found.push({ document, object, place, number });
      }
      number++;
    }
  }
  const exact = found.filter(({ object }) => object.metadata.namespace === ref.namespace);
  const candidates = exact.length > 0 ? exact : found;
  const name = quoted(titleOf(ref));
  if (candidates.length > 1)
    return new Refusal(`The file describes ${name} ${candidates.length} times; keep one of them, and adopt then.`);
  return (
    candidates[0] ??
    new Refusal(`The file does not describe ${name}; look for ${quoted(nameInNamespace(ref))} in what generates it.`)
  );
}

function isNamed(object: KubeObject, ref: ObjectRef): boolean {
  const { apiVersion, kind, name, namespace } = refOf(object);
  if (groupOf(apiVersion) !== groupOf(ref.apiVersion) || kind !== ref.kind || name !== ref.name) return false;
  return !namespace || ref.namespace === undefined || namespace === ref.namespace;
}

/** Indexes as numbers where they lead into lists. */
function placeIn(document: unknown, pointer: string): Place {
  let value = document;
  return pointerTokens(pointer).map((token) => {
    const step = Array.isArray(value) ? Number(token) : token;
    value = (value as { [step: string | number]: unknown })[step];
    return step;
  });
}
