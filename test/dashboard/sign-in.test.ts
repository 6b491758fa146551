import { describe, expect, test } from "vitest";
import { deployment, planOf } from "../core/report/planned.ts";
import { type Jar, location, openDashboard, planPage, userToken } from "./browser.ts";

test("who opens a plan signs in with GitHub, comes back to it, reads it, and signs out again", async () => {
  const { ask, save, signIn } = await openDashboard();
  await save(planOf([deployment()]));
  const jar: Jar = new Map();
  const back = await signIn(jar, `${planPage}?page=1`);
  expect([back.status, location(back)]).toEqual([302, `${planPage}?page=1`]);
  const read = await ask(planPage, { jar });
  expect(read.status).toBe(200);
  expect(await read.text()).toContain("spec.replicas");

  const headers = { origin: "https://trueup.example", "content-type": "application/x-www-form-urlencoded" };
  const out = await ask("/auth/sign-out", { jar, method: "POST", headers, body: `to=${planPage}` });
  expect(out.status).toBe(200);
  expect(location(await ask(planPage, { jar }))).toContain("/auth/github");
});

test("the session is out of reach for script, plain http and other sites, and nobody can read GitHub's token in it", async () => {
  const { signIn, logged } = await openDashboard();
  const [cookie] = (await signIn(new Map())).headers.getSetCookie().filter((line) => line.includes("session"));
  expect(cookie).toMatch(/^__Host-trueup-session=[\w-]+; Max-Age=28800; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const content = Buffer.from(/=([\w-]+);/.exec(cookie!)![1]!, "base64url").toString("latin1");
  expect(content).not.toContain("ghu_");
  expect(content).not.toContain("octavia");
  expect(logged.join("")).not.toContain(userToken);
});

test("on this machine without https there is no Secure cookie, which browsers would not keep, and no other name than its own", async () => {
  const { signIn, ask } = await openDashboard({ publicUrl: "http://127.0.0.1:4711" });
  const [cookie] = (await signIn(new Map())).headers.getSetCookie().filter((line) => line.includes("session"));
  expect(cookie).toMatch(/^trueup-session=[\w-]+; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax$/);
  expect((await ask(planPage, { headers: { host: "rebound.example:4711" } })).status).toBe(403);
});

describe("a session that is none is sent to sign in:", () => {
  const open = async () => {
    const opened = await openDashboard();
    await opened.save(planOf([deployment()]));
    const jar: Jar = new Map();
    await opened.signIn(jar);
    expect((await opened.ask(planPage, { jar })).status).toBe(200);
    const [name, value] = [...jar].find(([name]) => name.includes("session"))!;
    return { ...opened, jar, name, value };
  };
  const isSentToSignIn = (answer: Response) =>
    expect([answer.status, location(answer)]).toEqual([302, `/auth/github?to=${encodeURIComponent(planPage)}`]);

  test("an expired one", async () => {
    const { ask, jar, clock } = await open();
    clock.now += 8 * 3_600_000;
    isSentToSignIn(await ask(planPage, { jar }));
  });

  test("one of which a single character was changed", async () => {
    const { ask, name, value } = await open();
    for (const at of [3, 40, value.length - 4]) {
      const forged = value.slice(0, at) + (value[at] === "A" ? "B" : "A") + value.slice(at + 1);
      isSentToSignIn(await ask(planPage, { jar: new Map([[name, forged]]) }));
    }
  });

  test("a sign-in that has only begun, in the session's place", async () => {
    const { ask, name } = await open();
    const jar: Jar = new Map();
    await ask(`/auth/github?to=${planPage}`, { jar });
    isSentToSignIn(await ask(planPage, { jar: new Map([[name, [...jar.values()][0]!]]) }));
  });

  test("one whose token GitHub does not take any more", async () => {
    const { ask, jar, github, clock } = await open();
    github.isTokenGood = false;
    clock.now += 60_000;
    isSentToSignIn(await ask(planPage, { jar }));
    expect([...jar.keys()]).toEqual([]);
  });
});

describe("what comes back from GitHub is refused", () => {
  const begin = async () => {
    const opened = await openDashboard();
    const jar: Jar = new Map();
    const to = new URL(location(await opened.ask(`/auth/github?to=${planPage}`, { jar })));
    return { ...opened, jar, state: to.searchParams.get("state")!, to };
  };
  const hasSession = (jar: Jar) => [...jar.keys()].some((name) => name.includes("session"));

  test("in another browser than the one that began, so that nobody is signed in as somebody else", async () => {
    const { ask, state } = await begin();
    const jar: Jar = new Map();
    expect((await ask(`/auth/github/callback?code=good-code&state=${state}`, { jar })).status).toBe(400);
    expect(hasSession(jar)).toBe(false);
  });

  test("with a state that was used already, or was made up, or has grown old", async () => {
    const { ask, state, jar, clock } = await begin();
    const callback = `/auth/github/callback?code=good-code&state=${state}`;
    const began = new Map(jar);
    expect((await ask(callback, { jar })).status).toBe(302);
    jar.delete("__Host-trueup-session");
    expect((await ask(callback, { jar })).status).toBe(400);
    const madeUp = `${state.slice(0, 40)}AAA`;
    expect((await ask(callback.replace(state, madeUp), { jar: new Map(began) })).status).toBe(400);
    clock.now += 10 * 60_000;
    expect((await ask(callback, { jar: new Map(began) })).status).toBe(400);
    expect(hasSession(jar)).toBe(false);
  });

  test("with a code that GitHub does not know, or none", async () => {
    for (const given of ["code=used-up", "", "error=access_denied"]) {
      const { ask, state, jar } = await begin();
      expect((await ask(`/auth/github/callback?${given}&state=${state}`, { jar })).status).toBe(400);
      expect(hasSession(jar)).toBe(false);
    }
  });

  test("and two that were begun at once in one browser both come back", async () => {
    const { ask, state, jar } = await begin();
    const other = new URL(location(await ask("/auth/github?to=/plans/7/13", { jar }))).searchParams.get("state");
    expect(location(await ask(`/auth/github/callback?code=good-code&state=${state}`, { jar }))).toBe(planPage);
    expect(location(await ask(`/auth/github/callback?code=good-code&state=${other}`, { jar }))).toBe("/plans/7/13");
  });

  test("the challenge that GitHub is sent is the hash of a secret that stays here", async () => {
    const { to } = await begin();
    expect(to.searchParams.get("challenge")).toMatch(/^[\w-]{43}$/);
    expect(to.searchParams.get("redirectUri")).toBe("https://trueup.example/auth/github/callback");
  });
});

test.each([
  "https://evil.example/",
  "//evil.example/plans/7/12",
  "/\\evil.example",
  "/plans/7/12/../../..//evil.example",
  "/plans/7/12?page=1\r\nset-cookie: a=b",
  "/auth/sign-out",
  "javascript:alert(1)",
  "",
])("nobody is sent to %j after signing in", async (to) => {
  const { ask } = await openDashboard();
  const answer = await ask(`/auth/github?${new URLSearchParams({ to })}`);
  expect([answer.status, location(answer)]).toEqual([400, ""]);
});

test("another site cannot sign anybody out", async () => {
  const { ask, signIn } = await openDashboard();
  const jar: Jar = new Map();
  await signIn(jar);
  for (const headers of [{}, { origin: "https://evil.example" }, { origin: "null", "sec-fetch-site": "cross-site" }]) {
    expect((await ask("/auth/sign-out", { jar, method: "POST", headers })).status).toBe(400);
  }
  expect([...jar.keys()]).toEqual(["__Host-trueup-session"]);
});

test("where signing in was not set up, a page says how to, and shows no plan", async () => {
  const { ask, save } = await openDashboard({ isSetUp: false });
  await save(planOf([deployment()]));
  const answer = await ask(planPage);
  const text = await answer.text();
  expect(answer.status).toBe(503);
  expect(text).toContain("GITHUB_CLIENT_ID");
  expect(text).not.toContain("spec.replicas");
});
