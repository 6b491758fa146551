import { createHash } from "node:crypto";
import { verify } from "hono/jwt";
import type { Access, Installation, Permissions, Repository, Role } from "../model/records.ts";
import { notFound, Refused } from "../model/refused.ts";
import { type Actor, botLogin, fullName, type World } from "../model/world.ts";

/** Who asks. */
export type Caller =
  | { kind: "anonymous" }
  | { kind: "app" }
  | { kind: "installation"; installation: Installation; permissions: Permissions; repositoryIds: number[] | undefined }
  /** `through`: what the app may that the person has signed in through; both limits hold then. */
  | { kind: "person"; login: string; through?: Permissions }
  | { kind: "deploy"; repositoryId: number };

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/**
 * Reads an `Authorization` header: an app's JSON web token, or any token as Bearer, `token` or the password of Basic.
 *
 * @throws Refused 401 for credentials that are no good; none at all is anonymous
 */
export async function identify(world: World, authorization: string | undefined): Promise<Caller> {
  if (authorization === undefined) return { kind: "anonymous" };
  const [, scheme, value] = /^(\S+)\s+(\S+)\s*$/.exec(authorization) ?? [];
  if (scheme === undefined || value === undefined) throw badCredentials();
  switch (scheme.toLowerCase()) {
    case "bearer":
    case "token":
      return value.split(".").length === 3 ? identifyApp(world, value) : identifyToken(world, value);
    case "basic": {
      const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, "base64").toString()) ?? [];
      // Git and curl put the token in either place.
      if (password !== undefined && password !== "" && password !== "x-oauth-basic")
        return identifyToken(world, password);
      return identifyToken(world, user ?? "");
    }
    default:
      throw badCredentials();
  }
}

function badCredentials(): Refused {
  return new Refused(401, "Bad credentials");
}

async function identifyApp(world: World, jwt: string): Promise<Caller> {
  let claims: Record<string, unknown>;
  try {
    // Times are compared below, with the forge's own clock.
    claims = await verify(jwt, world.app.publicKey, { alg: "RS256", exp: false, nbf: false, iat: false });
  } catch {
    throw new Refused(401, "A JSON web token could not be decoded");
  }
  const { iss, iat, exp } = claims;
  if (String(iss) !== String(world.app.id)) {
    throw new Refused(401, "'Issuer' claim ('iss') must be the app's id");
  }
  const now = world.clock().getTime() / 1000;
  if (typeof exp !== "number") throw new Refused(401, "'Expiration time' claim ('exp') must be a numeric value");
  if (exp <= now) throw new Refused(401, "'Expiration time' claim ('exp') must be a time in the future");
  if (exp > now + 600 + 1) throw new Refused(401, "'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat === "number" && iat > now + 1) {
    throw new Refused(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  return { kind: "app" };
}

function identifyToken(world: World, token: string): Caller {
  const found = world.db.tokens.withKey(hashToken(token))[0];
  switch (found?.kind) {
    case "person":
      return { kind: "person", login: found.login };
    case "user":
      if (found.expiresAt <= world.clock().toISOString()) throw badCredentials();
      return { kind: "person", login: found.login, through: world.app.permissions };
    case "deploy":
      return { kind: "deploy", repositoryId: found.repositoryId };
    case "installation": {
      const installation = world.db.installations.get(found.installationId);
      if (installation === undefined || found.expiresAt <= world.clock().toISOString()) throw badCredentials();
      const { permissions, repositoryIds } = found;
      return { kind: "installation", installation, permissions, repositoryIds };
    }
    case undefined:
      throw badCredentials();
  }
}

/** What a request needs: one of these permissions when an app asks, this role when a person does. */
export interface Need {
  app: [permission: string, access: Access][];
  person: Role | "nobody";
}

const rank: Record<Role, number> = { read: 1, write: 2, admin: 3 };

export function roleOf(repository: Repository, login: string): Role | undefined {
  const given = Object.hasOwn(repository.collaborators, login) ? repository.collaborators[login] : undefined;
  return given ?? (repository.private ? undefined : "read");
}

/** @throws Refused like GitHub: 404 for what the caller may not even see, 403 (or 401 for nobody) for what it may not do */
export function demand(caller: Caller, repository: Repository, need: Need): Actor | undefined {
  switch (caller.kind) {
    case "anonymous":
      if (repository.private) throw notFound();
      if (need.person !== "read" || need.app.some(([, access]) => access === "write")) {
        throw new Refused(401, "Requires authentication");
      }
      return undefined;
    case "app":
      throw new Refused(401, "Bad credentials");
    case "deploy":
      throw notFound();
    case "person": {
      const role = roleOf(repository, caller.login);
      if (role === undefined) throw notFound();
      if (need.person === "nobody") throw new Refused(403, "You must authenticate via a GitHub App.");
      if (rank[role] < rank[need.person]) {
        throw new Refused(403, `Must have ${need.person} rights to Repository ${fullName(repository)}.`);
      }
      const { through } = caller;
      if (through !== undefined && !need.app.some(([permission, access]) => permits(through, permission, access))) {
        throw new Refused(403, "Resource not accessible by integration");
      }
      return { login: caller.login, viaApp: false };
    }
    case "installation":
      if (!covers(caller, repository)) throw notFound();
      if (!need.app.some(([permission, access]) => permits(caller.permissions, permission, access))) {
        throw new Refused(403, "Resource not accessible by integration");
      }
      return undefined;
  }
}

export function covers(caller: Caller & { kind: "installation" }, repository: Repository): boolean {
  return (
    caller.installation.account.toLowerCase() === repository.owner.toLowerCase() &&
    (caller.repositoryIds?.includes(repository.id) ?? true)
  );
}

export function permits(permissions: Permissions, permission: string, access: Access): boolean {
  // GitHub gives every app the metadata of what it is installed on.
  const given = permission === "metadata" ? (permissions.metadata ?? "read") : permissions[permission];
  return given === "write" || given === access;
}

/** As whom an allowed write is done. */
export function actorOf(world: World, caller: Caller): Actor {
  switch (caller.kind) {
    case "person":
      return { login: caller.login, viaApp: false };
    case "installation":
      return { login: botLogin(world), viaApp: true };
    case "anonymous":
    case "app":
    case "deploy":
      throw new Refused(401, "Requires authentication");
  }
}
