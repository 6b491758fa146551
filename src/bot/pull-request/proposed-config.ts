import { fenced } from "../../core/report/inert.ts";
import type { NoteReport, PlanPoint } from "../../core/report/report.ts";
import type { TreeFile } from "../../git/mirror.ts";
import { note } from "./what-to-say.ts";

/** For a repository that says nothing about systems yet: what it could say. */
export function ofUnconfigured(files: readonly TreeFile[], clusters: readonly string[], at: PlanPoint): NoteReport {
  const proposed = [
    "systems:",
    "  production:",
    `    cluster: ${clusters.length === 1 ? clusters[0] : "my-cluster"}`,
    `    path: ${JSON.stringify(folderOfManifests(files) || ".")}`,
  ].join("\n");
  const sentences = [
    "This repository has no `.trueup.yaml`, so nothing is deployed from it. One that you could start with, in a pull request of its own:",
    fenced(proposed, "text"),
  ];
  return note("fine", "no `.trueup.yaml`", sentences, at);
}

/** The deepest folder that holds every YAML file outside of hidden folders. */
export function folderOfManifests(files: readonly Pick<TreeFile, "path">[]): string {
  const manifests = files.map(({ path }) => path).filter((path) => /\.ya?ml$/.test(path) && !/(^|\/)\./.test(path));
  const folders = manifests.map((path) => path.split("/").slice(0, -1));
  const [first, ...others] = folders;
  if (first === undefined) return "";
  const shared = first.findIndex((part, depth) => others.some((folder) => folder[depth] !== part));
  return first.slice(0, shared === -1 ? first.length : shared).join("/");
}
