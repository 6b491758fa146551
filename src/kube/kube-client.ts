import { groupOf, type KubeObject, type ObjectMeta, type ObjectRef } from "../core/manifest/kube-object.ts";
import { createDiscovery, type Discovery, type Resource } from "./discovery.ts";
import { failsOnThis, isKubeError, KubeError, mayFailOnThis } from "./kube-error.ts";
import type { KubeRequest, Transport, Warned } from "./transport.ts";

/** The name under which everything of ours is written; field ownership hangs on it. */
export const FIELD_MANAGER = "trueup";

/** What a metadata-only request answers: no `spec`, so no secret and little memory. */
export interface PartialObject {
  metadata: ObjectMeta;
}

export interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  /** Such as `metadata.name=web`, which every kind knows. */
  fieldSelector?: string;
  signal?: AbortSignal;
}

export interface ApplyOptions {
  dryRun: boolean;
  /** Take fields from other managers instead of answering `Conflict`. */
  force: boolean;
  /** Only onto this incarnation of it, or only where nothing is; answers `Conflict` when that is no longer so. */
  onto?: KubeObject | "nothing";
  /** Told what the server warns of, in its own words. */
  warned?: Warned | undefined;
}

export interface DeleteOptions {
  /** Delete only this incarnation. */
  uid?: string;
  /** Delete only what is still unchanged. */
  resourceVersion?: string;
  propagation?: "Background" | "Foreground" | "Orphan";
}

export interface PatchOptions {
  /** Under whose name it is written: ours, when left out. */
  manager?: string;
  dryRun?: boolean;
  /** Only this very version of it; answers `Conflict` when somebody has written it since. */
  of?: KubeObject;
  warned?: Warned | undefined;
}

export interface KubeClient {
  server: string;
  discovery: Discovery;
  transport: Transport;
  /** @returns undefined when it is not there, or its kind is not served */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  list(resource: Resource, options: ListOptions): Promise<{ items: KubeObject[]; resourceVersion: string }>;
  listMetadata(resource: Resource, options: ListOptions): Promise<{ items: PartialObject[]; resourceVersion: string }>;
  /** How many there are, by one request for one of them. @param namespace undefined: everywhere */
  count(resource: Resource, namespace: string | undefined): Promise<number>;
  /** Server-side apply. @returns the whole object as it is, or with `dryRun` would be, afterwards */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  create(object: KubeObject): Promise<KubeObject>;
  /** Replaces the whole object; with a `resourceVersion` in it only that version of it. */
  replace(object: KubeObject): Promise<KubeObject>;
  patch(ref: ObjectRef, patch: unknown, type: "merge" | "json", options?: PatchOptions): Promise<KubeObject>;
  /** @returns false when there was nothing to delete */
  delete(ref: ObjectRef, options: DeleteOptions): Promise<boolean>;
  /** The version of Kubernetes that it runs, as `1.37`; undefined where it tells none. */
  version(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The API server does not serve an object's kind, so it cannot be there either. */
export class KindNotServed extends KubeError {
  constructor(apiVersion: string, kind: string) {
    super(404, "KindNotServed", `the cluster does not serve ${kind} of ${apiVersion}`, []);
    this.name = "KindNotServed";
  }
}

const unknownField = /field not declared in schema|unknown field "/;

const partialAccept = (kind: string) => `application/json;as=${kind};g=meta.k8s.io;v=v1`;

const pageSize = 500;

export function createKubeClient(transport: Transport): KubeClient {
  const discovery = createDiscovery(transport);

  async function pathOf(ref: ObjectRef): Promise<string> {
    const resource = await discovery.find(ref.apiVersion, ref.kind);
    if (resource === undefined) throw new KindNotServed(ref.apiVersion, ref.kind);
    return `${collectionPath(resource, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  }

  /** A write that finds nothing to write to may have gone to a kind whose definition is gone since it was looked up. */
  async function unlessGone<T>({ apiVersion, kind }: KubeObject, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (thrown) {
      if (!isKubeError(thrown, 404) || thrown instanceof KindNotServed) throw thrown;
      discovery.forget(groupOf(apiVersion));
      if ((await discovery.find(apiVersion, kind)) === undefined) throw new KindNotServed(apiVersion, kind);
      throw thrown;
    }
  }

  /**
   * A write to one object. What the server goes on failing on, while it answers when it is asked for the same object, it will not have.
   */
  async function write(path: string, request: Omit<KubeRequest, "path">, query: URLSearchParams): Promise<KubeObject> {
    try {
      return (await transport.request({ ...request, path: `${path}?${query}` })) as KubeObject;
    } catch (thrown) {
      throw mayFailOnThis(thrown) && (await answers(path)) ? failsOnThis(thrown) : thrown;
    }
  }

  async function answers(path: string): Promise<boolean> {
    try {
      await transport.request({ method: "GET", path });
      return true;
    } catch (thrown) {
      return isKubeError(thrown, 403, 404);
    }
  }

  /** What an older server does not know looks like a mistake to whoever wrote it for a newer one. */
  async function tellVersion(thrown: unknown): Promise<never> {
    if (thrown instanceof KindNotServed || (isKubeError(thrown, 400, 422) && unknownField.test(thrown.message))) {
      const version = await serverVersion().catch(() => undefined);
      if (version !== undefined) thrown.message += `; it runs Kubernetes ${version}`;
    }
    throw thrown;
  }

  async function serverVersion(): Promise<string | undefined> {
    const { major, minor, emulationMajor, emulationMinor } = (await transport.request({
      method: "GET",
      path: "/version",
    })) as { [part: string]: string | undefined };
    return minor === undefined ? undefined : `${emulationMajor ?? major}.${emulationMinor ?? minor}`;
  }

  async function listAs<T>(resource: Resource, options: ListOptions, accept: string) {
    const items: T[] = [];
    let token: string | undefined;
    for (;;) {
      const page = await listPage<T>(resource, options, accept, token);
      items.push(...(page.items ?? []));
      token = page.metadata.continue;
      if (!token) return { items, resourceVersion: page.metadata.resourceVersion };
    }
  }

  async function listPage<T>(resource: Resource, options: ListOptions, accept: string, token: string | undefined) {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (options.labelSelector !== undefined) query.set("labelSelector", options.labelSelector);
    if (options.fieldSelector !== undefined) query.set("fieldSelector", options.fieldSelector);
    if (token !== undefined) query.set("continue", token);
    const path = `${collectionPath(resource, options.namespace)}?${query}`;
    const until = options.signal === undefined ? {} : { signal: options.signal };
    return (await transport.request({ method: "GET", path, accept, ...until })) as {
      metadata: { resourceVersion: string; continue?: string };
      items?: T[];
    };
  }

  const metaOf = (object: KubeObject): ObjectRef => ({
    apiVersion: object.apiVersion,
    kind: object.kind,
    name: object.metadata.name,
    ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
  });

  return {
    server: transport.server,
    discovery,
    transport,
    version: serverVersion,
    async get(ref) {
      try {
        return (await transport.request({ method: "GET", path: await pathOf(ref) })) as KubeObject;
      } catch (thrown) {
        if (isKubeError(thrown, 404)) return undefined;
        throw thrown;
      }
    },
    async list(resource, options) {
      const found = await listAs<KubeObject>(resource, options, "application/json");
      // Items of a list leave out what the list's kind says already.
      const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
      return { ...found, items: found.items.map((item) => ({ ...item, apiVersion, kind: resource.kind })) };
    },
    listMetadata(resource, options) {
      return listAs<PartialObject>(resource, options, partialAccept("PartialObjectMetadataList"));
    },
    async count(resource, namespace) {
      const accept = partialAccept("PartialObjectMetadataList");
      const path = `${collectionPath(resource, namespace)}?limit=1`;
      const { items, metadata } = (await transport.request({ method: "GET", path, accept })) as {
        items?: unknown[];
        metadata: { remainingItemCount?: number };
      };
      return (items?.length ?? 0) + (metadata.remainingItemCount ?? 0);
    },
    async apply(object, { dryRun, force, onto, warned }) {
      const query = new URLSearchParams({
        fieldManager: FIELD_MANAGER,
        force: String(force),
        fieldValidation: "Strict",
      });
      if (dryRun) query.set("dryRun", "All");
      // JSON is YAML, and the server knows server-side apply by this type alone.
      const contentType = "application/apply-patch+yaml";
      const body = onto === undefined ? object : boundTo(object, onto);
      const send = async () =>
        write(await pathOf(metaOf(object)), { method: "PATCH", contentType, body, warned }, query);
      return unlessGone(object, send).catch(tellVersion);
    },
    async create(object) {
      const path = await pathOf(metaOf(object));
      return (await transport.request({
        method: "POST",
        path: `${path.slice(0, path.lastIndexOf("/"))}?fieldManager=${FIELD_MANAGER}`,
        body: object,
      })) as KubeObject;
    },
    async replace(object) {
      const path = `${await pathOf(metaOf(object))}?fieldManager=${FIELD_MANAGER}`;
      return (await transport.request({ method: "PUT", path, body: object })) as KubeObject;
    },
    async patch(ref, patch, type, { manager = FIELD_MANAGER, dryRun = false, of, warned } = {}) {
      // A field that is unknown would be left out without a word, and the answer be one that applying never gives.
      const asked = dryRun ? { dryRun: "All", fieldValidation: "Strict" } : {};
      const query = new URLSearchParams({ fieldManager: manager, ...asked });
      const contentType = type === "merge" ? "application/merge-patch+json" : "application/json-patch+json";
      const body = of === undefined ? patch : ofVersion(of, patch);
      return write(await pathOf(ref), { method: "PATCH", contentType, body, warned }, query);
    },
    async delete(ref, { uid, resourceVersion, propagation = "Background" }) {
      const preconditions = {
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      };
      try {
        await transport.request({
          method: "DELETE",
          path: await pathOf(ref),
          body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: propagation, preconditions },
        });
        return true;
      } catch (thrown) {
        if (isKubeError(thrown, 404)) return false;
        throw thrown;
      }
    },
    close: () => transport.close(),
  };
}

/**
 * No object is ever of version 1, which etcd counts before its first write: an apply that asks for it makes the object, or
 * conflicts with the one that is there.
 */
function boundTo(object: KubeObject, onto: KubeObject | "nothing"): KubeObject {
  const { uid } = onto === "nothing" ? {} : onto.metadata;
  const bound = onto === "nothing" ? { resourceVersion: "1" } : uid === undefined ? {} : { uid };
  return { ...object, metadata: { ...object.metadata, ...bound } };
}

/** A JSON patch's `test` that fails would be `Invalid`, as what the server will not have; another version in the result is a conflict. */
function ofVersion({ metadata: { resourceVersion } }: KubeObject, patch: unknown): unknown {
  if (Array.isArray(patch)) return [{ op: "add", path: "/metadata/resourceVersion", value: resourceVersion }, ...patch];
  const { metadata, ...rest } = patch as { metadata?: object };
  return { ...rest, metadata: { ...metadata, resourceVersion } };
}

/** Path of a kind's collection, in one namespace or over all. */
export function collectionPath(
  { group, version, plural, namespaced }: Resource,
  namespace: string | undefined,
): string {
  const base = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const within = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${base}${within}/${plural}`;
}
