import { patches } from "./media-types.ts";
import type { Answer, Ask, Both, Pair } from "./pair.ts";

type Json = Record<string, unknown>;

/** The requests about one object, each compared (`Pair.same`). */
export interface ObjectClient {
  create(body: Json, query?: string): Promise<Both<Answer>>;
  get(query?: string): Promise<Both<Answer>>;
  /** @param change of each side's own live object */
  // biome-ignore lint/suspicious/noExplicitAny: an object of any kind
  update(change: (live: any) => unknown, query?: string): Promise<Both<Answer>>;
  patch(kind: "json" | "merge" | "strategic", body: unknown, query?: string): Promise<Both<Answer>>;
  apply(manager: string, body: Json, query?: string): Promise<Both<Answer>>;
  delete(body?: Json): Promise<Both<Answer>>;
}

/**
 * @param collection the path of the objects' resource in its namespace
 * @param target a subresource, `/status`
 */
export function objectClient(pair: Pair, collection: string, name: string, target = ""): ObjectClient {
  const path = `${collection}/${name}${target}`;
  const same = (ask: Ask) => pair.same(ask);
  return {
    create: (body, query = "?fieldManager=maker") => same({ method: "POST", path: `${collection}${query}`, body }),
    get: (query = "") => same({ path: `${path}${query}` }),
    async update(change, query = "?fieldManager=editor") {
      const live = await pair.ask({ path });
      return pair.same((side) => ({ method: "PUT", path: `${path}${query}`, body: change(live[side].body) }));
    },
    patch: (kind, body, query = "?fieldManager=editor") =>
      same({ method: "PATCH", path: `${path}${query}`, body, contentType: patches[kind] }),
    apply: (manager, body, query = "") =>
      same({
        method: "PATCH",
        path: `${path}?fieldManager=${manager}${query}`,
        body,
        contentType: patches.apply,
      }),
    delete: (body) => same({ method: "DELETE", path, ...(body !== undefined && { body }) }),
  };
}
