import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createUserAccess, type UserAccess } from "../../../src/github/user-access.ts";
import { asker, type RunningForge, runForge } from "./running-forge.ts";

const redirectUri = "http://127.0.0.1:9/auth/github/callback";
let now = new Date();
let f: RunningForge;
let access: UserAccess;
beforeAll(async () => {
  f = await runForge({ clock: () => now });
  f.forge.setCallbackUrl(redirectUri);
  access = createUserAccess({ apiUrl: f.forge.apiUrl, ...f.forge.app });
});
afterAll(() => f.stop());

const newVerifier = () => randomBytes(32).toString("base64url");
const challengeOf = (verifier: string) => createHash("sha256").update(verifier).digest("base64url");

/** Where the forge sends a browser that comes with this. */
async function authorize(verifier: string, change: Record<string, string> = {}): Promise<URLSearchParams> {
  const url = new URL(access.authorizeUrl({ redirectUri, state: "s", challenge: challengeOf(verifier) }));
  for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value);
  const answer = await fetch(url, { redirect: "manual" });
  expect(answer.status).toBe(302);
  const target = new URL(answer.headers.get("location") ?? "");
  expect(target.origin + target.pathname).toBe(redirectUri);
  return target.searchParams;
}

async function signedIn(login?: string): Promise<string> {
  const verifier = newVerifier();
  const given = await authorize(verifier, login === undefined ? {} : { login });
  expect(given.get("state")).toBe("s");
  const token = await access.exchange({ code: given.get("code") ?? "", verifier, redirectUri });
  expect(token?.expiresInMs).toBe(8 * 3_600_000);
  return token?.token ?? "";
}

test("the forge's person signs in through the app, and may there what both of them may", async () => {
  const token = await signedIn();
  expect(await access.login(token)).toBe("octavia");
  expect(await access.repository(token, f.repository.id)).toEqual({
    id: f.repository.id,
    owner: "acme",
    name: "shop",
    webUrl: f.repository.webUrl,
    private: true,
    mayWrite: true,
  });
  const write = { message: "x", content: "eA==" };
  expect((await asker(f.forge, `Bearer ${token}`)("PUT", `${f.repo}/contents/x`, write)).status).toBe(403);
});

test("who may read only is told so, and to a stranger a private repository is one that is not there", async () => {
  expect(await access.repository(await signedIn("visitor"), f.repository.id)).toMatchObject({ mayWrite: false });
  const stranger = await signedIn("stranger");
  expect(await access.repository(stranger, f.repository.id)).toBeUndefined();
  expect(await access.repository(stranger, 4711)).toBeUndefined();
});

test("a code is good once, for who began, and not for long", async () => {
  const verifier = newVerifier();
  const code = async () => (await authorize(verifier)).get("code") ?? "";
  const once = await code();
  expect(await access.exchange({ code: once, verifier, redirectUri })).toBeDefined();
  expect(await access.exchange({ code: once, verifier, redirectUri })).toBeUndefined();
  expect(await access.exchange({ code: await code(), verifier: newVerifier(), redirectUri })).toBeUndefined();
  const late = await code();
  now = new Date(now.getTime() + 11 * 60_000);
  expect(await access.exchange({ code: late, verifier, redirectUri })).toBeUndefined();
});

test("an app with the wrong secret gets no token, and is told that it is to blame", async () => {
  const wrong = createUserAccess({ apiUrl: f.forge.apiUrl, clientId: f.forge.app.clientId, clientSecret: "wrong" });
  const verifier = newVerifier();
  const code = (await authorize(verifier)).get("code") ?? "";
  await expect(wrong.exchange({ code, verifier, redirectUri })).rejects.toMatchObject({
    kind: "auth",
    message: "POST /login/oauth/access_token: incorrect_client_credentials",
  });
});

test("nobody is sent anywhere but to the app's own callback", async () => {
  const given = await authorize(newVerifier(), { redirect_uri: "https://evil.example/" });
  expect(given.get("error")).toBe("redirect_uri_mismatch");
  expect(given.get("code")).toBeNull();
  const unknown = new URL(access.authorizeUrl({ redirectUri, state: "s", challenge: challengeOf("x") }));
  unknown.searchParams.set("client_id", "another");
  expect((await fetch(unknown, { redirect: "manual" })).status).toBe(404);
});

test("a token ends after eight hours, and then GitHub's word for it is that it is no good", async () => {
  const token = await signedIn();
  now = new Date(now.getTime() + 8 * 3_600_000 + 1);
  await expect(access.login(token)).rejects.toMatchObject({ kind: "auth" });
  await expect(access.repository(token, f.repository.id)).rejects.toMatchObject({ kind: "auth" });
});
