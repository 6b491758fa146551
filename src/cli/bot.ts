import { Command } from "commander";
import { environmentHelp, readBotEnvironment } from "../bot/bot-environment.ts";
import { reconcilers } from "../bot/reconcilers.ts";
import { startBot } from "../bot/start-bot.ts";
import { pagesOf } from "./pages.ts";
import { stopSignal } from "./stop-signal.ts";

export function botCommand(): Command {
  return new Command("bot")
    .description("The bot: a GitHub App that turns pull requests into plans, and merges into syncs.")
    .addHelpText("after", environmentHelp)
    .action(run);
}

async function run(): Promise<void> {
  const config = readBotEnvironment(process.env);
  const stopped = stopSignal();
  const bot = await startBot(config, reconcilers, pagesOf(config));
  config.log.info({ signal: await stopped }, "stopping");
  await bot.stop();
}
