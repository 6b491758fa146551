import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { administrator } from "../sandbox/story/administrator.ts";
import { cleanUpSandbox } from "../sandbox/story/clean-up.ts";
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
  kubeconfig?: string;
  context?: string;
  namespace?: string;
  cleanUp?: boolean;
}

export function sandboxCommand(): Command {
  return new Command("sandbox")
    .description("The whole story on this machine: a forge, a cluster, the bot and the agent.")
    .option("--dir <folder>", "keeps everything there and goes on where it was (default: .trueup-sandbox)")
    .option("--port <port>", "port of the pages", parsePort)
    .option("--from <folder>", "starts with your own manifests instead of the story's")
    .option("--kubeconfig <file>", "uses a cluster of your own instead of the embedded one (kind, minikube, k3d, …)")
    .option("--context <name>", "of that kubeconfig (default: its current one)")
    .option("--namespace <name>", "where the story lives there, made when it is not there (default: trueup-demo)")
    .option("--clean-up", "takes away what a sandbox made in your cluster, and stops")
    .option("--tour", "plays the story by itself, checks every step, and exits 0 when all of them held")
    .addHelpText(
      "after",
      "\nOnce it is ready, FOLDER/sandbox.json holds the URLs, a token and the kubeconfig's path.\nCtrl-C stops everything; starting again on the same folder goes on where it was.\n\nIn a cluster of your own it makes a namespace for the story and one for the agent, says what else it will make, and takes\nnothing over that is there already; --clean-up with the same --dir takes all of it away again, and so does --tour at its end.",
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  requireGit();
  const temporary = options.tour === true && options.dir === undefined;
  const dir = temporary ? mkdtempSync(join(tmpdir(), "trueup-tour-")) : resolve(options.dir ?? ".trueup-sandbox");
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const began = performance.now();
  const { kubeconfig, context } = options;
  if (kubeconfig === undefined && (context ?? options.namespace ?? options.cleanUp) !== undefined) {
    throw new Error("--context, --namespace and --clean-up are about a cluster of your own; give its --kubeconfig");
  }
  if (kubeconfig !== undefined && options.cleanUp === true) {
    const progress = (line: string) => say(`  … ${line}`);
    const wasThere = await cleanUpSandbox({ dir, kubeconfig: resolve(kubeconfig), context, say: progress });
    say(wasThere ? "what was made in the cluster is gone" : `the sandbox in ${dir} has made nothing in a cluster`);
    return;
  }
  const repository = repositoryOf(options, say);
  const stopped = stopSignal();
  const sandbox = await startSandbox({
    dir,
    port: options.port,
    repository,
    ...(kubeconfig === undefined
      ? {}
      : { cluster: { kubeconfig: resolve(kubeconfig), context, namespaceGiven: options.namespace !== undefined } }),
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
    if (options.tour === true && kubeconfig !== undefined) {
      say("\ntaking away what was made in the cluster");
      await sandbox.cleanUp();
    } else await sandbox.stop();
    if (temporary) rmSync(dir, { recursive: true, force: true });
  }
}

function repositoryOf(
  { from, namespace, kubeconfig }: Options,
  say: (line: string) => void,
): SandboxOptions["repository"] {
  if (from === undefined) {
    const ours = namespace ?? (kubeconfig === undefined ? "demo" : "trueup-demo");
    return {
      name: "state",
      namespace: ours,
      files: seedFiles(new URL("../sandbox/seed/", import.meta.url).pathname, ours),
    };
  }
  const { files, name, proposed } = filesFrom(from, namespace);
  if (proposed !== undefined) say(`  ${from} has no .trueup.yaml; proposed:\n${proposed.replaceAll(/^/gm, "    ")}`);
  return { name, namespace: namespace ?? name, files };
}

async function tour(sandbox: Sandbox, namespace: string, say: (line: string) => void): Promise<void> {
  const { info, bot, kube, isOurs } = sandbox;
  await playTour({
    contributor: contributor(jsonApi({ base: info.api, token: info.token }), info.repository),
    administrator: administrator(kube, namespace, isOurs),
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
