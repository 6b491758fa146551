import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { KubeObject } from "../../src/core/manifest/kube-object.ts";
import { isManifestPath, readManifestFile } from "../../src/core/manifest/read-manifests.ts";

const own = join(import.meta.dirname, "manifests");

/** Manifests of others, where there are some: `TRUEUP_CORPUS`, or `shared/corpus` beside the checkout. */
const corpus = process.env.TRUEUP_CORPUS ?? resolve(import.meta.dirname, "../../../shared/corpus");

/** The valid objects that slips are made in: our own of every kind, and those of others where there are some. */
export function subjects(): { own: KubeObject[]; others: KubeObject[] } {
  return { own: objectsBelow(own), others: others() };
}

/** What others publish; nothing where it is not there. */
export function others(): KubeObject[] {
  return existsSync(corpus) ? objectsBelow(corpus) : [];
}

export function objectsBelow(folder: string): KubeObject[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .filter((path) => isManifestPath(path) && !/kustomization\.ya?ml$/.test(path))
    .flatMap((path) => readManifestFile({ path, content: readFileSync(join(folder, path)) }).objects)
    .map(({ object }) => object);
}
