import { Command, Option } from "commander";
import { printLines } from "./print-lines.ts";
import { type Output, outputs, reportLines } from "./validate/print-report.ts";
import { validatePaths } from "./validate/validate-paths.ts";

interface Options {
  output: Output;
  schema?: string;
}

/** `trueup validate`: exit code 0 when all is valid, 1 when something is not, 2 when it could not run. */
export function validateCommand(): Command {
  return new Command("validate")
    .exitOverride()
    .description("Check manifests and .trueup.yaml, as strictly as the API server would, without a cluster.")
    .argument("<path...>", "files, folders (searched for .yaml, .yml and .json), or - for standard input")
    .addOption(new Option("--output <format>", "how to print findings").choices([...outputs]).default("text"))
    .option("--schema <folder>", "CustomResourceDefinitions of kinds that the paths use and do not define")
    .addHelpText(
      "after",
      `
Exit code: 0 all valid (warnings may be told), 1 errors found, 2 could not run.

  trueup validate .                                the repository, its .trueup.yaml too
  trueup validate --output github clusters/        annotations in a GitHub workflow
  helm template shop chart/ | trueup validate -    what a program prints`,
    )
    .action(run);
}

function run(paths: string[], { output, schema }: Options): void {
  const report = validatePaths(paths, schema);
  if (report.findings.some(({ severity }) => severity === "error")) process.exitCode = 1;
  printLines(reportLines(report, output));
}
