import type { KubeObject } from "../core/manifest/kube-object.ts";
import type { ReadManifests } from "../core/manifest/read-manifests.ts";
import type { SchemaFinding } from "../core/schema/explain.ts";
import type { Validator } from "../core/schema/validator.ts";

/** Renders after which what none of them used is forgotten: base, head and merge of a few pull requests. */
const rendersKept = 8;

/**
 * What one system's renders have in common: a blob that did not change is neither parsed nor validated again. Keep one for
 * each system of a long-running process.
 */
export interface RenderCache {
  /** @param key names path and content (path and blob id) */
  read(key: string, read: () => ReadManifests): ReadManifests;
  /** What was read before, which is used by that; whoever holds it need not ask for the content. */
  known(key: string): ReadManifests | undefined;
  /** A validator that knows these definitions; the same one as long as they are the same objects. */
  validatorWith(base: Validator, definitions: readonly KubeObject[]): Validator;
  validate(validator: Validator, object: KubeObject): SchemaFinding[];
  /**
   * What an object is made into, the very same as long as it is made under the same settings: whoever compares two renders sees at
   * once what did not change.
   */
  once<T>(of: object, settings: string, make: () => T): T;
  /** Ends a render: drops what was not used for a while. */
  sweep(): void;
}

export function createRenderCache(): RenderCache {
  const files = new Map<string, { read: ReadManifests; usedIn: number }>();
  let render = 0;
  let known: { base: Validator; definitions: readonly KubeObject[]; validator: Validator } | undefined;
  const validated = new WeakMap<Validator, WeakMap<KubeObject, SchemaFinding[]>>();
  const made = new WeakMap<object, { settings: string; value: unknown }>();

  return {
    read(key, read) {
      const entry = files.get(key) ?? { read: read(), usedIn: render };
      entry.usedIn = render;
      files.set(key, entry);
      return entry.read;
    },
    known(key) {
      const entry = files.get(key);
      if (entry !== undefined) entry.usedIn = render;
      return entry?.read;
    },
    validatorWith(base, definitions) {
      if (known === undefined || known.base !== base || !sameItems(known.definitions, definitions)) {
        known = { base, definitions, validator: base.withCustomResources(definitions) };
      }
      return known.validator;
    },
    validate(validator, object) {
      let byObject = validated.get(validator);
      if (byObject === undefined) {
        byObject = new WeakMap();
        validated.set(validator, byObject);
      }
      let findings = byObject.get(object);
      if (findings === undefined) {
        findings = validator.validate(object);
        byObject.set(object, findings);
      }
      return findings;
    },
    once<T>(of: object, settings: string, make: () => T): T {
      const before = made.get(of);
      if (before?.settings === settings) return before.value as T;
      const value = make();
      made.set(of, { settings, value });
      return value;
    },
    sweep() {
      render++;
      for (const [key, { usedIn }] of files) if (usedIn < render - rendersKept) files.delete(key);
    },
  };
}

function sameItems<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
