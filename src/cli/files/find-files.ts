import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { configFile } from "../../core/config/parse-config.ts";
import { largestManifest } from "../../core/manifest/decode-text.ts";
import { isManifestPath } from "../../core/manifest/read-manifests.ts";

/** A path that was given cannot be read: nothing can be said about what is in it. */
export class UnreadablePath extends Error {
  override name = "UnreadablePath";
}

export const standardInput = "-";

/** How often a pipe without data is asked again. */
const pollMs = 10;

/**
 * The files that a path names: itself, or the manifests below a folder in a fixed order. Links are not followed, and what
 * is hidden (`.git`, `.github`), `node_modules` and Helm charts, which are no plain YAML, is left out.
 * @throws UnreadablePath
 */
export function* findFiles(path: string): Generator<string> {
  if (path === standardInput) yield path;
  else if (reading(path, () => statSync(path)).isDirectory()) yield* filesBelow(path);
  else yield path;
}

function* filesBelow(folder: string): Generator<string> {
  const entries = reading(folder, () => readdirSync(folder, { withFileTypes: true }));
  if (entries.some(({ name }) => name === "Chart.yaml")) return;
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const { name } = entry;
    const path = join(folder, name);
    if (name === configFile) yield path;
    else if (name.startsWith(".") || name === "node_modules") continue;
    else if (entry.isDirectory()) yield* filesBelow(path);
    // A kustomization instructs a tool and describes no object.
    else if (entry.isFile() && isManifestPath(name) && !/^kustomization\.ya?ml$/.test(name)) yield path;
  }
}

/**
 * A file's content, cut off one byte above the most that is read of a manifest.
 * @throws UnreadablePath
 */
export function readContent(path: string): Uint8Array {
  return reading(path, () => {
    if (path === standardInput) return readDescriptor(0, largestManifest + 1);
    const descriptor = openSync(path, "r");
    try {
      return readDescriptor(descriptor, Math.min(fstatSync(descriptor).size || largestManifest, largestManifest) + 1);
    } finally {
      closeSync(descriptor);
    }
  });
}

function readDescriptor(descriptor: number, most: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(most);
  let length = 0;
  while (length < most) {
    const read = readSome(descriptor, buffer.subarray(length));
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

/** A pipe that has nothing yet may say so instead of making its reader wait. */
function readSome(descriptor: number, into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, into);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "EAGAIN") throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
    }
  }
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? "there is no such file or folder"
        : code === "EACCES" || code === "EPERM"
          ? "it may not be read; check its permissions"
          : message;
    throw new UnreadablePath(`${path}: ${why}`, { cause: thrown });
  }
}
