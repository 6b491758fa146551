import type { Signature } from "../git/commits.ts";
import type { Account, AccountType } from "./records.ts";
import type { World } from "./world.ts";

/** The account of this login, made when there is none yet. */
export function ensureAccount(world: World, login: string, type: AccountType): Account {
  const known = account(world, login);
  return known ?? world.db.accounts.insert({ login, type, name: login, createdAt: world.now() });
}

export function account(world: World, login: string): Account | undefined {
  return world.db.accounts.withKey(login.toLowerCase())[0];
}

/** As which Git author somebody's commits made on the forge appear. */
export function signature(world: World, login: string): Signature {
  const who = account(world, login);
  return { name: who?.name ?? login, email: `${who?.id ?? 0}+${login}@users.noreply.github.com`, date: world.now() };
}

/** The account behind a commit's address, when it is one of the forge's own. */
export function accountOfEmail(world: World, email: string): Account | undefined {
  const match = /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(email);
  return match === null ? undefined : account(world, match[1]!);
}
