import { randomBy } from "../agreement/slips.ts";
import { additions } from "./additions.ts";
import { keyOf } from "./cluster-eyes.ts";
import { otherValue } from "./other-value.ts";
import { isMapping, type Steps, same, type Thing, type Value } from "./values.ts";

/** One change to what Git describes, as somebody might commit it. */
export interface Edit {
  /** What was done, for whoever reads that it went wrong. */
  what: string;
  key: string;
  /** The object as it is described afterwards; undefined: not any more. */
  object: Thing | undefined;
}

export interface Editor {
  /** A change to one of the described objects, or one of those that were taken out come back, or one more. */
  next(described: ReadonlyMap<string, Thing>, untouched: (key: string) => boolean): Edit;
  /** One or two changes to this object. */
  changed(object: Thing): Edit;
}

/** What goes with everything in it or of its kind, what others need so that they run, and what decides over all the others. */
export const staysThere = new Set([
  "Namespace",
  "CustomResourceDefinition",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "ServiceAccount",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
]);

/** Where a pod is put, without which none would start here; who may be asked, and about what, before anything is written. */
const leftAlone =
  /^(nodeSelector|affinity|priorityClassName|runtimeClassName|serviceAccountName|serviceAccount|schedulerName|nodeName|hostPort|hostNetwork|finalizers|ownerReferences|scaleTargetRef|claimRef|volumeName|rules|resourceRules|namespaceSelector|matchResources|matchConstraints|mutations|validations|failurePolicy|policyName|openAPIV3Schema)$/;
const decides = (object: Thing) => /^(admissionregistration|apiextensions)\.k8s\.io\//.test(object.apiVersion);

/** Random changes; the same seed makes the same ones of the same objects. */
export function editor(all: readonly Thing[], seed: number): Editor {
  const random = randomBy(seed);
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const alike = new Map<string, Value[]>();
  for (const object of all) {
    for (const { steps, value } of placesOf(object)) {
      const name = `${fieldOf(steps)} ${typeOf(value)}`;
      alike.set(name, [...(alike.get(name) ?? []), value]);
    }
  }
  let made = 0;

  const ways: { weight: number; change(object: Thing): string | undefined }[] = [
    { weight: 30, change: (object) => changeValue(object) },
    { weight: 20, change: (object) => addField(object) },
    { weight: 12, change: (object) => atList(object, "added") },
    { weight: 8, change: (object) => atList(object, "removed") },
    { weight: 6, change: (object) => atList(object, "reordered") },
    { weight: 8, change: (object) => addKey(object) },
    { weight: 10, change: (object) => removeKey(object) },
    { weight: 3, change: (object) => replaceWith(object, null, "null") },
    { weight: 3, change: (object) => replaceWith(object, undefined, "emptied") },
  ];

  function weighted(dice: number): (typeof ways)[number] {
    let left = dice * ways.reduce((sum, { weight }) => sum + weight, 0);
    return (
      ways.find(({ weight }) => {
        left -= weight;
        return left < 0;
      }) ?? ways[0]!
    );
  }

  function changeValue(object: Thing): string | undefined {
    const place = oneOf(placesOf(object).filter(({ value }) => typeof value !== "object"));
    if (place === undefined) return undefined;
    const { steps, value } = place;
    const other = otherValue(steps, value, alike.get(`${fieldOf(steps)} ${typeOf(value)}`) ?? [], random);
    setAt(object, steps, other);
    return `${steps.join(".")} = ${JSON.stringify(other)}`;
  }

  function addField(object: Thing): string | undefined {
    const addition = oneOf(additions(object));
    if (addition === undefined) return undefined;
    const value = oneOf(addition.values);
    setAt(object, addition.steps, structuredClone(value));
    return `${addition.steps.join(".")} = ${JSON.stringify(value)}`;
  }

  function atList(object: Thing, how: "added" | "removed" | "reordered"): string | undefined {
    const lists = placesOf(object).filter(
      ({ value }) => Array.isArray(value) && (value.length > (how === "reordered" ? 1 : 0) || how === "added"),
    );
    const place = oneOf(lists);
    if (place === undefined) return undefined;
    const list = [...(place.value as Value[])];
    const at = Math.floor(random() * list.length);
    if (how === "removed") list.splice(at, 1);
    else if (how === "reordered") list.push(list.shift()!);
    else {
      const donors = [...list, ...(alike.get(`${fieldOf(place.steps)} array`) ?? []).flat()] as Value[];
      const item = oneOf(donors);
      if (item === undefined) return undefined;
      list.splice(Math.floor(random() * (list.length + 1)), 0, varied(item, place.steps));
    }
    setAt(object, place.steps, list);
    return `${place.steps.join(".")}: item ${how}`;
  }

  /** A copy under another name, so that it is one more. */
  function varied(item: Value, steps: Steps): Value {
    if (!isMapping(item)) {
      return typeof item === "object" ? item : otherValue(steps, item, [], random);
    }
    const copy = structuredClone(item);
    for (const key of ["name", "key", "user", "containerPort", "port", "mountPath", "ip", "host", "topologyKey"]) {
      const value = copy[key];
      if (typeof value === "string") copy[key] = key === "mountPath" ? `${value}-${++made}` : `${value}-${++made}`;
      if (typeof value === "number") copy[key] = value + (++made % 500);
    }
    return copy;
  }

  function addKey(object: Thing): string | undefined {
    const free = /^(labels|annotations|data|parameters|hard|quota|stringData)$/;
    const maps: Steps[] = placesOf(object)
      .filter(({ steps, value }) => isMapping(value) && free.test(fieldOf(steps)))
      .map(({ steps }) => steps);
    const steps = oneOf([...maps, ["metadata", "annotations"], ["metadata", "labels"]]);
    const name = `fidelity.example/added-${++made}`;
    const [key, value]: [string, Value] =
      fieldOf(steps) === "hard"
        ? ["count/secrets", oneOf(["5", 5])]
        : [/^(labels|annotations)$/.test(fieldOf(steps)) ? name : `added-${made}`, oneOf(["", "yes", "1e3", "a"])];
    const stored = object.kind === "Secret" && fieldOf(steps) === "data" ? "YQ==" : value;
    setAt(object, [...steps, key], stored);
    return `${[...steps, key].join(".")} = ${JSON.stringify(stored)}`;
  }

  function removeKey(object: Thing): string | undefined {
    const place = oneOf(placesOf(object).filter(({ steps }) => !/^\d+$/.test(steps.at(-1)!)));
    if (place === undefined) return undefined;
    setAt(object, place.steps, undefined);
    return `${place.steps.join(".")} removed`;
  }

  function replaceWith(object: Thing, wanted: null | undefined, word: string): string | undefined {
    const fit = placesOf(object).filter(
      ({ value }) => wanted === null || (typeof value === "object" && value !== null),
    );
    const place = oneOf(fit);
    if (place === undefined) return undefined;
    setAt(object, place.steps, wanted === null ? null : Array.isArray(place.value) ? [] : {});
    return `${place.steps.join(".")} ${word}`;
  }

  function changed(object: Thing): Edit {
    for (;;) {
      const copy = structuredClone(object);
      const done: string[] = [];
      const count = random() < 0.25 ? 2 : 1;
      while (done.length < count) {
        const way = weighted(random());
        const what = way.change(copy);
        if (what !== undefined) done.push(what);
      }
      if (keyOf(copy) === keyOf(object) && !same(copy, object) && !neverReady(copy, object))
        return { what: done.join("; "), key: keyOf(object), object: copy };
    }
  }

  return {
    changed,
    next(described, untouched) {
      const free = [...described].filter(([key]) => untouched(key));
      const dice = random();
      const lost = all.filter((object) => !described.has(keyOf(object)) && untouched(keyOf(object)));
      if (dice < 0.06 && lost.length > 0) {
        const object = oneOf(lost);
        return { what: "added again", key: keyOf(object), object };
      }
      const mayGo = free.filter(([, { kind }]) => !staysThere.has(kind));
      if (dice < 0.12) {
        const [key] = oneOf(mayGo);
        return { what: "deleted", key, object: undefined };
      }
      if (dice < 0.16) {
        const [, original] = oneOf(mayGo);
        const copy = structuredClone(original);
        copy.metadata.name = `${copy.metadata.name}-${++made}`;
        return { what: "added", key: keyOf(copy), object: copy };
      }
      return changed(oneOf(free)[1]);
    },
  };
}

/** A ReplicaSet never labels the pods that it has, and a budget over pods that nobody looks after is never assessed. */
function neverReady(copy: Thing, object: Thing): boolean {
  const selector = ({ spec }: Thing) => (spec as { selector?: unknown } | undefined)?.selector;
  if (copy.kind === "PodDisruptionBudget") return !same(selector(copy), selector(object));
  const labels = ({ spec }: Thing) => (spec as { template?: Thing } | undefined)?.template?.metadata?.labels;
  return copy.kind === "ReplicaSet" && !same(labels(copy), labels(object));
}

/** Everything in an object that may be changed. */
export function placesOf(object: Thing): { steps: string[]; value: Value }[] {
  const found: { steps: string[]; value: Value }[] = [];
  const walk = (value: Value, steps: string[]): void => {
    if (steps.length > 0) found.push({ steps, value });
    if (typeof value !== "object" || value === null) return;
    for (const [step, inner] of Object.entries(value)) {
      const here = [...steps, step];
      const isIdentity = steps.length === 0 && ["apiVersion", "kind", "metadata", "status"].includes(step);
      const isName = steps.length === 1 && steps[0] === "metadata" && !["labels", "annotations"].includes(step);
      // Of a definition's kind and its versions there are objects.
      const isDefinition = object.kind === "CustomResourceDefinition" && step === "spec";
      if (isIdentity && step === "metadata") walkInto(inner as Value, here);
      else if (isIdentity || isName || isDefinition) continue;
      else if (!(leftAlone.test(step) && (decides(object) || !step.endsWith("ules")))) walk(inner as Value, here);
    }
  };
  const walkInto = (value: Value, steps: string[]) => {
    for (const name of ["labels", "annotations"]) {
      const inner = (value as { [name: string]: Value })[name];
      if (inner !== undefined) walk(inner, [...steps, name]);
    }
  };
  walk(object as unknown as Value, []);
  return found;
}

export function setAt(object: Thing, steps: Steps, value: Value | undefined): void {
  let place = object as unknown as { [name: string]: Value };
  for (const step of steps.slice(0, -1)) {
    if (typeof place[step] !== "object" || place[step] === null) place[step] = {};
    place = place[step] as { [name: string]: Value };
  }
  const last = steps.at(-1)!;
  if (value === undefined) delete place[last];
  else place[last] = value;
}

export const fieldOf = (steps: Steps): string => steps.findLast((step) => !/^\d+$/.test(step)) ?? "";
const typeOf = (value: Value): string => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);
