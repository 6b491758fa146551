import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { administrator } from "../sandbox/story/administrator.ts";
import { contributor } from "../sandbox/story/contributor.ts";
import { filesFrom, seedFiles } from "../sandbox/story/first-commit.ts";
import { jsonApi } from "../sandbox/story/json-api.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../sandbox/story/start-sandbox.ts";
import { playTour } from "../sandbox/story/tour.ts";
import { services } from "./services.ts";
import { stopSignal } from "./stop-signal.ts";

interface Options {
  dir?: string;
  port?: number;
  from?: string;
  tour?: boolean;
}

export function sandboxCommand(): Command {
  return new Command("sandbox")
    .description("The whole story on this machine: a forge, a cluster, the bot and the agent.")
    .option("--dir <folder>", "keeps everything there and goes on where it was (default: .trueup-sandbox)")
    .option("--port <port>", "port of the pages", parsePort)
    .option("--from <folder>", "starts with your own manifests instead of the story's")
    .option("--tour", "plays the story by itself, checks every step, and exits 0 when all of them held")
    .addHelpText(
      "after",
      "\nOnce it is ready, FOLDER/sandbox.json holds the URLs, a token and the kubeconfig's path.\nCtrl-C stops everything; starting again on the same folder goes on where it was.",
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  requireGit();
  const temporary = options.tour === true && options.dir === undefined;
  const dir = temporary ? mkdtempSync(join(tmpdir(), "trueup-tour-")) : resolve(options.dir ?? ".trueup-sandbox");
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const began = performance.now();
  const repository = repositoryOf(options.from, say);
  const stopped = stopSignal();
  const sandbox = await startSandbox({
    dir,
    port: options.port,
    repository,
    services: services(),
    say: (line) => say(`  … ${line}`),
  });
  try {
    say(`  ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    if (options.tour === true) {
      const aborted = stopped.then(() => "aborted" as const);
      if ((await Promise.race([tour(sandbox, repository.namespace, say), aborted])) === "aborted")
        process.exitCode = 130;
    } else {
      say(whatToTry(sandbox, dir, options.from === undefined));
      await stopped;
      say("\nstopping; start again on the same folder to go on");
    }
  } finally {
    await sandbox.stop();
    if (temporary) rmSync(dir, { recursive: true, force: true });
  }
}

function repositoryOf(from: string | undefined, say: (line: string) => void): SandboxOptions["repository"] {
  if (from === undefined) {
    return {
      name: "state",
      namespace: "demo",
      files: seedFiles(new URL("../sandbox/seed/", import.meta.url).pathname),
    };
  }
  const { files, name, proposed } = filesFrom(from);
  if (proposed !== undefined) say(`  ${from} has no .trueup.yaml; proposed:\n${proposed.replaceAll(/^/gm, "    ")}`);
  return { name, namespace: name, files };
}

async function tour(sandbox: Sandbox, namespace: string, say: (line: string) => void): Promise<void> {
  const { info, bot, cluster } = sandbox;
  await playTour({
    contributor: contributor(jsonApi({ base: info.api, token: info.token }), info.repository),
    administrator: administrator(jsonApi({ base: cluster.url, token: cluster.adminToken, ca: cluster.ca }), namespace),
    audit: () => bot.audit(),
    say,
  });
}

function whatToTry({ info }: Sandbox, dir: string, isTheStory: boolean): string {
  const [file, workload] = isTheStory ? ["system-state.yaml (a bigger star)", "nginx"] : ["a manifest", "NAME"];
  return `
  the repository    ${info.web}/${info.repository}
  the picture       ${info.web}/picture
  GitHub's API      ${info.api}
  the cluster       kubectl --kubeconfig ${info.kubeconfig} get deployments,pods
  git               git clone ${info.clone}
  all of it         ${join(dir, "sandbox.json")}

Try: open the repository, edit ${file} and propose the change; read the plan; merge; watch the picture.
Then break something by hand and watch it heal:
  kubectl --kubeconfig ${info.kubeconfig} scale deployment ${workload} --replicas 1

Ctrl-C stops everything.`;
}

function requireGit(): void {
  const { error } = spawnSync("git", ["--version"]);
  if (error !== undefined) {
    throw new Error("git was not found on the PATH; install it (apt install git, brew install git) and start again");
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError("a port is a number from 1 to 65535.");
  return port;
}
