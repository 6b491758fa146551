import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { keepCompiledSources } from "./compile-cache.ts";
import { visible } from "./core/report/inert.ts";

const oldestNode = 24;
if (Number(process.versions.node.split(".")[0]) < oldestNode) {
  process.stderr.write(
    `trueup needs Node.js ${oldestNode} or newer, and this is ${process.versions.node}; in a clone, 'npx trueup' brings its own\n`,
  );
  process.exit(2);
}

keepCompiledSources();

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Each command's code is loaded when it is asked for: `validate` has no use for a cluster. */
const commands: Record<string, () => Promise<Command>> = {
  sandbox: async () => (await import("./cli/sandbox.ts")).sandboxCommand(),
  bot: async () => (await import("./cli/bot.ts")).botCommand(),
  agent: async () => (await import("./cli/agent.ts")).agentCommand(),
  validate: async () => (await import("./cli/validate.ts")).validateCommand(),
  plan: async () => (await import("./cli/plan.ts")).planCommand(),
  health: async () => (await import("./cli/health.ts")).healthCommand(),
  "agent-manifest": async () => (await import("./cli/agent-manifest.ts")).agentManifestCommand(),
};

const program = new Command("trueup")
  .description("GitOps by pull request: read the plan, merge to deploy, and the cluster stays true to Git.")
  .version(version)
  .showHelpAfterError("(trueup --help says more)")
  .exitOverride();

const wanted = commands[process.argv[2] ?? ""];
for (const load of wanted === undefined ? Object.values(commands) : [wanted]) {
  program.addCommand((await load()).copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`trueup: ${visible(error instanceof Error ? error.message : String(error))}\n`);
    if (process.env.TRUEUP_DEBUG !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 2;
  }
}
