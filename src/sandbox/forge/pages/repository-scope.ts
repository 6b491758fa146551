import type { Context, MiddlewareHandler } from "hono";
import type { Forge, ForgeRepository } from "../forge.ts";
import { type Addresses, addressesOf } from "./addresses.ts";
import type { PagesEnv } from "./guard.ts";
import { type Markup, type PageOptions, page, sorry } from "./layout.ts";

export type RepositoryEnv = { Variables: PagesEnv["Variables"] & { repository: ForgeRepository; at: Addresses } };
export type RepositoryContext = Context<RepositoryEnv>;

/** Finds the repository that the address names, or says that there is none. */
export function repositoryScope(forge: Pick<Forge, "repository">): MiddlewareHandler<RepositoryEnv> {
  return async (c, next) => {
    const name = `${c.req.param("owner")}/${c.req.param("repo")}`;
    const repository = forge.repository(name);
    if (repository === undefined) {
      return sorry(c, { title: "No such repository", text: `There is no repository ${name} here.`, status: 404 });
    }
    c.set("repository", repository);
    c.set("at", addressesOf(repository.address.fullName));
    return next();
  };
}

/** A page with the repository's head above it. */
export function repositoryPage(c: RepositoryContext, options: Omit<PageOptions, "repository">, body: Markup) {
  return page(c, { ...options, repository: c.get("repository").address }, body);
}

export function nothingThere(c: RepositoryContext, text: string) {
  return sorry(c, { title: "Nothing there", text, status: 404, repository: c.get("repository").address });
}
