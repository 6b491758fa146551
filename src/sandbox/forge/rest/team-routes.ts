import { account } from "../model/accounts.ts";
import type { Team } from "../model/records.ts";
import { notFound, Refused } from "../model/refused.ts";
import type { World } from "../model/world.ts";
import { type Json, nodeId } from "../shape/json.ts";
import type { Api, ApiContext } from "./api.ts";
import { permits, roleOf } from "./caller.ts";
import { bodyOf, readBody, text } from "./request-body.ts";

const newTeam = bodyOf<{ name: string }>(["name"], { name: text });

/** Teams of an organisation and who is in them: https://docs.github.com/en/rest/teams/members */
export function teamRoutes(api: Api, world: World): void {
  const members = "/orgs/:org/teams/:team/memberships/:login";

  api.post("/orgs/:org/teams", async (c) => {
    const org = administered(world, c);
    const { name } = await readBody(c, newTeam);
    const slug = name.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-");
    if (teamOf(world, org, slug) !== undefined) throw new Refused(422, "Name must be unique for this org");
    const team = world.db.teams.insert({ org, slug, name, members: [], createdAt: world.now() });
    return c.json(teamShape(world, team), 201);
  });
  api.get("/orgs/:org/teams/:team", (c) => c.json(teamShape(world, seen(world, c))));
  api.get(members, (c) => {
    const team = seen(world, c);
    const login = c.req.param("login").toLowerCase();
    if (!team.members.includes(login)) throw notFound();
    return c.json(membershipShape(world, team, login));
  });
  api.put(members, (c) => {
    administered(world, c);
    const team = seen(world, c);
    const login = c.req.param("login").toLowerCase();
    if (account(world, login) === undefined) throw notFound();
    world.db.teams.save({ ...team, members: [...new Set([...team.members, login])] });
    return c.json(membershipShape(world, team, login));
  });
  api.delete(members, (c) => {
    administered(world, c);
    const team = seen(world, c);
    const login = c.req.param("login").toLowerCase();
    world.db.teams.save({ ...team, members: team.members.filter((member) => member !== login) });
    return c.body(null, 204);
  });
}

const teamOf = (world: World, org: string, slug: string): Team | undefined =>
  world.db.teams.withKey(`${org}/${slug}`.toLowerCase())[0];

/** The team that a request names, for an app with `members: read` of that organisation, and for people. */
function seen(world: World, c: ApiContext): Team {
  const { org = "", team: slug = "" } = c.req.param() as Record<string, string>;
  const caller = c.get("caller");
  if (caller.kind === "installation") {
    if (caller.installation.account.toLowerCase() !== org.toLowerCase()) throw notFound();
    if (!permits(caller.permissions, "members", "read"))
      throw new Refused(403, "Resource not accessible by integration");
  } else if (caller.kind !== "person") throw new Refused(401, "Requires authentication");
  const team = teamOf(world, org, slug);
  if (team === undefined) throw notFound();
  return team;
}

/** @returns the organisation's login, when the caller administers one of its repositories */
function administered(world: World, c: ApiContext): string {
  const org = account(world, c.req.param("org") ?? "");
  const caller = c.get("caller");
  if (org?.type !== "Organization") throw notFound();
  if (caller.kind !== "person") throw new Refused(403, "Resource not accessible by integration");
  const own = world.db.repositories.all().filter(({ owner }) => owner.toLowerCase() === org.login.toLowerCase());
  if (!own.some((repository) => roleOf(repository, caller.login) === "admin")) {
    throw new Refused(403, "Must be an organization owner or team maintainer.");
  }
  return org.login;
}

/** GitHub's `team-membership`. */
function membershipShape(world: World, { org, slug }: Team, login: string): Json {
  const { api } = world.urls();
  return { url: `${api}/orgs/${org}/teams/${slug}/memberships/${login}`, role: "member", state: "active" };
}

/** GitHub's `team`. */
function teamShape(world: World, { id, org, slug, name }: Team): Json {
  const { api, web } = world.urls();
  const url = `${api}/orgs/${org}/teams/${slug}`;
  return {
    id,
    node_id: nodeId("Team", id),
    url,
    html_url: `${web}/orgs/${org}/teams/${slug}`,
    name,
    slug,
    description: null,
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: "pull",
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    parent: null,
  };
}
