import { describe, expect, test } from "vitest";
import { BadEnvironment, environmentHelp, readBotEnvironment } from "../../src/bot/bot-environment.ts";
import { appKey } from "./app-key.ts";

const token = "t".repeat(64);
const good = {
  APP_ID: "7",
  PRIVATE_KEY: appKey,
  WEBHOOK_SECRET: "a secret of some length",
  TRUEUP_DATA_DIR: "/var/lib/trueup",
  TRUEUP_AGENT_TOKENS: JSON.stringify({ "prod-eu": token }),
};

test("a full environment gives a configuration, with GitHub's own address and its limits", () => {
  const { log: _, ...config } = readBotEnvironment(good);
  expect(config).toEqual({
    host: "127.0.0.1",
    port: 3000,
    githubApi: "https://api.github.com",
    app: { id: 7, privateKey: appKey, webhookSecret: good.WEBHOOK_SECRET },
    store: { dir: "/var/lib/trueup/store" },
    dataDir: "/var/lib/trueup",
    agentTokens: { "prod-eu": token },
    writeLimits: [
      { writes: 72, perMs: 60_000 },
      { writes: 450, perMs: 3_600_000 },
    ],
  });
});

test("the private key may come on one line, in base64 or with its line ends written out", () => {
  for (const PRIVATE_KEY of [Buffer.from(appKey).toString("base64"), appKey.replaceAll("\n", "\\n")]) {
    expect(readBotEnvironment({ ...good, PRIVATE_KEY }).app.privateKey).toBe(appKey);
  }
});

test("an Enterprise Server is named by its host, a database by its URL", () => {
  const config = readBotEnvironment({ ...good, GHE_HOST: "ghe.acme.example", DATABASE_URL: "postgres://db/trueup" });
  expect(config.githubApi).toBe("https://ghe.acme.example/api/v3");
  expect(config.store).toEqual({ databaseUrl: "postgres://db/trueup" });
});

test("pages for people have an address and the app's client id and secret, and without them there are none", () => {
  const pages = {
    TRUEUP_PUBLIC_URL: "https://trueup.acme.example/",
    GITHUB_CLIENT_ID: "Iv23liabc",
    GITHUB_CLIENT_SECRET: "s",
  };
  expect(readBotEnvironment({ ...good, ...pages }).pages).toEqual({
    publicUrl: "https://trueup.acme.example",
    clientId: "Iv23liabc",
    clientSecret: "s",
  });
  expect(readBotEnvironment(good).pages).toBeUndefined();
});

test("with nothing set, everything that is missing is named at once", () => {
  let message = "";
  try {
    readBotEnvironment({});
  } catch (error) {
    expect(error).toBeInstanceOf(BadEnvironment);
    message = (error as Error).message;
  }
  for (const name of ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET", "TRUEUP_AGENT_TOKENS", "TRUEUP_DATA_DIR"]) {
    expect(message).toContain(name);
  }
});

describe("refused, saying why:", () => {
  const tokens = (value: unknown) => ({ TRUEUP_AGENT_TOKENS: JSON.stringify(value) });
  test.each<[string, Record<string, string>, RegExp]>([
    ["an id that is none", { APP_ID: "trueup" }, /APP_ID must be a whole number/],
    ["pages nobody could sign in to", { TRUEUP_PUBLIC_URL: "https://t.example" }, /belong together/],
    [
      "pages on plain http, where a session could be read",
      { TRUEUP_PUBLIC_URL: "http://t.example", GITHUB_CLIENT_ID: "i", GITHUB_CLIENT_SECRET: "s" },
      /TRUEUP_PUBLIC_URL must be https/,
    ],
    [
      "pages below a path",
      { TRUEUP_PUBLIC_URL: "https://t.example/bot", GITHUB_CLIENT_ID: "i", GITHUB_CLIENT_SECRET: "s" },
      /nothing but the host/,
    ],
    ["a port out of range", { PORT: "99999" }, /PORT must be a whole number from 0 to 65535/],
    ["a key that is none", { PRIVATE_KEY: "-----BEGIN nonsense" }, /private key is no PEM/],
    ["a key file that is not there", { PRIVATE_KEY: "", PRIVATE_KEY_PATH: "/nowhere.pem" }, /PRIVATE_KEY_PATH: ENOENT/],
    ["a secret that one can guess", { WEBHOOK_SECRET: "development" }, /at least 16 characters/],
    ["tokens over plain http", { GITHUB_API_URL: "http://github.example/api/v3" }, /must be https/],
    [
      "two addresses of GitHub",
      { GITHUB_API_URL: "https://a.example", GHE_HOST: "b.example" },
      /leave one of them out/,
    ],
    ["another database", { DATABASE_URL: "mysql://db" }, /postgres:\/\//],
    ["a log level that is none", { LOG_LEVEL: "loud" }, /LOG_LEVEL must be/],
    ["tokens that are no JSON", { TRUEUP_AGENT_TOKENS: `{"a": ${token}}` }, /is no JSON/],
    ["tokens in a list", tokens([token]), /an object of cluster names/],
    ["a cluster's name that is none", tokens({ "Prod EU": token }), /"Prod EU" is no cluster name/],
    ["a short token", tokens({ prod: "short" }), /the token of prod must be 32 to 500/],
    ["one token for two clusters", tokens({ one: token, two: token }), /same token/],
  ])("%s", (_, change, reason) => {
    const read = () => readBotEnvironment({ ...good, ...change });
    expect(read).toThrow(reason);
    expect(read).not.toThrow(token);
  });
});

test("--help names every variable that is read", () => {
  const asked = new Set<string>();
  const watched = new Proxy<Record<string, string | undefined>>(good, {
    get(target, name) {
      asked.add(String(name));
      return target[String(name)];
    },
  });
  readBotEnvironment(watched);
  for (const name of asked) expect(environmentHelp).toContain(name);
});
