import { join } from "node:path";
import type { Mirror } from "../git/mirror.ts";
import { openMirror } from "../git/open-mirror.ts";
import type { Transport } from "../git/safe-names.ts";
import type { RepositoryInfo } from "../github/repository-client.ts";

export interface MirrorsOptions {
  dir: string;
  transports: readonly Transport[];
  /** An installation's token for the repository. */
  token(repositoryId: number): Promise<string>;
}

/** The bare mirrors of all repositories, one each, opened when they are first needed. */
export function createMirrors({ dir, transports, token }: MirrorsOptions): (of: RepositoryInfo) => Promise<Mirror> {
  const opened = new Map<number, { url: string; mirror: Promise<Mirror> }>();
  return ({ id, cloneUrl }) => {
    const known = opened.get(id);
    if (known?.url === cloneUrl) return known.mirror;
    const mirror = openMirror({
      dir: join(dir, `${id}.git`),
      url: cloneUrl,
      transports,
      credential: async () => ({ username: "x-access-token", password: await token(id) }),
    });
    opened.set(id, { url: cloneUrl, mirror });
    mirror.catch(() => opened.delete(id));
    return mirror;
  };
}
