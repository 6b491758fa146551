import type { Repository } from "../model/records.ts";
import { notFound } from "../model/refused.ts";
import type { Actor, World } from "../model/world.ts";
import type { ApiContext } from "./api.ts";
import { actorOf, demand, type Need } from "./caller.ts";

/** Needs by what is read or written; the permissions' names are those of app.yml. */
export const needs = {
  metadata: { app: [["metadata", "read"]], person: "read" },
  readContents: { app: [["contents", "read"]], person: "read" },
  writeContents: { app: [["contents", "write"]], person: "write" },
  readPulls: { app: [["pull_requests", "read"]], person: "read" },
  openPull: { app: [["pull_requests", "write"]], person: "read" },
  writePull: { app: [["pull_requests", "write"]], person: "write" },
  readComments: {
    app: [
      ["issues", "read"],
      ["pull_requests", "read"],
    ],
    person: "read",
  },
  writeComments: {
    app: [
      ["issues", "write"],
      ["pull_requests", "write"],
    ],
    person: "read",
  },
  readChecks: { app: [["checks", "read"]], person: "read" },
  writeChecks: { app: [["checks", "write"]], person: "nobody" },
  readStatuses: { app: [["statuses", "read"]], person: "read" },
  writeStatuses: { app: [["statuses", "write"]], person: "write" },
  readDeployments: { app: [["deployments", "read"]], person: "read" },
  writeDeployments: { app: [["deployments", "write"]], person: "write" },
} satisfies Record<string, Need>;

export function findRepository(world: World, owner: string, name: string): Repository | undefined {
  return world.db.repositories.withKey(`${owner}/${name}`.toLowerCase())[0];
}

/** The repository of `/repos/:owner/:repo/…`, when the caller may do this there. */
export function readable(world: World, c: ApiContext, need: Need): Repository {
  const found = findRepository(world, c.req.param("owner") ?? "", c.req.param("repo") ?? "");
  if (found === undefined) throw notFound();
  demand(c.get("caller"), found, need);
  return found;
}

/** The same, and as whom it is done. */
export function writable(world: World, c: ApiContext, need: Need): { repository: Repository; actor: Actor } {
  return { repository: readable(world, c, need), actor: actorOf(world, c.get("caller")) };
}
