import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { pino } from "pino";
import { readConfinement } from "../agent/agent-config.ts";
import { planFolder } from "../agent/plan/plan-folder.ts";
import { configFile, parseConfig } from "../core/config/parse-config.ts";
import type { SystemConfig } from "../core/config/system.ts";
import type { SystemPlan } from "../core/plan/plan.ts";
import { renderPlanMarkdown } from "../core/report/comment.ts";
import { findingLines, planLines } from "./plan/print-plan.ts";
import { readFolder } from "./plan/read-folder.ts";

interface Options {
  system?: string;
  namespace?: string;
  kubeconfig?: string;
  agentNamespace: string;
  output: "text" | "json" | "markdown";
}

/** `trueup plan`: exit code 0 nothing to do, 1 changes or findings, 2 error (as `kubectl diff`). */
export function planCommand(): Command {
  return new Command("plan")
    .description("What applying a folder would change in the cluster, field by field. Nothing is written.")
    .argument("<path>", "a folder of manifests, or one with a .trueup.yaml")
    .option("--system <name>", "which system of the .trueup.yaml (needed when it has several)")
    .option("--namespace <name>", "of objects that name none (default: the system's)")
    .option("--kubeconfig <file>", "the cluster (default: TRUEUP_KUBECONFIG, then as kubectl looks)")
    .option("--agent-namespace <name>", "where the agent keeps its inventories", "trueup-system")
    .addOption(new Option("--output <format>").choices(["text", "json", "markdown"]).default("text"))
    .addHelpText(
      "after",
      "\nTRUEUP_CONFINE=ns1,ns2 looks into these namespaces alone, so that rights in them are enough.\nExit code: 0 nothing to do, 1 there are changes or findings, 2 it could not be planned.",
    )
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  if (!statSync(path).isDirectory()) throw new Error(`${path} is a file; give the folder that holds it`);
  const result = await planFolder({
    files: readFolder(path),
    system: systemOf(path, options),
    kubeconfig: options.kubeconfig ?? process.env.TRUEUP_KUBECONFIG,
    agentNamespace: options.agentNamespace,
    confine: readConfinement(process.env, options.agentNamespace),
    logger: pino({ level: "silent" }),
  });
  if ("findings" in result) {
    process.stderr.write(`${findingLines(result.findings).join("\n")}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(`${printed(result.plan, options.output)}\n`);
  if (result.plan.objects.some(({ action }) => action !== "unchanged")) process.exitCode = 1;
}

function printed(plan: SystemPlan, output: Options["output"]): string {
  switch (output) {
    case "json":
      return JSON.stringify(plan, null, 2);
    case "markdown":
      return renderPlanMarkdown([plan]);
    case "text":
      return planLines(plan, process.stdout.isTTY === true && process.env.NO_COLOR === undefined).join("\n");
  }
}

/** The system that the folder's `.trueup.yaml` describes, or the folder as a system of its own. */
function systemOf(path: string, { system: wanted, namespace }: Options): SystemConfig {
  const found = configured(join(path, configFile));
  if (found === undefined) {
    const { systems } = parseConfig(configFile, "systems: {local: {cluster: local, path: .}}");
    return { ...systems[0]!, name: wanted ?? "local", ...given(namespace) };
  }
  const names = found.map(({ name }) => name).join(", ");
  const system = wanted === undefined && found.length === 1 ? found[0] : found.find(({ name }) => name === wanted);
  if (system === undefined) throw new Error(`name one of the systems with --system: ${names}`);
  return { ...system, ...given(namespace) };
}

const given = (namespace: string | undefined): Partial<SystemConfig> =>
  namespace === undefined ? {} : { namespace, namespaceGiven: true };

function configured(file: string): SystemConfig[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const { systems, findings } = parseConfig(file, text);
  if (systems.length === 0) throw new Error(findingLines(findings).join("\n") || `${file} has no systems`);
  return systems;
}
