import { Command, Option } from "commander";
import { hasErrors } from "../core/manifest/finding.ts";
import { printLines } from "./print-lines.ts";
import { type Output, outputs, reportLines } from "./validate/print-report.ts";
import { validatePathsInParallel } from "./validate/validate-paths.ts";

interface Options {
  output: Output;
  schema?: string;
  cluster?: boolean;
  kubeconfig?: string;
  context?: string;
}

/** `trueup validate`: exit code 0 when all is valid, 1 when something is not, 2 when it could not run. */
export function validateCommand(): Command {
  return new Command("validate")
    .exitOverride()
    .description(
      "Check manifests and .trueup.yaml, as strictly as the API server would, without a cluster or with one.",
    )
    .argument("<path...>", "files, folders (searched for .yaml, .yml and .json), or - for standard input")
    .addOption(new Option("--output <format>", "how to print findings").choices([...outputs]).default("text"))
    .option("--schema <folder>", "CustomResourceDefinitions of kinds that the paths use and do not define")
    .option("--cluster", "ask the cluster too, by a dry run of each object: its own kinds, CEL rules and admission")
    .option("--kubeconfig <file>", "of that cluster (default: TRUEUP_KUBECONFIG, then as kubectl looks)")
    .option("--context <name>", "of that kubeconfig (default: its current one)")
    .addHelpText(
      "after",
      `
Exit code: 0 all valid (warnings may be told), 1 errors found, 2 could not run.

  trueup validate .                                the repository, its .trueup.yaml too
  trueup validate --cluster clusters/prod          the cluster's own word too; nothing is written
  trueup validate --output github clusters/        annotations in a GitHub workflow
  helm template shop chart/ | trueup validate -    what a program prints`,
    )
    .action(run);
}

async function run(paths: string[], { output, schema, cluster, kubeconfig, context }: Options): Promise<void> {
  const place = { kubeconfig: kubeconfig ?? process.env.TRUEUP_KUBECONFIG, context };
  if (cluster !== true && (kubeconfig ?? context) !== undefined) {
    throw new Error("--kubeconfig and --context are about a cluster to ask; say so with --cluster");
  }
  // A cluster's client is loaded only for those who ask one.
  const report = cluster
    ? await (await import("./validate/ask-cluster.ts")).validateWithCluster(paths, schema, place)
    : await validatePathsInParallel(paths, schema);
  if (hasErrors(report.findings)) process.exitCode = 1;
  printLines(reportLines(report, output));
}
