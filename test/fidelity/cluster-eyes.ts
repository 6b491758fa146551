import { setTimeout as sleep } from "node:timers/promises";
import { type ApiAnswer, apiRequest } from "../harness/control-plane/api-request.ts";
import type { ControlPlane } from "../harness/control-plane.ts";
import type { ListSchema } from "./list-schema.ts";
import type { Thing } from "./values.ts";

/**
 * A look at the cluster that shares nothing with the product: plain requests, plain objects.
 */
export interface ClusterEyes {
  lists: ListSchema;
  /** Everything of these kinds, by key. */
  read(kinds: Iterable<Thing>): Promise<Map<string, Thing>>;
  get(object: Thing): Promise<Thing | undefined>;
  /** As `kubectl` would: any verb on an object, or on a subresource of it. */
  send(object: Thing, request: Sent): Promise<ApiAnswer>;
  /** What the server says to applying it: undefined when it takes it. */
  refusal(object: Thing): Promise<string | undefined>;
  /** What the server would make of applying it: undefined when it does not take it. */
  applied(object: Thing): Promise<Thing | undefined>;
}

export interface Sent {
  method: "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  contentType?: string;
  query?: Record<string, string>;
  subresource?: string;
}

export async function openEyes(plane: ControlPlane, schemaOf: () => Promise<ListSchema>): Promise<ClusterEyes> {
  const places = new Map<string, Promise<{ plural: string; namespaced: boolean }>>();

  function placeOf({ apiVersion, kind }: Thing): Promise<{ plural: string; namespaced: boolean }> {
    const name = `${apiVersion}/${kind}`;
    const known = places.get(name) ?? find(apiVersion, kind);
    places.set(name, known);
    return known;
  }

  async function find(apiVersion: string, kind: string): Promise<{ plural: string; namespaced: boolean }> {
    // A definition that was made just now is served a moment later.
    for (let left = 100; ; left--) {
      const answer = await apiRequest(plane, rootOf(apiVersion));
      const { resources = [] } = answer.json() as { resources?: Resource[] };
      const found = resources.find((one) => one.kind === kind && !one.name.includes("/"));
      if (found !== undefined) return { plural: found.name, namespaced: found.namespaced };
      if (left === 0) throw new Error(`the cluster does not serve ${apiVersion} ${kind}`);
      await sleep(100);
    }
  }

  async function pathOf(object: Thing, subresource?: string): Promise<string> {
    const { plural, namespaced } = await placeOf(object);
    const { namespace, name } = object.metadata;
    const within = namespaced ? `/namespaces/${namespace}` : "";
    const below = subresource === undefined ? "" : `/${subresource}`;
    return `${rootOf(object.apiVersion)}${within}/${plural}/${encodeURIComponent(name)}${below}`;
  }

  async function list({ apiVersion, kind }: Pick<Thing, "apiVersion" | "kind">): Promise<Thing[]> {
    const { plural } = await placeOf({ apiVersion, kind } as Thing);
    // While a definition is written, its objects are not served for a moment.
    for (let left = 50; ; left--) {
      const answer = await apiRequest(plane, `${rootOf(apiVersion)}/${plural}`);
      if (answer.status < 300) {
        const { items } = answer.json() as { items: Thing[] };
        return items.map((item) => ({ ...item, apiVersion, kind }));
      }
      if (left === 0) throw new Error(`${apiVersion} ${kind}: ${answer.text}`);
      await sleep(100);
    }
  }

  async function dryRun(object: Thing): Promise<ApiAnswer> {
    const query = { fieldManager: "trueup", force: "true", fieldValidation: "Strict", dryRun: "All" };
    return apiRequest(plane, `${await pathOf(object)}?${new URLSearchParams(query)}`, {
      method: "PATCH",
      body: object,
      contentType: "application/apply-patch+yaml",
    });
  }

  return {
    lists: await schemaOf(),
    async read(kinds) {
      const asked = new Map([...kinds].map((one) => [`${one.apiVersion}/${one.kind}`, one]));
      const found = await Promise.all([...asked.values()].map(list));
      return new Map(found.flat().map((object) => [keyOf(object), object]));
    },
    async get(object) {
      const answer = await apiRequest(plane, await pathOf(object));
      return answer.status === 404 ? undefined : (answer.json() as Thing);
    },
    async send(object, { method, body, contentType, query = {}, subresource }) {
      const path = `${await pathOf(object, subresource)}?${new URLSearchParams(query)}`;
      return apiRequest(plane, path, { method, body, ...(contentType === undefined ? {} : { contentType }) });
    },
    async refusal(object) {
      const answer = await dryRun(object);
      return answer.status < 300 ? undefined : ((answer.json() as { message?: string }).message ?? answer.text);
    },
    async applied(object) {
      const answer = await dryRun(object);
      return answer.status < 300 ? (answer.json() as Thing) : undefined;
    },
  };
}

interface Resource {
  name: string;
  kind: string;
  namespaced: boolean;
}

const rootOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** Group, kind, namespace and name: what an object is, whatever version it is read in. */
export const keyOf = ({ apiVersion, kind, metadata }: Thing): string => keyOfRef({ apiVersion, kind, ...metadata });

export function keyOfRef({ apiVersion, kind, namespace, name }: Ref): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return [group, kind, namespace ?? "", name].join("/");
}

interface Ref {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}
