import type { JsonObject, KubeObject, ObjectMeta } from "../../../core/manifest/kube-object.ts";
import { applyPatch, conflictStatus } from "../apply/apply.ts";
import { restored } from "../apply/object-state.ts";
import { updateManagedFields } from "../apply/update.ts";
import type { Clock } from "../clock.ts";
import { notRestored } from "../decode/not-restored.ts";
import { Unreadable } from "../decode/unreadable.ts";
import { apiVersionOf, type Resource } from "../resources/resource.ts";
import {
  alreadyExists,
  conflict,
  invalid,
  methodNotAllowed,
  notFound,
  objectModified,
  StatusError,
} from "../status-error.ts";
import type { ObjectStorage } from "../storage/object-storage.ts";
import { type Deletion, type DeletionResult, deleteObject, storeOrRemove } from "./deletion.ts";
import { withGenerations } from "./generation.ts";
import { type NamespaceGate, namespaceGate } from "./namespace-gate.ts";
import { metadataForCreate, metadataForUpdate, namesAgree } from "./object-metadata.ts";
import { sentVersion } from "./sent-version.ts";
import type { Strategy } from "./strategy.ts";
import { unchanged } from "./unchanged.ts";
import { needsVersion } from "./unconditional-update.ts";

export interface WriteOptions {
  manager: string;
  /** Does everything but keep the result. */
  dryRun?: boolean;
  subresource?: string | undefined;
  /** Of an update: whether it is a patch, whose uid is a field that cannot change and no precondition. */
  patch?: boolean;
}

/** The cluster's objects, and all rules of how they may be written. Synchronous; throws StatusError. */
export interface Registry {
  strategy(resource: Resource): Strategy;
  /** Throws a 404. The object is shared and must not be changed. */
  get(resource: Resource, namespace: string | undefined, name: string): KubeObject;
  has(resource: Resource, namespace: string | undefined, name: string): boolean;
  list(resource: Resource, namespace: string | undefined): KubeObject[];
  /** @param object decoded by the strategy; it becomes the registry's */
  create(resource: Resource, namespace: string | undefined, object: KubeObject, options: WriteOptions): KubeObject;
  /** @param change gets the live object, which it must not change, and gives a decoded one that becomes the registry's */
  update(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    change: (live: KubeObject) => KubeObject,
    options: WriteOptions,
  ): KubeObject;
  apply(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    config: JsonObject,
    options: WriteOptions & { force: boolean },
  ): { object: KubeObject; created: boolean };
  delete(resource: Resource, namespace: string | undefined, name: string, options: Deletion): DeletionResult;
}

export function createRegistry({
  storage,
  strategyOf,
  clock,
}: {
  storage: ObjectStorage;
  strategyOf: (resource: Resource) => Strategy;
  clock: Clock;
}): Registry {
  const gate: NamespaceGate = namespaceGate(storage);
  const read = (stored: KubeObject, resource: Resource) => strategyOf(resource).read(inVersion(stored, resource));
  const find = (resource: Resource, namespace: string | undefined, name: string) => {
    const found = storage.get(resource.name, namespace ?? "", name);
    return found === undefined ? undefined : read(found, resource);
  };
  const need = (resource: Resource, namespace: string | undefined, name: string) => {
    const found = find(resource, namespace, name);
    if (found === undefined) throw notFound({ group: resource.group, resource: resource.plural }, name);
    return found;
  };

  const validate = (strategy: Strategy, object: KubeObject, before: KubeObject | undefined) => {
    const violations = strategy.validate(object, before);
    const { group, kind } = strategy.resource;
    if (violations.length > 0) throw invalid(group, kind, object.metadata.name ?? "", violations);
  };

  /** The last steps of a create: the object has its defaults and its managed fields. */
  const insert = (strategy: Strategy, merged: KubeObject, { dryRun }: WriteOptions): KubeObject => {
    const { resource } = strategy;
    const { name, namespace } = merged.metadata;
    gate.mayCreate(resource, namespace, name);
    const object = { ...merged, metadata: metadataForCreate(merged.metadata, strategy.generations, clock.now()) };
    strategy.prepare(object, undefined);
    validate(strategy, object, undefined);
    const other = find(resource, namespace, name);
    if (other !== undefined) {
      const ends = other.metadata.deletionTimestamp !== undefined;
      throw alreadyExists({ group: resource.group, resource: resource.plural }, name, { ends });
    }
    return dryRun === true ? object : storage.put(resource.name, object);
  };

  /** The last steps of an update. */
  const replace = (
    strategy: Strategy,
    live: KubeObject,
    merged: KubeObject,
    { dryRun, subresource }: WriteOptions,
  ): KubeObject => {
    const { resource } = strategy;
    if (merged === live) return live;
    const object = { ...merged };
    strategy.prepare(object, live, subresource);
    const uncounted = subresource === "status" || subresource === "binding";
    const counted = uncounted ? object : withGenerations(strategy, object, live);
    if (unchanged(counted, live)) return live;
    validate(strategy, counted, live);
    if (dryRun === true) return counted;
    return storeOrRemove(storage, resource, counted, live);
  };

  const checkVersion = (
    resource: Resource,
    { uid, resourceVersion }: Pick<Partial<ObjectMeta>, "uid" | "resourceVersion">,
    live: KubeObject,
    patch: boolean,
  ) => {
    const subject = { group: resource.group, resource: resource.plural };
    const { name } = live.metadata;
    const otherUid = uid !== undefined && uid !== live.metadata.uid;
    if (otherUid && !patch) {
      const key = `/registry/${resource.plural}/${[live.metadata.namespace, name].filter((it) => it !== undefined).join("/")}`;
      throw conflict(
        subject,
        name,
        `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
      );
    }
    const wanted = sentVersion(resourceVersion);
    if (wanted !== undefined && wanted !== live.metadata.resourceVersion) {
      throw conflict(subject, name, objectModified);
    }
    if (otherUid) {
      throw invalid(resource.group, resource.kind, name, [
        {
          reason: "FieldValueInvalid",
          field: "metadata.uid",
          message: `Invalid value: ${JSON.stringify(uid)}: field is immutable`,
        },
      ]);
    }
  };

  return {
    strategy: strategyOf,
    get: need,
    has: (resource, namespace, name) => find(resource, namespace, name) !== undefined,
    list: (resource, namespace) => storage.list(resource.name, namespace).map((object) => read(object, resource)),

    create(resource, namespace, sent, options) {
      const strategy = strategyOf(resource);
      namesAgree(resource, sent, namespace, undefined);
      // A dry run does not come as far as the store, which takes what is no number for none.
      const { resourceVersion = "", deletionTimestamp: _, deletionGracePeriodSeconds: _g, ...metadata } = sent.metadata;
      if (/^0*[1-9]\d*$/.test(resourceVersion) && options.dryRun !== true) {
        throw new StatusError(500, "", "resourceVersion should not be set on objects to be created");
      }
      const object = restored({ ...sent, metadata } as KubeObject, undefined, strategy.schema.resetFields(undefined));
      strategy.complete(object);
      const { manager } = options;
      const owned = updateManagedFields({
        before: undefined,
        after: object,
        manager,
        schema: strategy.schema,
        now: clock.now(),
      });
      return insert(strategy, owned, options);
    },

    update(resource, namespace, name, change, options) {
      const strategy = strategyOf(resource);
      const live = need(resource, namespace, name);
      const sent = change(live);
      namesAgree(resource, sent, namespace, name);
      needsVersion(resource, sent);
      checkVersion(resource, sent.metadata, live, options.patch === true);
      const { manager, subresource } = options;
      const object = restored(sent, live, strategy.schema.resetFields(subresource));
      object.metadata = metadataForUpdate(object.metadata, live.metadata);
      strategy.complete(object);
      const now = clock.now();
      const owned =
        subresource === "binding"
          ? object
          : updateManagedFields({ before: live, after: object, manager, subresource, schema: strategy.schema, now });
      return replace(strategy, live, owned, options);
    },

    apply(resource, namespace, name, config, options) {
      const strategy = strategyOf(resource);
      const { manager, force, subresource } = options;
      const live = find(resource, namespace, name);
      if (live === undefined && subresource !== undefined) {
        throw notFound({ group: resource.group, resource: resource.plural }, name);
      }
      const given = (config.metadata ?? {}) as Partial<ObjectMeta>;
      if (live !== undefined) checkVersion(resource, given, live, true);
      const result = applyPatch({
        live,
        config,
        manager,
        force,
        ...(subresource !== undefined && { subresource }),
        schema: strategy.schema,
        expected: { apiVersion: apiVersionOf(resource), kind: resource.kind },
        now: clock.now(),
        afterMerge(merged) {
          const { object } = decodeMerged(strategy, merged, given);
          if (live !== undefined) object.metadata = metadataForUpdate(object.metadata, live.metadata);
          strategy.complete(object);
          return object;
        },
      });
      if (!result.ok) throw conflictStatus(result.conflicts);
      // An object that is there keeps the name that is not applied; a new one has none then.
      const names = { name: given.name ?? live?.metadata.name, namespace: given.namespace };
      namesAgree(resource, { metadata: names } as KubeObject, namespace, name);
      namesAgree(resource, result.object, namespace, name);
      if (live === undefined) {
        const { uid } = given;
        if (uid !== undefined) {
          const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
          throw conflict({ group: resource.group, resource: resource.plural }, name, why);
        }
        return { object: insert(strategy, result.object, options), created: true };
      }
      return {
        object: result.changed ? replace(strategy, live, result.object, options) : live,
        created: false,
      };
    },

    delete(resource, namespace, name, options) {
      if (!resource.verbs.includes("delete")) throw methodNotAllowed();
      return deleteObject({ storage, resource, live: need(resource, namespace, name), options, now: clock.now() });
    },
  };
}

/** The outcome of an apply as the kind reads it; a value that does not fit its field is told in an apply's own words. */
function decodeMerged(strategy: Strategy, merged: KubeObject, { name = "", namespace = "" }: Partial<ObjectMeta>) {
  try {
    return strategy.decode(merged as unknown as JsonObject, { merged: true });
  } catch (error) {
    if (!(error instanceof Unreadable) || strategy.resource.definedBy !== undefined) throw error;
    const { resource } = strategy;
    const type = `${resource.group}/${resource.version}, Kind=${resource.kind}`;
    const why = `unable to convert unstructured object to ${type}: ${notRestored(error.unmarshal)}`;
    throw new StatusError(
      500,
      "",
      `failed to convert new object (${namespace}/${name}; ${type}) to proper version: ${why}`,
    );
  }
}

/** Versions of a resource differ in name only: what needs conversion is not served in two of them. */
function inVersion(object: KubeObject, resource: Resource): KubeObject {
  const apiVersion = apiVersionOf(resource);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}
