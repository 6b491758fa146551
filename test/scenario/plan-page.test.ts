import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../src/sandbox/story/wait-for.ts";
import { answered, firstSync, propose, startTestSandbox, type TestSandbox } from "../harness/sandbox.ts";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  await firstSync(sandbox);
});
afterAll(() => sandbox?.dispose());

/** A browser by hand: follows where it is led, keeps cookies by site, and says which way it went. */
function browser(login?: string) {
  const jars = new Map<string, Map<string, string>>();
  return async (first: string): Promise<{ status: number; text: string; way: string[] }> => {
    const way: string[] = [];
    for (let url = new URL(first); ; ) {
      // As GitHub has it for choosing an account.
      if (login !== undefined && url.pathname === "/login/oauth/authorize") url.searchParams.set("login", login);
      const jar = jars.get(url.origin) ?? new Map<string, string>();
      jars.set(url.origin, jar);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(url, { redirect: "manual", headers: cookie === "" ? {} : { cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        if (value === "") jar.delete(name!);
        else jar.set(name!, value!);
      }
      way.push(url.pathname);
      const location = answer.headers.get("location");
      if (location === null || way.length > 10) return { status: answer.status, text: await answer.text(), way };
      url = new URL(location, url);
    }
  };
}

const planUrl = (comment: string): string => /<a href="([^"]+)">whole plan<\/a>/.exec(comment)?.[1] ?? "";

test("the comment leads to the whole plan, which opens for whoever may read the repository, by the app's own sign-in", async () => {
  const number = await propose(sandbox, "seven", {
    "deployment.yaml": (text) => text.replace("replicas: 3", "replicas: 7"),
  });
  const url = planUrl((await answered(sandbox, number)).comment);
  expect(url).toMatch(new RegExp(`^${sandbox.bot.url}/plans/\\d+/${number}$`));

  const open = browser();
  const page = await open(url);
  const path = new URL(url).pathname;
  expect(page.way).toEqual([path, "/auth/github", "/login/oauth/authorize", "/auth/github/callback", path]);
  expect(page.status).toBe(200);
  expect(page.text).toContain("octavia");
  expect(page.text).toMatch(
    /<code>spec\.replicas<\/code>[\s\S]*?<code>3<\/code>[\s\S]*?<code>7<\/code>[\s\S]*?this pull request/,
  );
  expect((await open(url)).way).toEqual([path]);

  await sandbox.contributor.merge(number);
  const merged = await waitFor(
    "the page says that it is merged",
    () => open(url),
    ({ text }) => text.includes("Merged."),
  );
  expect(merged.text).toContain("<code>7</code>");
});

test("to somebody whom GitHub does not let read the repository there is no plan, as there is none of a pull request that is none", async () => {
  const number = await propose(sandbox, "eight", {
    "deployment.yaml": (text) => text.replace(/replicas: \d/, "replicas: 8"),
  });
  const url = planUrl((await answered(sandbox, number)).comment);
  const strangers = browser("stranger");
  const refused = await strangers(url);
  expect(refused.status).toBe(404);
  expect(await strangers(url.replace(/\d+$/, "4711"))).toMatchObject({ status: 404, text: refused.text });
  expect(await browser()(url.replace(/\d+$/, "4711"))).toMatchObject({ status: 404, text: refused.text });
  expect((await browser("visitor")(url)).status).toBe(200);
});

test("GitHub's tokens of people who signed in are in no file of the bot's or the forge's", async () => {
  const files = readdirSync(sandbox.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const holding = (text: RegExp) =>
    files.filter(({ parentPath, name }) => text.test(readFileSync(join(parentPath, name), "latin1")));
  expect(holding(/ghp_[0-9a-f]{36}/)).not.toEqual([]);
  expect(holding(/ghu_[0-9a-f]{36}/)).toEqual([]);
});
