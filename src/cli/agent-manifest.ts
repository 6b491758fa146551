import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { dump } from "js-yaml";
import { readConfinement, usualNamespace } from "../agent/agent-config.ts";
import { agentManifest } from "../agent/install/agent-manifest.ts";

interface Options {
  cluster: string;
  bot: string;
  image: string;
  namespace: string;
  confine?: string[];
  repository: string;
  repositoryId: number;
  branch: string[];
  path: string[];
  gitUsername: string;
  gitPasswordFile?: string;
  agentTokenFile?: string;
}

const collected = (value: string, before: string[]): string[] => [...before, value];

export function agentManifestCommand(): Command {
  return new Command("agent-manifest")
    .description("Prints what to `kubectl apply` once to install an agent in a cluster.")
    .requiredOption("--cluster <name>", "the name that .trueup.yaml calls the cluster by")
    .requiredOption("--bot <url>", "the bot's address, https")
    .requiredOption("--repository <url>", "the repository that the agent may enact, as git fetches it")
    .requiredOption("--repository-id <id>", "GitHub's number of it (gh api repos/OWNER/NAME --jq .id)", parseId)
    .requiredOption("--image <image>", "the trueup image, built from the Dockerfile")
    .option("--namespace <name>", "the agent's own namespace", usualNamespace)
    .option("--confine <namespaces...>", "the only namespaces that it may look into and write to; they must be there")
    .option("--branch <name>", "a branch that may be tracked, may be repeated (default: all)", collected, [])
    .option("--path <folder>", "a folder that systems may have, may be repeated (default: all)", collected, [])
    .option("--git-username <name>", "for https", "x-access-token")
    .option("--git-password-file <file>", "holds a token that may read the repository (default: no credential)")
    .option("--agent-token-file <file>", "holds the cluster's token for the bot (default: a new one is made)")
    .addHelpText(
      "after",
      "\nThe output holds secrets: pipe it into `kubectl apply -f -`, and do not commit it.\nA token that was made is told on standard error; add it to the bot's TRUEUP_AGENT_TOKENS.",
    )
    .action(print);
}

function print(options: Options): void {
  const agentToken = options.agentTokenFile === undefined ? newToken(options.cluster) : secret(options.agentTokenFile);
  const objects = agentManifest({
    cluster: options.cluster,
    image: options.image,
    namespace: options.namespace,
    confine: readConfinement({ TRUEUP_CONFINE: options.confine?.join() }, options.namespace) ?? [],
    botUrl: options.bot,
    agentToken,
    repository: { id: options.repositoryId, url: options.repository, branches: options.branch, paths: options.path },
    credential:
      options.gitPasswordFile === undefined
        ? undefined
        : { username: options.gitUsername, password: secret(options.gitPasswordFile) },
  });
  process.stdout.write(objects.map((object) => `---\n${dump(object, { lineWidth: -1, noRefs: true })}`).join(""));
}

function newToken(cluster: string): string {
  const token = randomBytes(32).toString("base64url");
  process.stderr.write(
    `a new agent token was made; tell the bot of it: TRUEUP_AGENT_TOKENS='{"${cluster}": "${token}"}'\n`,
  );
  return token;
}

function secret(file: string): string {
  const text = readFileSync(file, "utf8").trim();
  if (text === "") throw new Error(`${file} is empty; it must hold the secret`);
  return text;
}

function parseId(text: string): number {
  const id = Number(text);
  if (!Number.isSafeInteger(id) || id < 1) throw new InvalidArgumentError("a repository's id is a positive number.");
  return id;
}
