import type { BotConfig } from "../bot/bot-config.ts";
import type { Pages } from "../bot/start-bot.ts";
import { createDashboard } from "../dashboard/dashboard.ts";
import { createUserAccess } from "../github/user-access.ts";

/** The dashboard, as the bot's server serves it. */
export function pagesOf({ githubApi, app, pages }: Pick<BotConfig, "githubApi" | "app" | "pages">): Pages {
  return ({ db, log, publicUrl, now, attendTo }) =>
    createDashboard({
      db,
      log,
      now,
      attendTo,
      signIn: pages && {
        access: createUserAccess({ apiUrl: githubApi, ...pages }),
        publicUrl,
        secret: app.webhookSecret,
      },
    });
}
