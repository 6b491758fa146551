import type { FaultState } from "../faults.ts";
import type { ForgeChange } from "../forge.ts";
import type { RepositoryData } from "../git/repository-data.ts";
import type { Database } from "./database.ts";
import type { Permissions, Repository } from "./records.ts";

/** Who does something: a person, or an app through an installation's token. */
export interface Actor {
  login: string;
  viaApp: boolean;
}

export interface AppIdentity {
  id: number;
  slug: string;
  name: string;
  owner: string;
  privateKey: string;
  publicKey: string;
  webhookSecret: string;
  /** For people who sign in through the app. */
  clientId: string;
  clientSecret: string;
  permissions: Permissions;
  events: string[];
  createdAt: string;
}

/** What every part of the forge works on. */
export interface World {
  db: Database;
  app: AppIdentity;
  faults: FaultState;
  /** Web root and API root of the running server. */
  urls(): { web: string; api: string };
  /** Now, in GitHub's form: ISO 8601 in UTC, to the second. */
  now(): string;
  clock(): Date;
  git(repository: Repository): RepositoryData;
  /** One writer at a time in one repository. */
  exclusively<T>(repositoryId: number, work: () => Promise<T>): Promise<T>;
  /** Sends an event to the app, when it is subscribed and installed there. */
  send(event: string, action: string | null, repository: Repository | null, payload: Record<string, unknown>): void;
  /** Work that goes on after the answer; awaited when the forge stops. */
  background(work: Promise<unknown>): void;
  changed(change: ForgeChange): void;
}

export function fullName(repository: Repository): string {
  return `${repository.owner}/${repository.name}`;
}

export function botLogin(world: World): string {
  return `${world.app.slug}[bot]`;
}
