import { statSync } from "node:fs";
import { Command, Option } from "commander";
import { pino } from "pino";
import { readConfinement, usualNamespace } from "../agent/agent-config.ts";
import { planFolder } from "../agent/plan/plan-folder.ts";
import type { FolderPlan } from "../core/plan/plan.ts";
import { renderPlanMarkdown } from "../core/report/comment.ts";
import { visibleJson } from "../core/report/inert.ts";
import { colourChoices, paintFor } from "./paint.ts";
import { folderSystem } from "./plan/folder-system.ts";
import { findingLines, planLines } from "./plan/print-plan.ts";
import { readBase } from "./plan/read-base.ts";
import { readFolder } from "./plan/read-folder.ts";
import { oneLine } from "./plan/terminal-text.ts";
import { printLines } from "./print-lines.ts";

interface Options {
  base?: string;
  system?: string;
  namespace?: string;
  kubeconfig?: string;
  agentNamespace?: string;
  output: "text" | "json" | "markdown";
  color: (typeof colourChoices)[number];
}

/** `trueup plan`: exit code 0 nothing to do, 1 changes, 2 it could not be planned (as `kubectl diff`). */
export function planCommand(): Command {
  return new Command("plan")
    .exitOverride()
    .description("What applying a folder would change in the cluster, field by field. Nothing is written.")
    .argument("<path>", "a folder of manifests, or one with a .trueup.yaml")
    .option("--base <revision>", "compare with what git has there (main, v1.2, HEAD~1), to tell drift from your change")
    .option("--system <name>", "which system of the .trueup.yaml (needed when it has several)")
    .option("--namespace <name>", "of objects that name none (default: the system's)")
    .option("--kubeconfig <file>", "the cluster (default: TRUEUP_KUBECONFIG, then as kubectl looks)")
    .option(
      "--agent-namespace <name>",
      "where the agent keeps its inventories (default: trueup-system, or where they are)",
    )
    .addOption(new Option("--output <format>").choices(["text", "json", "markdown"]).default("text"))
    .addOption(
      new Option("--color <when>", "of text; auto heeds NO_COLOR and FORCE_COLOR")
        .choices([...colourChoices])
        .default("auto"),
    )
    .addHelpText(
      "after",
      `
The folder is planned as it lies there, with what is not committed, or not tracked, in it.
TRUEUP_CONFINE=ns1,ns2 looks into these namespaces alone, so that rights in them are enough.
Exit code: 0 nothing to do, 1 there are changes, 2 it could not be planned.

  trueup plan clusters/prod                        what differs from the cluster
  trueup plan clusters/prod --base origin/main     what you change, apart from what drifted
  trueup plan clusters/prod --output json          as schemas/plan.schema.json describes it`,
    )
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const { output, color, base: revision, agentNamespace } = options;
  if (statSync(path, { throwIfNoEntry: false }) === undefined) throw new Error(`there is no folder ${path}`);
  if (!statSync(path).isDirectory()) throw new Error(`${path} is a file; give the folder that holds it`);
  const folder = folderSystem(path, options);
  const now = { ...folder, files: readFolder(folder.path), choice: options };
  const read = revision === undefined ? { base: undefined, notes: [] } : await readBase(now, revision);
  const result = await planFolder({
    files: now.files,
    system: now.system,
    base: read.base,
    neighbours: { systems: now.neighbours, areAll: now.isConfigured },
    kubeconfig: options.kubeconfig ?? process.env.TRUEUP_KUBECONFIG,
    agentNamespace,
    confine: readConfinement(process.env, agentNamespace ?? usualNamespace),
    logger: pino({ level: "silent" }),
  });
  if ("findings" in result) {
    process.stderr.write(`${findingLines(result.findings).join("\n")}\n`);
    process.exitCode = 2;
    return;
  }
  const { plan, notes } = result;
  for (const note of [...folder.notes, ...read.notes, ...notes]) process.stderr.write(`note: ${oneLine(note)}\n`);
  if (plan.objects.some(({ action }) => action !== "unchanged")) process.exitCode = 1;
  printLines(printed(plan, output, () => planLines(plan, { paint: paintFor(color), revision })));
}

function printed(plan: FolderPlan, output: Options["output"], text: () => string[]): string[] {
  switch (output) {
    case "json":
      return [visibleJson(plan)];
    case "markdown":
      return [renderPlanMarkdown(plan)];
    case "text":
      return text();
  }
}
