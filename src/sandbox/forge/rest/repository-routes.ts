import { isBranchName } from "../git/safe-names.ts";
import { account } from "../model/accounts.ts";
import type { Repository } from "../model/records.ts";
import { notFound } from "../model/refused.ts";
import type { World } from "../model/world.ts";
import { accountShape } from "../shape/account-shape.ts";
import { commitShape } from "../shape/commit-shape.ts";
import type { Json } from "../shape/json.ts";
import { fullRepositoryShape, repositoryApiUrl, repositoryWebUrl } from "../shape/repository-shape.ts";
import type { Api } from "./api.ts";
import { roleOf } from "./caller.ts";
import { paged } from "./pages.ts";
import { needs, readable } from "./repository-access.ts";

export function repositoryRoutes(api: Api, world: World): void {
  const shape = (repository: Repository, login?: string): Json => {
    const role = login === undefined ? undefined : roleOf(repository, login);
    const push = role === "write" || role === "admin";
    const permissions = { admin: role === "admin", maintain: role === "admin", push, triage: push, pull: true };
    return { ...fullRepositoryShape(world, repository), ...(role === undefined ? {} : { permissions }) };
  };
  api.get("/repos/:owner/:repo", (c) => {
    const caller = c.get("caller");
    return c.json(shape(readable(world, c, needs.metadata), caller.kind === "person" ? caller.login : undefined));
  });
  api.get("/repos/:owner/:repo/branches", async (c) => {
    const repository = readable(world, c, needs.readContents);
    const refs = await world.git(repository).refs();
    const url = repositoryApiUrl(world, repository);
    const branches = Object.entries(refs).flatMap(([ref, sha]) =>
      ref.startsWith("refs/heads/") ? [{ name: ref.slice(11), sha }] : [],
    );
    return c.json(
      paged(c, `${url}/branches`, branches).map(({ name, sha }) => ({
        name,
        commit: { sha, url: `${url}/commits/${sha}` },
        protected: false,
      })),
    );
  });
  api.get("/repos/:owner/:repo/branches/:branch{.+}", async (c) => {
    const repository = readable(world, c, needs.readContents);
    const name = c.req.param("branch");
    const git = world.git(repository);
    const sha = isBranchName(name) ? (await git.refs())[`refs/heads/${name}`] : undefined;
    const commit = sha === undefined ? undefined : await git.commit(sha);
    if (commit === undefined) throw notFound();
    const self = `${repositoryApiUrl(world, repository)}/branches/${name}`;
    return c.json({
      name,
      commit: commitShape(world, repository, commit),
      _links: { self, html: `${repositoryWebUrl(world, repository)}/tree/${name}` },
      protected: false,
      protection: { enabled: false, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } },
      protection_url: `${self}/protection`,
    });
  });
  api.get("/repos/:owner/:repo/collaborators", (c) => {
    const repository = readable(world, c, needs.metadata);
    const people = Object.entries(repository.collaborators).map(([login]) => collaborator(world, repository, login));
    return c.json(paged(c, `${repositoryApiUrl(world, repository)}/collaborators`, people));
  });
  api.get("/repos/:owner/:repo/collaborators/:login", (c) => {
    const repository = readable(world, c, needs.metadata);
    if (!Object.hasOwn(repository.collaborators, c.req.param("login"))) throw notFound();
    return c.body(null, 204);
  });
  api.get("/repos/:owner/:repo/collaborators/:login/permission", (c) => {
    const repository = readable(world, c, needs.metadata);
    const login = c.req.param("login");
    if (account(world, login) === undefined) throw notFound();
    const role = roleOf(repository, login) ?? "none";
    return c.json({ permission: role, role_name: role, user: collaborator(world, repository, login) });
  });
}

function collaborator(world: World, repository: Repository, login: string): Json {
  const role = roleOf(repository, login);
  const push = role === "write" || role === "admin";
  return {
    ...accountShape(world, account(world, login)!),
    permissions: { admin: role === "admin", maintain: role === "admin", push, triage: push, pull: role !== undefined },
    role_name: role ?? "none",
  };
}
