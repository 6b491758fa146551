import { openOwnGround } from "./own-ground.ts";
import { isSandboxFolder, lockSandbox, readRemembered, writeRemembered } from "./sandbox-folder.ts";

export interface CleanUpOptions {
  dir: string;
  kubeconfig: string;
  context: string | undefined;
  say(line: string): void;
}

/**
 * Takes away what the folder's sandbox made in a cluster of one's own; nothing is started for it.
 * @returns false when it has made nothing
 * @throws FolderInUse, GroundTaken when it is another cluster, LeftBehind, KubeUnreachable, UnusableKubeconfig
 */
export async function cleanUpSandbox({ dir, kubeconfig, context, say }: CleanUpOptions): Promise<boolean> {
  if (!isSandboxFolder(dir)) return false;
  using stack = new DisposableStack();
  const lock = lockSandbox(dir);
  stack.defer(() => lock.release());
  const { own, ...rest } = readRemembered(dir);
  if (own === undefined) return false;
  const ground = await openOwnGround({
    dir,
    kubeconfig,
    context,
    namespace: "default",
    namespaceGiven: true,
    remembered: own,
    remember: () => undefined,
    say,
  });
  try {
    await ground.cleanUp();
    writeRemembered(dir, rest);
    return true;
  } finally {
    await ground.stop();
  }
}
