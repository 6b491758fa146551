import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { agentCommand } from "./cli/agent.ts";
import { agentManifestCommand } from "./cli/agent-manifest.ts";
import { botCommand } from "./cli/bot.ts";
import { healthCommand } from "./cli/health.ts";
import { planCommand } from "./cli/plan.ts";
import { sandboxCommand } from "./cli/sandbox.ts";
import { validateCommand } from "./cli/validate.ts";

const oldestNode = 24;
if (Number(process.versions.node.split(".")[0]) < oldestNode) {
  process.stderr.write(
    `trueup needs Node.js ${oldestNode} or newer, and this is ${process.versions.node}; in a clone, 'npx trueup' brings its own\n`,
  );
  process.exit(2);
}

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const program = new Command("trueup")
  .description("GitOps by pull request: read the plan, merge to deploy, and the cluster stays true to Git.")
  .version(version)
  .showHelpAfterError("(trueup --help says more)")
  .exitOverride()
  .addCommand(sandboxCommand())
  .addCommand(botCommand())
  .addCommand(agentCommand())
  .addCommand(validateCommand())
  .addCommand(planCommand())
  .addCommand(healthCommand())
  .addCommand(agentManifestCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`trueup: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.TRUEUP_DEBUG !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 2;
  }
}
