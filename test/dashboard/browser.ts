import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll } from "vitest";
import type { Plan } from "../../src/core/plan/plan.ts";
import { createDashboard } from "../../src/dashboard/dashboard.ts";
import { GitHubError } from "../../src/github/github-error.ts";
import type { SeenRepository, UserAccess } from "../../src/github/user-access.ts";
import { openStore } from "../../src/store/open-store.ts";
import { recordAskedPlan, recordPlanResult } from "../../src/store/plans.ts";
import type { Database } from "../../src/store/schema.ts";

/** What a browser has of one site. */
export type Jar = Map<string, string>;

export interface Opened {
  db: Database;
  /** Of the bot's clock; a test moves it. */
  clock: { now: number };
  /** What GitHub says of repository 7 to whom; a test changes it. */
  github: { repository: SeenRepository | undefined; isDown: boolean; isTokenGood: boolean; asked: number };
  /** Repository and number of what was read, as the bot is told. */
  attended: [number, number][];
  /** Everything that was logged. */
  logged: string[];
  /** One request, without following where it leads; cookies are kept in the jar as a browser does. */
  ask(
    path: string,
    options?: { jar?: Jar; method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Response>;
  /** Signs in by hand, and comes back to the page. */
  signIn(jar: Jar, path?: string): Promise<Response>;
  save(plan: Plan, pullRequest?: number): Promise<void>;
}

export const repositoryId = 7;
export const planPage = "/plans/7/12";
/** What GitHub gives a person; nobody but GitHub and the bot may see it. */
export const userToken = "ghu_canaryOfTheUsersToken";

const dir = mkdtempSync(join(tmpdir(), "trueup-dashboard-"));
/** One for all tests of a file: it takes seconds to start. */
const opened = openStore({ dir });
afterAll(async () => {
  await (await opened).close();
  rmSync(dir, { recursive: true, force: true });
});

/** The dashboard with a GitHub that a test speaks for. */
export async function openDashboard({ publicUrl = "https://trueup.example", isSetUp = true } = {}): Promise<Opened> {
  const store = await opened;
  const clock = { now: Date.parse("2026-11-27T12:00:00Z") };
  const repository: SeenRepository = {
    id: repositoryId,
    owner: "acme",
    name: "state",
    webUrl: "https://github.com/acme/state",
    private: true,
    mayWrite: false,
  };
  const github: Opened["github"] = { repository, isDown: false, isTokenGood: true, asked: 0 };
  const demand = (token: string): void => {
    if (github.isDown) throw new GitHubError("unreachable", "GET: no answer");
    if (token !== userToken || !github.isTokenGood) throw new GitHubError("auth", "GET: 401", { status: 401 });
  };
  const codes = new Map([["good-code", true]]);
  const access: UserAccess = {
    authorizeUrl: (request) => `https://github.com/login/oauth/authorize?${new URLSearchParams(request)}`,
    async exchange({ code, verifier }) {
      const isGood = codes.get(code) === true && /^[\w-]{43}$/.test(verifier);
      return isGood ? { token: userToken, expiresInMs: 8 * 3_600_000 } : undefined;
    },
    async login(token) {
      demand(token);
      return "octavia";
    },
    async repository(token, id) {
      github.asked++;
      demand(token);
      return id === repositoryId ? github.repository : undefined;
    },
  };
  const logged: string[] = [];
  const attended: Opened["attended"] = [];
  const app = createDashboard({
    db: store.db,
    log: pino({ level: "trace" }, { write: (line: string) => void logged.push(line) }),
    now: () => clock.now,
    attendTo: async (...pullRequest) => void attended.push(pullRequest),
    signIn: isSetUp ? { access, publicUrl: () => publicUrl, secret: "a webhook secret of some length" } : undefined,
  });
  const ask: Opened["ask"] = async (path, { jar = new Map(), method = "GET", headers = {}, body } = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const sent = { host: new URL(publicUrl).host, ...(cookie === "" ? {} : { cookie }), ...headers };
    const init = { method, headers: sent, ...(body === undefined ? {} : { body }) };
    const answer = await app.fetch(new Request(`${publicUrl}${path}`, init));
    for (const line of answer.headers.getSetCookie()) keep(jar, line);
    return answer;
  };
  return {
    db: store.db,
    clock,
    github,
    attended,
    logged,
    ask,
    async signIn(jar, path = planPage) {
      const begun = await ask(new URL(location(await ask(path, { jar })), publicUrl).href.slice(publicUrl.length), {
        jar,
      });
      const state = new URL(location(begun)).searchParams.get("state");
      return ask(`/auth/github/callback?code=good-code&state=${state}`, { jar });
    },
    async save(plan, pullRequest = 12) {
      const { system, cluster, headSha, baseSha } = plan;
      const commandId = `plan/${repositoryId}/${pullRequest}/${system}/1`;
      const asked = { repositoryId, pullRequest, system, cluster, commandId, headSha, baseSha, askedAt: new Date() };
      await recordAskedPlan(store.db, asked);
      await recordPlanResult(store.db, commandId, { type: "plan-result", id: commandId, repositoryId, system, plan });
    },
  };
}

export const location = (answer: Response): string => answer.headers.get("location") ?? "";

function keep(jar: Jar, line: string): void {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
  if (value === "" || /max-age=0/i.test(line)) jar.delete(name!);
  else jar.set(name!, value!);
}
