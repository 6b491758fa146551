import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { pino } from "pino";
import { agentEnvironmentHelp, readAgentConfig, readConfinement, usualNamespace } from "../agent/agent-config.ts";
import { reconcileOnce } from "../agent/reconcile-once.ts";
import { startAgent } from "../agent/start-agent.ts";
import { deletionLimit } from "../core/config/parse-config.ts";
import type { SystemConfig } from "../core/config/system.ts";
import { visible } from "../core/report/inert.ts";
import { stopSignal } from "./stop-signal.ts";

interface Options {
  once?: boolean;
  repository?: string;
  revision?: string;
  path: string;
  namespace?: string;
  maxDeletions: SystemConfig["protect"]["maxDeletions"];
  kubeconfig?: string;
}

export function agentCommand(): Command {
  return new Command("agent")
    .description("Keeps one cluster true to Git: pulls, plans, applies, watches and heals. Listens on nothing.")
    .option("--once", "reconciles one folder of one commit, prints what it does, and exits: bootstrap and rebuild")
    .option("--repository <url>", "with --once: what git fetches from (https, ssh, or a local path)")
    .option("--revision <sha>", "with --once: the whole id of the commit")
    .option("--path <folder>", "with --once: the folder of the manifests", ".")
    .option("--namespace <name>", "with --once: the namespace of objects that name none; made when it is not there")
    .option(
      "--max-deletions <limit>",
      "with --once: how much of what an earlier run made may go, a share (100%) or a number of objects; more is held",
      parseLimit,
      deletionLimit("20%"),
    )
    .option("--kubeconfig <file>", "the cluster (default: TRUEUP_KUBECONFIG, then as kubectl looks)")
    .addHelpText("after", agentEnvironmentHelp)
    .addHelpText(
      "after",
      "\nWith --once, TRUEUP_GIT_USERNAME and TRUEUP_GIT_PASSWORD hold a credential for an https URL, and only TRUEUP_KUBECONFIG,\nTRUEUP_NAMESPACE, TRUEUP_CONFINE and TRUEUP_LOG_LEVEL count of the others. Exit codes: 0 all objects are healthy, 1 it failed or a guard holds, 2 it could not run.",
    )
    .action(run);
}

/** As `protect.maxDeletions` in `.trueup.yaml`. */
function parseLimit(text: string): SystemConfig["protect"]["maxDeletions"] {
  if (!/^(?:(?:100|\d{1,2})%|\d{1,9})$/.test(text)) {
    throw new InvalidArgumentError("It must be a share of the objects, as 100%, or a number of them, as 5.");
  }
  return deletionLimit(text.endsWith("%") ? text : Number(text));
}

async function run(options: Options, command: Command): Promise<void> {
  if (options.once === true) return once(options, command);
  const logger = pino({ name: "trueup-agent", level: process.env.TRUEUP_LOG_LEVEL ?? "info" });
  const config = readAgentConfig(process.env, logger);
  const kubeconfig = options.kubeconfig ?? config.kubeconfig;
  const stopped = stopSignal();
  const agent = await startAgent({ ...config, ...(kubeconfig === undefined ? {} : { kubeconfig }) });
  await stopped;
  await agent.stop();
}

async function once(
  { repository, revision, path, namespace, maxDeletions, kubeconfig = process.env.TRUEUP_KUBECONFIG }: Options,
  command: Command,
): Promise<void> {
  if (repository === undefined) command.error("error: --once needs --repository URL");
  if (revision === undefined) command.error("error: --once needs --revision SHA, the whole id of a commit");
  const agentNamespace = process.env.TRUEUP_NAMESPACE ?? usualNamespace;
  const confine = readConfinement(process.env, agentNamespace);
  const dataDir = mkdtempSync(join(tmpdir(), "trueup-once-"));
  try {
    const { TRUEUP_GIT_USERNAME: username, TRUEUP_GIT_PASSWORD: password } = process.env;
    const outcome = await reconcileOnce({
      repository: repository!,
      revision: revision!,
      path,
      namespace,
      maxDeletions,
      kubeconfig,
      agentNamespace,
      confine,
      credential: password === undefined ? undefined : { username: username ?? "x-access-token", password },
      dataDir,
      logger: pino({ level: process.env.TRUEUP_LOG_LEVEL ?? "silent" }),
      say: (line) => process.stdout.write(`${visible(line)}\n`),
    });
    process.exitCode = outcome === "healthy" ? 0 : 1;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
