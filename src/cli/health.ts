import { basename } from "node:path";
import { Command, Option } from "commander";
import { configFile } from "../core/config/parse-config.ts";
import { assessHealth } from "../core/health/assess-health.ts";
import { currentPods } from "../core/health/current-pods.ts";
import type { Health } from "../core/health/health.ts";
import { groupOf, type KubeObject, type ObjectRef, refOf, titleOf } from "../core/manifest/kube-object.ts";
import { readManifestFile } from "../core/manifest/read-manifests.ts";
import { visible } from "../core/report/inert.ts";
import { findFiles, readContent, standardInput } from "./files/find-files.ts";
import { printLines } from "./print-lines.ts";

type Assessed = ObjectRef & Health;

/** `trueup health`: exit code 0 when every object is Current, 1 when one is not, 2 when it could not be told. */
export function healthCommand(): Command {
  return new Command("health")
    .exitOverride()
    .description("Tell the health of live objects given as YAML or JSON, in kstatus words.")
    .argument("<file...>", "files or folders, or - for standard input")
    .addOption(new Option("--output <format>", "how to print it").choices(["text", "json"]).default("text"))
    .addHelpText(
      "after",
      `
Exit code: 0 all Current, 1 something is not, 2 could not run.
Give ReplicaSets and Pods too, and a Deployment whose pods cannot start is told with its cause:

  kubectl get deployments,replicasets,pods -o yaml | trueup health -`,
    )
    .action(run);
}

function run(paths: string[], { output }: { output: "text" | "json" }): void {
  const files = paths.flatMap((path) => [...findFiles(path)]).filter((file) => basename(file) !== configFile);
  const objects = files.flatMap(objectsIn);
  if (objects.length === 0) throw new Error(`${paths.join(" ")}: no object is described there`);
  const pods = objects.filter(({ kind, apiVersion }) => kind === "Pod" && apiVersion === "v1");
  const replicaSets = objects.filter(({ kind, apiVersion }) => kind === "ReplicaSet" && groupOf(apiVersion) === "apps");
  const now = new Date();
  const assessed = objects.map((object): Assessed => {
    const health = assessHealth(object, { pods: currentPods(object, { pods, replicaSets }), now });
    return { ...refOf(object), ...health };
  });
  if (assessed.some(({ status }) => status !== "Current")) process.exitCode = 1;
  printLines(output === "json" ? [JSON.stringify(assessed)] : assessed.map(textLine));
}

function objectsIn(path: string): KubeObject[] {
  const file = path === standardInput ? "stdin" : path;
  const { objects, findings } = readManifestFile({ path: file, content: readContent(path) });
  const error = findings.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(visible(`${file}:${error.line}:${error.column}: ${error.message}`));
  return objects.map(({ object }) => object);
}

function textLine({ status, reason, message, ...object }: Assessed): string {
  const why = [reason, message].filter((part) => part !== "").join(": ");
  return visible(`${titleOf(object)}: ${status}${why === "" ? "" : ` (${why})`}`).replaceAll(/\s+/g, " ");
}
