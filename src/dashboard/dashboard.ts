import { type Context, Hono } from "hono";
import type { Logger } from "pino";
import { weighed } from "../core/plan/overlap.ts";
import { planPath } from "../core/report/plan-path.ts";
import { GitHubError } from "../github/github-error.ts";
import type { UserAccess } from "../github/user-access.ts";
import { plansOf } from "../store/plans.ts";
import type { Database } from "../store/schema.ts";
import { meetingsOf } from "../store/touches.ts";
import { createReaders } from "./access.ts";
import { serveAssets } from "./assets.ts";
import { guard } from "./guard.ts";
import { page, sorry } from "./layout.ts";
import { planPage } from "./plan/plan-page.ts";
import { readPlan, withoutLiveValues } from "./plan/read-plan.ts";
import { createSessions } from "./sign-in/session.ts";
import { signInFor, signInRoutes, signOutPath } from "./sign-in/sign-in-routes.ts";

export interface DashboardOptions {
  db: Database;
  log: Logger;
  /** How people sign in; undefined when nobody has set that up. */
  signIn: SignInSettings | undefined;
  now(): number;
  /** Told that somebody reads the plan of a pull request that is not merged. */
  attendTo(repositoryId: number, pullRequest: number): Promise<void>;
}

export interface SignInSettings {
  access: UserAccess;
  /** Where people reach us, without a slash at its end; known once the bot listens. */
  publicUrl(): string;
  /** What only the bot knows; sessions are sealed with a key derived from it. */
  secret: string;
}

const notSetUp =
  "People sign in here with GitHub, and nobody has set that up yet: whoever runs the bot sets TRUEUP_PUBLIC_URL, GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET.";

/**
 * The pages for people: the whole plan of a pull request, for whoever may read its repository on GitHub. What is not there and what
 * is not for somebody look the same.
 */
export function createDashboard({ db, log, signIn, now, attendTo }: DashboardOptions): Hono {
  const app = new Hono();
  const guarded = guard(() => signIn?.publicUrl());
  app.use("/plans/*", guarded);
  app.use("/auth/*", guarded);
  serveAssets(app);
  if (signIn === undefined) {
    app.get("/plans/*", (c) => sorry(c, { title: "Not set up", text: notSetUp, status: 503 }));
    return app;
  }
  const { access, publicUrl, secret } = signIn;
  const sessions = createSessions(secret, () => publicUrl().startsWith("https:"), now);
  const readers = createReaders(access, now);
  app.route("/", signInRoutes({ access, sessions, publicUrl }));

  app.get("/plans/:repository{\\d{1,15}}/:number{\\d{1,9}}", async (c) => {
    const session = sessions.current(c);
    if (session === undefined) return c.redirect(signInFor(c), 302);
    const [repositoryId, number] = [Number(c.req.param("repository")), Number(c.req.param("number"))];
    const repository = await readers.repository(session.token, repositoryId).catch((error: unknown) => {
      if (error instanceof GitHubError && error.kind === "auth") return "signed out" as const;
      throw error;
    });
    if (repository === "signed out") {
      sessions.end(c);
      return c.redirect(signInFor(c), 302);
    }
    if (repository === undefined) return nothing(c);
    const stored = readPlan(await plansOf(db, repositoryId, number));
    if (stored === undefined) return nothing(c);
    if (!stored.final) await attendTo(repositoryId, number);
    const met = stored.final ? [] : (await weighed(meetingsOf(db, repositoryId, number))).worst;
    const isHidden = !repository.private && !repository.mayWrite;
    const path = planPath(repositoryId, number);
    const body = planPage({
      repository,
      number,
      stored: isHidden ? withoutLiveValues(stored) : stored,
      met,
      isHidden,
      path,
      pageNumber: Number(c.req.query("page") ?? "1") || 1,
      find: (c.req.query("find") ?? "").trim().slice(0, 80),
    });
    const signedIn = { login: session.login, signOut: signOutPath, to: path };
    return page(c, { title: `Plan of #${number} · ${repository.owner}/${repository.name}`, signedIn }, body);
  });

  app.get("/plans/*", nothing);
  app.onError((error, c) => {
    if (error instanceof GitHubError && (error.kind === "unreachable" || error.kind === "rate-limited")) {
      const text = "GitHub, which says who may read this, does not answer at the moment. Try again soon.";
      return sorry(c, { title: "Not now", text, status: 503 });
    }
    log.error({ err: error, path: c.req.path }, "a page failed");
    return sorry(c, { title: "Something broke", text: "The fault is ours; the bot's log says more.", status: 500 });
  });
  return app;
}

/** The same words, whatever the reason. */
function nothing(c: Context): Promise<Response> {
  const text = "There is no such plan, or none that you may read.";
  return sorry(c, { title: "Nothing there", text, status: 404 });
}
